package vfs

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

// ErrCrashed is what every operation returns after a [Crashing] has stopped.
var ErrCrashed = errors.New("the machine has stopped")

// Crashing is an [FS] that knows what a power cut would leave. Below a root
// directory it passes everything on to another FS and keeps beside it what is
// safe: the contents of a file as of its last sync, the entries of a directory as
// of its last sync. [Crashing.Crash] writes down what may be left at that moment.
//
// The model is that of POSIX, which promises less than most file systems keep:
// what was not synced may be there, be missing, be torn in the middle, be NUL
// bytes, or be there without what was done before it; a rename is done wholly or
// not at all. Memory mappings are not seen: to the model a mapped file holds what
// was written to it otherwise.
//
// A Crashing may be used concurrently. It syncs nothing itself.
type Crashing struct {
	under FS
	root  string

	mu      sync.Mutex
	top     *crashNode
	pending []*crashOp // changes of directories that are not safe, in order
	done    int        // operations so far
	stop    int        // no operation beyond this many; 0 is no limit
}

// NewCrashing returns a file system over under whose model holds all that is below
// root now, as safe.
func NewCrashing(under FS, root string) (*Crashing, error) {
	c := &Crashing{under: under, root: filepath.Clean(root)}
	top, err := readNode(under, c.root)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", root, err)
	}
	c.top = top
	return c, nil
}

// readNode reads what is on the disk as safe.
func readNode(fsys FS, path string) (*crashNode, error) {
	info, err := fsys.Lstat(path)
	if err != nil {
		return nil, err
	}
	switch {
	case info.Mode()&fs.ModeSymlink != 0:
		target, err := fsys.Readlink(path)
		return &crashNode{link: target}, err
	case !info.IsDir():
		b, err := os.ReadFile(path)
		return &crashNode{data: b, safe: append([]byte(nil), b...)}, err
	}
	n := newDirNode()
	entries, err := fsys.ReadDir(path)
	for _, e := range entries {
		child, err := readNode(fsys, filepath.Join(path, e.Name()))
		if err != nil {
			return nil, err
		}
		n.now[e.Name()], n.safeEntries[e.Name()] = child, child
	}
	return n, err
}

// StopAfter lets only n more operations that change or sync anything happen. All
// later ones return [ErrCrashed] and do nothing, as if the process had died.
// Negative means no limit.
func (c *Crashing) StopAfter(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stop = c.done + n
	if n < 0 {
		c.stop = -1
	} else if c.stop == 0 {
		c.stop = -2 // nothing at all may happen any more
	}
}

// Stopped reports whether an operation has been refused for StopAfter.
func (c *Crashing) Stopped() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.stop == -2
}

// step counts one operation. It is called with the lock held.
func (c *Crashing) step(op Op, name string) error {
	if c.stop == -2 || c.stop > 0 && c.done >= c.stop {
		c.stop = -2
		return &fs.PathError{Op: string(op), Path: name, Err: ErrCrashed}
	}
	c.done++
	return nil
}

// split returns the directory of a path in the model and the name in it; nil for
// what is outside or has no directory there.
func (c *Crashing) split(path string) (dir *crashNode, name string) {
	rel, err := filepath.Rel(c.root, filepath.Clean(path))
	if err != nil || rel == "." || rel == ".." || strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
		return nil, ""
	}
	parts := strings.Split(rel, string(filepath.Separator))
	dir = c.top
	for _, part := range parts[:len(parts)-1] {
		if dir = dir.now[part]; dir == nil || dir.now == nil {
			return nil, ""
		}
	}
	return dir, parts[len(parts)-1]
}

// node returns what stands at a path, nil when nothing does.
func (c *Crashing) node(path string) *crashNode {
	if filepath.Clean(path) == c.root {
		return c.top
	}
	dir, name := c.split(path)
	if dir == nil {
		return nil
	}
	return dir.now[name]
}

// change does an operation that changes entries, and notes it in the model when
// it succeeded.
func (c *Crashing) change(op Op, name string, do func() error, note func()) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.step(op, name); err != nil {
		return err
	}
	if err := do(); err != nil {
		return err
	}
	note()
	return nil
}

