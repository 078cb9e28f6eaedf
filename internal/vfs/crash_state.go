package vfs

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sort"
)

// crashNode is a file, a link or a directory of the model.
type crashNode struct {
	link string // the target of a link

	data   []byte       // of a file, now
	safe   []byte       // of a file, as of its last sync
	writes []crashWrite // since then

	now         map[string]*crashNode // of a directory
	safeEntries map[string]*crashNode
}

func newDirNode() *crashNode {
	return &crashNode{now: map[string]*crashNode{}, safeEntries: map[string]*crashNode{}}
}

// crashWrite is one change of a file: bytes at an offset, or when data is nil a
// new length.
type crashWrite struct {
	offset int64
	data   []byte
}

func (w crashWrite) apply(b []byte) []byte {
	if w.data == nil {
		return resize(b, w.offset)
	}
	if end := w.offset + int64(len(w.data)); end > int64(len(b)) {
		b = resize(b, end)
	}
	copy(b[w.offset:], w.data)
	return b
}

func resize(b []byte, size int64) []byte {
	if int64(len(b)) >= size {
		return b[:size:size]
	}
	return append(b, make([]byte, size-int64(len(b)))...)
}

func (n *crashNode) change(w crashWrite) {
	n.writes = append(n.writes, w)
	n.data = w.apply(n.data)
}

func (n *crashNode) write(p []byte, offset int64) {
	n.change(crashWrite{offset, append([]byte{}, p...)})
}

func (n *crashNode) truncate(size int64) { n.change(crashWrite{offset: size}) }

func (n *crashNode) sync() { n.safe, n.writes = slices.Clone(n.data), nil }

// crashOp is one change of directories: a node leaves a name, gets one, or both
// in one step.
type crashOp struct {
	node     *crashNode
	from     *crashNode
	fromName string
	to       *crashNode
	toName   string
}

// apply does the change to one of the views of the directories.
func (op *crashOp) apply(entries func(*crashNode) map[string]*crashNode) {
	if op.from != nil && entries(op.from)[op.fromName] == op.node {
		delete(entries(op.from), op.fromName)
	}
	if op.to != nil {
		entries(op.to)[op.toName] = op.node
	}
}

// Crash makes the directory to and writes into it what a power cut may leave at
// this moment. Seed 0 loses all that was not synced, seed 1 keeps all of it; any
// other draws, the same for the same seed, what is lost, torn and reordered.
func (c *Crashing) Crash(to string, seed uint64) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	after := &aftermath{draw: rand.New(rand.NewPCG(seed, 0)), seed: seed, entries: map[*crashNode]map[string]*crashNode{}, done: map[*crashNode]string{}}
	for _, op := range c.pending {
		if seed == 1 || seed > 1 && after.draw.IntN(2) == 0 {
			op.apply(after.of)
		}
	}
	if err := after.write(c.top, to); err != nil {
		return fmt.Errorf("writing the state after a crash: %w", err)
	}
	return nil
}

// aftermath is one state that a crash may leave.
type aftermath struct {
	draw    *rand.Rand
	seed    uint64
	entries map[*crashNode]map[string]*crashNode
	done    map[*crashNode]string // where a file was written, for its other names
}

// of returns the entries that a directory has in the end.
func (a *aftermath) of(n *crashNode) map[string]*crashNode {
	if a.entries[n] == nil {
		a.entries[n] = map[string]*crashNode{}
		for name, child := range n.safeEntries {
			a.entries[n][name] = child
		}
	}
	return a.entries[n]
}

func (a *aftermath) write(n *crashNode, path string) error {
	switch {
	case n.link != "":
		return os.Symlink(n.link, path)
	case n.now == nil:
		return a.writeFile(n, path)
	}
	if err := os.Mkdir(path, 0o777); err != nil {
		return err
	}
	var names []string
	for name := range a.of(n) {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		if err := a.write(a.of(n)[name], filepath.Join(path, name)); err != nil {
			return err
		}
	}
	return nil
}

func (a *aftermath) writeFile(n *crashNode, path string) error {
	if first, again := a.done[n]; again {
		return os.Link(first, path)
	}
	a.done[n] = path
	return os.WriteFile(path, a.content(n), 0o666)
}

// content is what a file holds in the end.
func (a *aftermath) content(n *crashNode) []byte {
	switch {
	case a.seed == 0 || len(n.writes) == 0:
		return n.safe
	case a.seed == 1:
		return n.data
	}
	b := slices.Clone(n.safe)
	kind := a.draw.IntN(3)
	for _, w := range n.writes {
		switch {
		case kind == 0 && a.draw.IntN(2) == 0: // some of the writes
			continue
		case kind == 1 && w.data != nil && a.draw.IntN(2) == 0: // the length without the bytes
			w.data = make([]byte, len(w.data))
		case kind == 2 && len(w.data) > 1: // all, the last torn
			w.data = w.data[:1+a.draw.IntN(len(w.data))]
			return w.apply(b)
		}
		b = w.apply(b)
	}
	return b
}
