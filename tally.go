package runshelf

import (
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"path"

	"example.org/runshelf/event"
	"example.org/runshelf/shelf"
)

// tally sums up what has been written, for the manifest.
type tally struct {
	stamp       event.Stamp
	globs       []string
	first, last uint64
	count       uint64
	bytes       int64
	digest      hash.Hash
	kinds       map[string]*kind
}

// kind is what the logger knows of one event type.
type kind struct {
	count    uint64
	readable bool
}

func newTally(o Options) tally {
	return tally{globs: o.ReadableEvents, digest: sha256.New(), kinds: map[string]*kind{}}
}

// add counts one written line.
func (t *tally) add(eventType string, sequence uint64, line []byte) *kind {
	if t.count == 0 {
		t.first = sequence
	}
	t.last = sequence
	t.count++
	t.bytes += int64(len(line))
	t.digest.Write(line)
	k := t.kinds[eventType]
	if k == nil {
		k = &kind{readable: t.matches(eventType)}
		t.kinds[eventType] = k
	}
	k.count++
	return k
}

func (t *tally) matches(eventType string) bool {
	for _, glob := range t.globs {
		if ok, _ := path.Match(glob, eventType); ok {
			return true
		}
	}
	return false
}

// counts is the manifest's account of the events.
func (t *tally) counts(dropped uint64) shelf.EventCounts {
	c := shelf.EventCounts{
		Count:         t.count,
		FirstSequence: t.first,
		LastSequence:  t.last,
		Bytes:         t.bytes,
		SHA256:        hex.EncodeToString(t.digest.Sum(nil)),
		Dropped:       dropped,
		ByType:        make(map[string]uint64, len(t.kinds)),
	}
	for name, k := range t.kinds {
		c.ByType[name] += k.count
	}
	return c
}
