package query

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"
	"time"

	"example.org/runshelf/event"
	"example.org/runshelf/shelf"
)

// A question that has to read a long log as a whole, since there is no index that is
// believed, keeps an index of its own for the next one. It has the form of that of a
// run (see package shelf), stands in the cache directory, and is bound to the state
// of the file that was read: its device, inode, size and times of modification and
// of change. The system sets the last of these, and nobody can set it back. So there
// are such indexes only where the system tells it.

// Limits of the indexes that are kept.
const (
	minKept      = 32 << 20 // of a log, in bytes
	maxKept      = 256 << 20
	maxKeptFiles = 1000
	maxKeptLine  = 1 << 20
)

// keptIndex is the place of the index of one state of a log.
type keptIndex struct {
	path  string
	owner string // the state
	size  int64  // of the log
	seen  signature
}

// keptIndexOf returns the place; false when there is none, the log is shorter than
// least, or it may be being written.
func keptIndexOf(cacheDir string, run *shelf.Run, events *shelf.Events, least int64) (keptIndex, bool) {
	if cacheDir == "" || run.Status == shelf.StatusRunning || run.Status == shelf.StatusUnknown && !run.Manifest.StartedAt.IsZero() {
		return keptIndex{}, false
	}
	info, err := events.Stat()
	if err != nil {
		return keptIndex{}, false
	}
	seen, device, ok := stateOf(info)
	k := keptIndex{
		path:  filepath.Join(cacheDir, "index", fmt.Sprintf("%x-%x", device, seen.inode)),
		owner: fmt.Sprintf("%x %x %x %x %x", device, seen.inode, seen.size, seen.modified, seen.changed),
		size:  info.Size(),
		seen:  seen,
	}
	return k, ok && k.size >= least
}

// open opens the index that was kept of the log.
func (k *keptIndex) open(events io.ReaderAt) (*shelf.Index, error) {
	f, err := os.Open(k.path)
	if err != nil {
		return nil, err
	}
	if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
		x, err := shelf.NewIndex(f, info.Size(), k.owner)
		if err == nil && x.Fits(events, k.size) {
			return x, nil
		}
	}
	return nil, errors.Join(fs.ErrNotExist, f.Close())
}

// believedIndex opens the index of a run, or the one that was kept of its log. Where
// there is neither, keep is what may be kept; nil when nothing may.
func believedIndex(cacheDir string, run *shelf.Run, events *shelf.Events) (x *shelf.Index, keep *keptIndex, err error) {
	if x, err = run.Index(events); err == nil {
		return x, nil, nil
	}
	k, ok := keptIndexOf(cacheDir, run, events, minKept)
	if !ok {
		return nil, nil, err
	}
	x, err = k.open(events)
	return x, &k, err
}

// keeper writes an index while the log is read, block by block. It never fails: what
// cannot be written is not there, and nobody is told.
type keeper struct {
	index  *keptIndex
	events *shelf.Events
	file   *os.File
	w      *bufio.Writer
	line   []byte
	types  []shelf.TypeCount // of one block
	last   shelf.IndexBlock
	ended  atomic.Bool // of what follows nothing is told
}

// newKeeper begins an index; nil when the log was changed too lately for its state
// to be told from the next one.
func newKeeper(index *keptIndex, events *shelf.Events, now time.Time) *keeper {
	if index == nil || index.seen.recent(now) {
		return nil
	}
	return &keeper{index: index, events: events}
}

// add tells of the next block. An index tells of the blocks before the first one
// that is not as a writer of ours makes it.
func (k *keeper) add(p *partial) {
	if k.ended.Load() || p.length == 0 {
		return
	}
	next, ok := p.indexed(k.types)
	k.types = next.Types[:0]
	if !ok || next.Offset != k.last.End() || next.End() > k.index.size || next.First <= k.last.Last {
		k.ended.Store(true)
		return
	}
	next.Unordered = next.Unordered || k.last.Unordered || next.Earliest < k.last.Latest
	k.line = shelf.AppendIndexLine(k.line[:0], &next, k.index.owner)
	next.Latest = max(next.Latest, k.last.Latest) // what the next one is compared with
	k.last = next
	_, err := k.w.Write(k.line)
	k.ended.Store(err != nil || len(k.line) > maxKeptLine)
}

