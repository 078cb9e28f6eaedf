package runshelf

import (
	"sync"

	"example.org/runshelf/shelf"
)

// journal is the way of whole lines to the file; the levels of durability are
// ways of their own. The logger calls append, size, flush and close under its
// lock, and the others without it, at any time.
type journal interface {
	// append adds a line with its end. After an error nothing of the line remains,
	// now or later, and a next append may succeed. Where it looks at all bytes of the
	// line anyway it continues the sums with it, unless they are nil; then line may be
	// several lines too.
	append(line []byte, sums *running) error
	// size is the length of all lines added so far.
	size() int64
	// wait returns when the first end bytes are as safe as the level promises,
	// or when that has failed.
	wait(end int64)
	// flush returns when the lines added so far are in the file.
	flush() error
	// syncFile makes the lines that are in the file safe against a power cut. A
	// failure is final: what was written before it is never called safe again.
	syncFile() error
	// filled tells when so much is in the file that writeOut should be called. Nil
	// never does.
	filled() <-chan struct{}
	// writeOut begins to bring the lines that are in the file to the disk.
	writeOut()
	// fault is the failure of an earlier sync.
	fault() error
	// close writes what waits, syncs, and closes the file. It returns the lines
	// that were added and are lost.
	close() (lost []byte, err error)
	// sum is the SHA-256 of all lines that were added and not lost, or nil when
	// none was taken. It is called after close.
	sum() []byte
	// level is what the journal really does.
	level() Durability
}

// bulkJournal is a journal to which many lines can be added at once. Its methods are
// called under the logger's lock.
type bulkJournal interface {
	journal
	// appendMany adds lines as append does, straight to the file. Digest and index
	// learn of them by count, which must follow before anything else is added.
	appendMany(lines []byte) error
	// late reports whether digest and index are behind the file: then whoever adds may
	// do some of their work.
	late() bool
	// count adds the lines of appendMany to digest and index, beside the program,
	// and then sends their memory to back, which must have room for it.
	count(lines []byte, back chan<- []byte)
}

// openJournal returns the journal of the wanted level on the events of a run.
// Where nothing can be mapped, DurabilityEach stands in for DurabilityCrash.
func openJournal(live *shelf.Live, out *outlet, o Options, lock sync.Locker) journal {
	switch o.Durability {
	case DurabilityNone:
		return newBuffered(out, DurabilityNone, lock, plainMemory())
	case DurabilityPower:
		return newGrouped(out, lock)
	case DurabilityCrash:
		if mem, err := mappedMemory(live); err == nil {
			return newBuffered(out, DurabilityCrash, lock, mem)
		}
	}
	return newDirect(out)
}
