package simulation

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// snapshot returns the saved form of a context.
func snapshot(t interface{ Fatal(...any) }, c *Context) []byte {
	var b bytes.Buffer
	if err := c.Snapshot(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// used is a context of which everything has been used.
func used(seed uint64, ticks, ids int, uses []string) *Context {
	c := NewContext(seed, Config{"x": int64(1)}, nil)
	for range ticks {
		c.Advance()
	}
	for range ids {
		c.ID("thing")
	}
	for _, name := range uses {
		c.Rand(name).Uint64()
	}
	return c
}

func TestRestoreGoesOnWhereSnapshotWas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		uses := rapid.SliceOf(rapid.SampledFrom([]string{"a", "b", "c"})).Draw(t, "uses")
		c := used(rapid.Uint64().Draw(t, "seed"), rapid.IntRange(0, 9).Draw(t, "ticks"), rapid.IntRange(0, 9).Draw(t, "ids"), uses)
		line := snapshot(t, c)
		if bytes.IndexByte(line, '\n') != len(line)-1 || !bytes.Equal(line, snapshot(t, c)) {
			t.Fatalf("not one line that stays the same: %q", line)
		}
		again := used(1, 77, 5, []string{"a", "z"})
		if err := again.Restore(line); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(snapshot(t, again), line) {
			t.Fatalf("%s was restored as %s", line, snapshot(t, again))
		}
		for _, name := range []string{"a", "b", "c", "new"} {
			if x, y := draws(c, name, 3), draws(again, name, 3); !slices.Equal(x, y) {
				t.Fatalf("stream %q: %v, restored %v", name, x, y)
			}
		}
		if c.ID("thing") != again.ID("thing") || c.Tick() != again.Tick() || c.Seed() != again.Seed() {
			t.Fatal("another id, tick or seed")
		}
	})
}

func TestFailedRestoreChangesNothing(t *testing.T) {
	for _, line := range []string{
		"", "null", "{}", "[]", "noise", `{"seed":1,"tick":2}`,
		`{"seed":1,"tick":-2,"streams":{}}`,
		`{"seed":-1,"tick":2,"streams":{}}`,
		`{"seed":1,"tick":2,"streams":{"a":"bm9pc2U="}}`,
		`{"seed":1,"tick":2,"streams":{"a":7}}`,
	} {
		c := used(3, 4, 5, []string{"a", "a", "b"})
		before := snapshot(t, c)
		if err := c.Restore([]byte(line)); err == nil {
			t.Errorf("%q is taken for a context", line)
		}
		if !bytes.Equal(snapshot(t, c), before) {
			t.Errorf("%q changed the context", line)
		}
	}
}

// full is a writer with no room.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

func TestSnapshotReportsWriteErrors(t *testing.T) {
	if err := used(1, 2, 3, nil).Snapshot(full{}); !errors.Is(err, io.ErrShortWrite) {
		t.Error(err)
	}
}

// Whatever is restored is refused or can be used and saved again.
func FuzzRestore(f *testing.F) {
	f.Add(snapshot(f, used(3, 4, 5, []string{"a", "b"})))
	f.Add([]byte(`{"seed":1,"tick":2,"streams":null}`))
	f.Fuzz(func(t *testing.T, line []byte) {
		c := NewContext(1, nil, nil)
		if c.Restore(line) != nil {
			return
		}
		c.Rand("a").Uint64()
		c.ID("thing")
		if err := NewContext(1, nil, nil).Restore(snapshot(t, c)); err != nil {
			t.Fatal(err)
		}
	})
}
