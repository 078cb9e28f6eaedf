package vfs

import (
	"io/fs"
	"sync"
)

// Op is a kind of operation of an [FS] or a [File], as [Faulty] counts them.
type Op string

// The kinds of operations that a [Faulty] counts and fails. Closing a file,
// asking for its name or descriptor, and locks are not among them.
const (
	OpOpen     Op = "open"
	OpMkdir    Op = "mkdir"
	OpMkdirAll Op = "mkdirall"
	OpRename   Op = "rename"
	OpRemove   Op = "remove"
	OpSymlink  Op = "symlink"
	OpLink     Op = "link"
	OpReadlink Op = "readlink"
	OpLstat    Op = "lstat"
	OpReadDir  Op = "readdir"
	OpSyncDir  Op = "syncdir"
	OpRead     Op = "read"
	OpWrite    Op = "write"
	OpStat     Op = "stat"
	OpTruncate Op = "truncate"
	OpSync     Op = "sync"
	OpDatasync Op = "datasync"
)

// Fault says which operation fails, and how.
type Fault struct {
	// Op limits the fault to one kind of operation; empty means any.
	Op Op
	// At is the number of the first operation that fails, counted from 1 among
	// those of kind Op since the fault was set. 0 means the first.
	At int
	// Sticky makes every operation of that kind from there on fail, until Heal.
	Sticky bool
	// Err is what the operation fails with.
	Err error
	// Short is how many bytes a failing write still writes, at most one less than it
	// was given. A failing operation that is no write does nothing at all.
	Short int
}

// Faulty is an [FS] that passes everything on to another one and fails what it
// has been told to. It may be used concurrently.
type Faulty struct {
	under FS

	mu    sync.Mutex
	fault *Fault
	seen  int
	calls []Call
}

// Call is one operation that a [Faulty] saw.
type Call struct {
	Op   Op
	Name string
	// Err is what it was failed with; nil when it was passed on.
	Err error
}

// NewFaulty returns a file system over under that does not fail yet.
func NewFaulty(under FS) *Faulty { return &Faulty{under: under} }

// Fail sets the fault and begins to count anew.
func (f *Faulty) Fail(fault Fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fault, f.seen, f.calls = &fault, 0, nil
}

// Heal takes the fault away. The calls seen so far stay.
func (f *Faulty) Heal() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fault = nil
}

// Calls returns the operations since the last Fail, in order.
func (f *Faulty) Calls() []Call {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]Call(nil), f.calls...)
}

// next notes one operation and returns the error it must fail with, and how many
// bytes of a write may still pass.
func (f *Faulty) next(op Op, name string) (short int, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.fault != nil && (f.fault.Op == "" || f.fault.Op == op) {
		f.seen++
		if first := max(f.fault.At, 1); f.seen == first || f.fault.Sticky && f.seen > first {
			short, err = f.fault.Short, &fs.PathError{Op: string(op), Path: name, Err: f.fault.Err}
		}
	}
	f.calls = append(f.calls, Call{Op: op, Name: name, Err: err})
	return short, err
}

// do runs the operation unless it must fail.
func (f *Faulty) do(op Op, name string, run func() error) error {
	if _, err := f.next(op, name); err != nil {
		return err
	}
	return run()
}

// OpenFile implements [FS].
func (f *Faulty) OpenFile(name string, flag int, perm fs.FileMode) (File, error) {
	if _, err := f.next(OpOpen, name); err != nil {
		return nil, err
	}
	file, err := f.under.OpenFile(name, flag, perm)
	if err != nil {
		return nil, err
	}
	return &faultyFile{File: file, fs: f}, nil
}

// Mkdir implements [FS].
func (f *Faulty) Mkdir(name string, perm fs.FileMode) error {
	return f.do(OpMkdir, name, func() error { return f.under.Mkdir(name, perm) })
}

// MkdirAll implements [FS].
func (f *Faulty) MkdirAll(name string, perm fs.FileMode) error {
	return f.do(OpMkdirAll, name, func() error { return f.under.MkdirAll(name, perm) })
}

// Rename implements [FS].
func (f *Faulty) Rename(oldName, newName string) error {
	return f.do(OpRename, newName, func() error { return f.under.Rename(oldName, newName) })
}

// Remove implements [FS].
func (f *Faulty) Remove(name string) error {
	return f.do(OpRemove, name, func() error { return f.under.Remove(name) })
}

// Symlink implements [FS].
func (f *Faulty) Symlink(target, name string) error {
	return f.do(OpSymlink, name, func() error { return f.under.Symlink(target, name) })
}

// Link implements [FS].
func (f *Faulty) Link(oldName, newName string) error {
	return f.do(OpLink, newName, func() error { return f.under.Link(oldName, newName) })
}

// Readlink implements [FS].
func (f *Faulty) Readlink(name string) (target string, err error) {
	err = f.do(OpReadlink, name, func() (err error) { target, err = f.under.Readlink(name); return })
	return target, err
}

// Lstat implements [FS].
func (f *Faulty) Lstat(name string) (info fs.FileInfo, err error) {
	err = f.do(OpLstat, name, func() (err error) { info, err = f.under.Lstat(name); return })
	return info, err
}

// ReadDir implements [FS].
func (f *Faulty) ReadDir(name string) (entries []fs.DirEntry, err error) {
	err = f.do(OpReadDir, name, func() (err error) { entries, err = f.under.ReadDir(name); return })
	return entries, err
}

// SyncDir implements [FS].
func (f *Faulty) SyncDir(name string) error {
	return f.do(OpSyncDir, name, func() error { return f.under.SyncDir(name) })
}
