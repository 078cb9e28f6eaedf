package event

import (
	"log/slog"
	"slices"
	"strings"
)

// pair is one member of a map.
type pair[V any] struct {
	key   string
	value V
}

// sortedPairs appends the members of a map in the order of their keys. Taking
// the values along is quicker than looking them up again.
func sortedPairs[V any](pairs []pair[V], m map[string]V) []pair[V] {
	for k, v := range m {
		pairs = append(pairs, pair[V]{k, v})
	}
	return sortPairs(pairs)
}

// sortPairs sorts by key: a few by insertion, which is quickest for them.
func sortPairs[V any](pairs []pair[V]) []pair[V] {
	if len(pairs) > 16 {
		slices.SortStableFunc(pairs, func(a, b pair[V]) int { return strings.Compare(a.key, b.key) })
		return pairs
	}
	for i := 1; i < len(pairs); i++ {
		p, j := pairs[i], i
		for ; j > 0 && pairs[j-1].key > p.key; j-- {
			pairs[j] = pairs[j-1]
		}
		pairs[j] = p
	}
	return pairs
}

// members appends a map as members of the line's own object.
func (e *encoder) members(dst []byte, data map[string]any, own *envelope) []byte {
	var room [16]pair[any]
	sorted := sortedPairs(room[:0], data)
	if !ordinaryPairs(sorted, true) {
		return e.named(dst, membersOf(sorted), own)
	}
	var taken names
	for i := range sorted {
		p := &sorted[i]
		dst = appendPairName(dst, p.key, true)
		value := len(dst)
		dst = e.any(dst, p.value)
		if e.problem == "" {
			continue
		}
		if taken == nil {
			taken = namesOfPairs(sorted)
		}
		dst = e.settle(dst, value, p.key, slog.AnyValue(p.value), taken)
	}
	return dst
}

// ordinaryPairs is [ordinary] for the members of a map, which cannot be alike
// when they are plain.
func ordinaryPairs[V any](pairs []pair[V], top bool) bool {
	for i := range pairs {
		key := pairs[i].key
		if top && isReserved(key) || !isPlain(key) {
			return false
		}
	}
	return true
}

func namesOfPairs(pairs []pair[any]) names {
	taken := names{}
	for i := range pairs {
		taken.take(pairs[i].key)
	}
	return taken
}

func membersOf(pairs []pair[any]) []member {
	members := make([]member, len(pairs))
	for i, p := range pairs {
		members[i] = member{key: validName(p.key), value: slog.AnyValue(p.value)}
	}
	return members
}
