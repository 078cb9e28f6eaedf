package query

import (
	"cmp"
	"math/big"
	"slices"
	"strings"

	"example.org/runshelf/event"
)

// Order sorts runs by a field of their manifests, which may be a path such as
// "config.agents". Numbers are ordered by value and come before anything else,
// which is ordered by its text. Runs that lack the field come last either way,
// and equals stay in the order in which they were.
func Order(entries []Entry, path string, descending bool) {
	type sortable struct {
		entry Entry
		key   orderKey
	}
	rows := make([]sortable, len(entries))
	get := NewGetter(path)
	for i := range entries {
		rows[i] = sortable{entries[i], newOrderKey(get.Get(entries[i].JSON)[0])}
	}
	slices.SortStableFunc(rows, func(x, y sortable) int {
		if x.key.kind == keyAbsent || y.key.kind == keyAbsent || !descending {
			return x.key.compare(&y.key)
		}
		return y.key.compare(&x.key)
	})
	for i := range rows {
		entries[i] = rows[i].entry
	}
}

// The kinds of keys, in their order.
const (
	keyNumber = iota
	keyText
	keyAbsent
)

// orderKey is what a run is sorted by. Large numbers are compared exactly.
type orderKey struct {
	kind   int
	number float64
	exact  *big.Float // set where the float64 may have lost digits
	text   string
}

// newOrderKey reads a stored value. An empty text and null are as good as none.
func newOrderKey(stored []byte) orderKey {
	if x, ok := floatOf(stored); ok {
		k := orderKey{number: x}
		if len(stored) > 15 {
			k.exact, _, _ = big.ParseFloat(string(stored), 10, 256, big.ToNearestEven)
		}
		return k
	}
	t := text(stored)
	if t == "" || t == "null" {
		return orderKey{kind: keyAbsent}
	}
	return orderKey{kind: keyText, text: t}
}

func (k *orderKey) compare(o *orderKey) int {
	if k.kind != o.kind || k.kind != keyNumber {
		return cmp.Or(cmp.Compare(k.kind, o.kind), strings.Compare(k.text, o.text))
	}
	if k.exact != nil || o.exact != nil {
		return k.big().Cmp(o.big())
	}
	return cmp.Compare(k.number, o.number)
}

// big is the number with all its digits.
func (k *orderKey) big() *big.Float {
	if k.exact != nil {
		return k.exact
	}
	return big.NewFloat(k.number)
}

// Pick returns the fields of a manifest, in the order asked for. A path such as
// "config.seed" stays nested under its parents; what is not there is null.
func Pick(manifest event.Object, paths []string) event.Object {
	var picked event.Object
	for _, path := range paths {
		picked = put(picked, manifest, path)
	}
	return picked
}

// put adds one field of from to o.
func put(o, from event.Object, path string) event.Object {
	key, rest, nested := strings.Cut(path, ".")
	value, _ := from.Get(key)
	if whole, ok := from.Get(path); ok && nested {
		key, value, nested = path, whole, false // a key that holds dots
	}
	if nested {
		inner, _ := value.(event.Object)
		already, _ := o.Get(key)
		outer, _ := already.(event.Object)
		value = put(outer, inner, rest)
	}
	i := slices.IndexFunc(o, func(m event.Member) bool { return m.Key == key })
	if i < 0 {
		return append(o, event.Member{Key: key, Value: value})
	}
	o[i].Value = value
	return o
}