// enter notes a new entry that is not safe yet.
func (c *Crashing) enter(path string, n *crashNode) {
	if dir, name := c.split(path); dir != nil {
		dir.now[name] = n
		c.pending = append(c.pending, &crashOp{node: n, to: dir, toName: name})
	}
}

// OpenFile implements [FS].
func (c *Crashing) OpenFile(name string, flag int, perm fs.FileMode) (File, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := c.node(name)
	makes := flag&os.O_CREATE != 0 && n == nil
	if makes || flag&os.O_TRUNC != 0 {
		if err := c.step(OpOpen, name); err != nil {
			return nil, err
		}
	} else if c.stop == -2 {
		return nil, &fs.PathError{Op: string(OpOpen), Path: name, Err: ErrCrashed}
	}
	f, err := c.under.OpenFile(name, flag, perm)
	if err != nil {
		return nil, err
	}
	if makes {
		n = &crashNode{data: []byte{}, safe: []byte{}}
		c.enter(name, n)
	}
	if n == nil {
		n = &crashNode{} // outside of the model
	}
	if flag&os.O_TRUNC != 0 {
		n.truncate(0)
	}
	return &crashFile{File: f, fs: c, node: n, appends: flag&os.O_APPEND != 0}, nil
}

// Mkdir implements [FS].
func (c *Crashing) Mkdir(name string, perm fs.FileMode) error {
	return c.change(OpMkdir, name, func() error { return c.under.Mkdir(name, perm) },
		func() { c.enter(name, newDirNode()) })
}

// MkdirAll implements [FS].
func (c *Crashing) MkdirAll(name string, perm fs.FileMode) error {
	if parent := filepath.Dir(name); parent != name && parent != c.root {
		if _, err := c.Lstat(parent); err != nil {
			if err := c.MkdirAll(parent, perm); err != nil {
				return err
			}
		}
	}
	if info, err := c.Lstat(name); err == nil && info.IsDir() {
		return nil
	}
	return c.Mkdir(name, perm)
}

// Rename implements [FS].
func (c *Crashing) Rename(oldName, newName string) error {
	return c.change(OpRename, newName, func() error { return c.under.Rename(oldName, newName) }, func() {
		from, was := c.split(oldName)
		to, is := c.split(newName)
		if from == nil || to == nil {
			return
		}
		n := from.now[was]
		delete(from.now, was)
		to.now[is] = n
		c.pending = append(c.pending, &crashOp{node: n, from: from, fromName: was, to: to, toName: is})
	})
}

// Remove implements [FS].
func (c *Crashing) Remove(name string) error {
	return c.change(OpRemove, name, func() error { return c.under.Remove(name) }, func() {
		if dir, base := c.split(name); dir != nil {
			c.pending = append(c.pending, &crashOp{node: dir.now[base], from: dir, fromName: base})
			delete(dir.now, base)
		}
	})
}

// Symlink implements [FS].
func (c *Crashing) Symlink(target, name string) error {
	return c.change(OpSymlink, name, func() error { return c.under.Symlink(target, name) },
		func() { c.enter(name, &crashNode{link: target}) })
}

// Link implements [FS].
func (c *Crashing) Link(oldName, newName string) error {
	return c.change(OpLink, newName, func() error { return c.under.Link(oldName, newName) }, func() {
		if n := c.node(oldName); n != nil {
			c.enter(newName, n)
		}
	})
}

// Readlink implements [FS].
func (c *Crashing) Readlink(name string) (string, error) { return c.under.Readlink(name) }

// Lstat implements [FS].
func (c *Crashing) Lstat(name string) (fs.FileInfo, error) { return c.under.Lstat(name) }

// ReadDir implements [FS].
func (c *Crashing) ReadDir(name string) ([]fs.DirEntry, error) { return c.under.ReadDir(name) }

// SyncDir implements [FS]. What was done to the entries of the directory is safe
// from then on.
func (c *Crashing) SyncDir(name string) error {
	return c.change(OpSyncDir, name, func() error { return nil }, func() {
		dir := c.node(name)
		rest := c.pending[:0]
		for _, op := range c.pending {
			if dir != nil && (op.from == dir || op.to == dir) {
				op.apply(func(n *crashNode) map[string]*crashNode { return n.safeEntries })
			} else {
				rest = append(rest, op)
			}
		}
		c.pending = rest
	})
}