// begin makes a file of another name; false when that cannot be, or k is nil.
func (k *keeper) begin() bool {
	if k == nil {
		return false
	}
	dir := filepath.Dir(k.index.path)
	err := os.MkdirAll(dir, 0o700)
	if err == nil {
		k.file, err = os.CreateTemp(dir, ".new-*")
	}
	if err != nil {
		return false
	}
	k.w = bufio.NewWriter(k.file)
	return true
}

// finish puts the index in its place, when the log was read to its end and is still
// as it was.
func (k *keeper) finish(whole bool) {
	info, err := k.events.Stat()
	if err == nil {
		seen, _, _ := stateOf(info)
		whole = whole && seen == k.index.seen && k.last.Length > 0
		err = k.w.Flush()
	}
	err = cmp.Or(err, k.file.Close())
	if err != nil || !whole || os.Rename(k.file.Name(), k.index.path) != nil {
		_ = os.Remove(k.file.Name())
		return
	}
	pruneKept(filepath.Dir(k.index.path), maxKept, maxKeptFiles)
}

// pruneKept removes the oldest indexes while there are more bytes or files than
// there may be.
func pruneKept(dir string, maxBytes int64, maxFiles int) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	var files []fs.FileInfo
	for _, e := range entries {
		if info, err := e.Info(); err == nil && info.Mode().IsRegular() {
			files = append(files, info)
		}
	}
	slices.SortFunc(files, func(a, b fs.FileInfo) int { return b.ModTime().Compare(a.ModTime()) })
	var bytes int64
	for i, f := range files {
		if bytes += f.Size(); bytes > maxBytes || i >= maxFiles {
			_ = os.Remove(filepath.Join(dir, f.Name()))
		}
	}
}

// indexed is what was counted of a block, all of whose lines were looked at, as an
// index tells it; false when one of them is not as a writer of ours makes it. The types
// are put into memory that is handed in.
func (p *partial) indexed(types []shelf.TypeCount) (shelf.IndexBlock, bool) {
	n := len(event.TimeLayout)
	if p.odd || p.events == 0 || p.missing+p.long > 0 || p.report.Broken > 0 || !p.ended || !p.latest.found() {
		return shelf.IndexBlock{}, false
	}
	x := shelf.IndexBlock{
		Offset: p.offset, Length: p.length, First: p.first, Last: p.last,
		Earliest: string(valueIn(p.stored, p.earliest)[1 : n+1]), Latest: string(valueIn(p.stored, p.latest)[1 : n+1]), CRC: p.sum, Unordered: p.disorder, Types: types,
	}
	for i := range p.parts {
		x.Types = append(x.Types, shelf.TypeCount{JSON: p.parts[i].key, Count: p.parts[i].count})
	}
	x.SortTypes()
	return x, true
}

// look notes what an index must know of a line, of its stored values; ours says that
// the time is one of ours.
func (c *counter) look(p *partial, sequence, kind []byte, ours bool) {
	n := sequenceOf(sequence)
	if n <= p.last || len(kind) < len(`"x"`) || kind[0] != '"' || !ours {
		p.odd = true
		return
	}
	if p.last = n; p.first == 0 {
		p.first = n
	}
}

// inOrderKeeping has each block of a file worked on like inOrder. When an index is to be kept,
// the lines are counted for it besides, unless that is what the work does anyway.
func inOrderKeeping[T any](f *blocks, newWork func() func(*block, T) T, deliver func(*block, T) error) error {
	if !f.keep.begin() {
		return inOrder(f, newWork, deliver)
	}
	type both struct {
		answer T
		all    *partial
	}
	newBoth := func() func(*block, both) both {
		work, all := newWork(), newIndexCounter()
		return func(b *block, r both) both {
			r.answer = work(b, r.answer)
			if !f.keep.ended.Load() {
				r.all = all.block(b, r.all)
			}
			return r
		}
	}
	err := inOrder(f, newBoth, func(b *block, r both) error {
		f.keep.add(r.all)
		return deliver(b, r.answer)
	})
	f.keep.finish(err == nil)
	return err
}

// newIndexCounter counts all that an index tells of.
func newIndexCounter() *counter {
	c := newCounter(event.KeyType, nil, Filter{})
	c.looks = true
	return c
}
