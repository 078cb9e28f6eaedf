package runshelf

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"example.org/runshelf/shelf"
)

// flushEvery bounds how long an event waits for the file when few are logged.
const flushEvery = 100 * time.Millisecond

// buffered is the journal of every level but DurabilityEach: lines are copied
// into memory and reach the file by one large write, when half the memory is
// full or after 100 ms. The memory is a mapped tail file, which survives a killed
// process, or plain.
//
// Whoever fills a half carries it to the file, once the logger's lock is let go:
// the bytes are still near in the processor that wrote them, and nobody has to be
// woken for it, which costs more than the copy. Others go on with the other half
// meanwhile.
//
// A half that cannot be written stays in memory and is tried again. Only when
// there is no room left is an event refused, so a disk that is full for a moment
// loses nothing.
type buffered struct {
	kind Durability
	mem  memory
	lock sync.Locker // the logger's, which guards what is below
	tail *shelf.TailWriter
	end  int64

	torn    bool // a part of a large line stands behind end
	armed   bool // the timer will flush what waits
	closing bool
	timer   *time.Timer
	hand    *inHand // the half that is being written, or could not be
	out     *outlet

	// waiting is the half in hand as long as nobody has taken it to carry it. It
	// is set under the lock, and taken with or without it.
	waiting atomic.Pointer[inHand]
}

// inHand is one half on its way to the file. err may be read once done is closed.
type inHand struct {
	half  *shelf.Half
	begun running // of the block with which it ends
	done  chan struct{}
	err   error
}

func newBuffered(out *outlet, kind Durability, lock sync.Locker, mem memory) *buffered {
	b := &buffered{
		kind: kind,
		mem:  mem,
		lock: lock,
		tail: shelf.NewTailWriter(mem.bytes, mem.uuid),
		out:  out,
	}
	b.timer = time.AfterFunc(flushEvery, b.flushLate)
	b.timer.Stop()
	return b
}

func (b *buffered) level() Durability { return b.kind }

func (b *buffered) size() int64 { return b.end }

// wait carries the half that waits, if there is one: the caller has just let the
// lock go.
func (b *buffered) wait(int64) { b.carry() }

// carry writes the half that waits to the file, unless somebody else does.
func (b *buffered) carry() {
	if b.waiting.Load() == nil {
		return
	}
	if hand := b.waiting.Swap(nil); hand != nil {
		b.writeHalf(hand)
	}
}

func (b *buffered) append(line []byte, sums *running) error {
	if err := b.untear(); err != nil {
		return err
	}
	if len(line) > b.tail.Room() {
		if err := b.turn(sums); err != nil {
			return err
		}
		if len(line) > b.tail.Room() {
			return b.appendLarge(line, b.out.write)
		}
	}
	if sums != nil {
		b.tail.AppendSummed(line, &sums.Sums)
		sums.Length += int64(len(line))
	} else {
		b.tail.Append(line)
	}
	b.added(line)
	return nil
}

// added counts a line, which is in the file 100 ms later.
func (b *buffered) added(line []byte) {
	b.end += int64(len(line))
	if !b.armed {
		b.armed = true
		b.timer.Reset(flushEvery)
	}
}

// free returns the room for a line that appendPlaced is to add, which may be none.
func (b *buffered) free() []byte {
	if b.torn {
		return nil
	}
	return b.tail.Free()
}

// appendPlaced is append for a line that has been written into what free returned.
func (b *buffered) appendPlaced(line []byte, sums *running) {
	b.tail.AppendPlaced(len(line), &sums.Sums)
	sums.Length += int64(len(line))
	b.added(line)
}

// appendLarge writes a line that no half can hold, after everything before it.
// Until it stands there whole, the tail says that it is no event. When the write
// leaves a part behind that cannot be cut off yet, the tail goes on saying so, and
// nothing more is taken, until it is.
func (b *buffered) appendLarge(line []byte, write func(p []byte, off int64) error) error {
	if err := b.await(); err != nil {
		return err
	}
	b.tail.Large(b.end)
	err := write(line, b.end)
	if err == nil {
		b.end += int64(len(line))
	}
	if b.torn = b.out.torn; !b.torn {
		b.tail.LargeDone(b.end)
	}
	return err
}

// appendMany takes the way of a large line: the system's memory for files survives
// a killed process as the tail does, so there is no need to go through that.
func (b *buffered) appendMany(lines []byte) error {
	if err := b.untear(); err != nil {
		return err
	}
	if err := b.turn(nil); err != nil {
		return err
	}
	return b.appendLarge(lines, b.out.put)
}

func (b *buffered) late() bool { return b.out.late() }

func (b *buffered) count(lines []byte, back chan<- []byte) { b.out.countLater(lines, back) }

// untear cuts off what a large line left behind. Both halves are empty until it
// is done, so the log ends where that line began.
func (b *buffered) untear() error {
	if !b.torn {
		return nil
	}
	if err := b.out.cut(b.end); err != nil {
		return err
	}
	b.torn = false
	b.tail.LargeDone(b.end)
	return nil
}

// turn lays the active half ready to be carried to the file, and goes on with the
// other one, which must have been written before. Whoever calls it sees to it that
// carry is called once the lock is let go. The sums are those that append would continue.
func (b *buffered) turn(sums *running) error {
	if err := b.await(); err != nil {
		return err
	}
	if b.tail.Waiting() > 0 {
		b.hand = &inHand{half: b.tail.Turn(), begun: sums.now(), done: make(chan struct{})}
		b.waiting.Store(b.hand)
	}
	return nil
}

func (b *buffered) writeHalf(hand *inHand) {
	defer close(hand.done)
	hand.err = b.move(hand)
}

// move writes a half to its place in the file. Killed in the middle, the tail
// still holds it, and the same bytes go to the same place again.
func (b *buffered) move(hand *inHand) error {
	lines := hand.half.Bytes()
	err := b.out.put(lines, hand.half.Offset())
	if err == nil {
		b.out.count(lines, hand.begun)
		hand.half.Free()
	}
	return err
}

// await returns when no half is in hand any more. One that could not be written
// is tried once more, here.
func (b *buffered) await() error {
	if b.hand == nil {
		return nil
	}
	b.carry()
	<-b.hand.done
	if b.hand.err != nil {
		if b.closing {
			b.out.full = nil // the last attempt is a real one
		}
		b.hand.err = b.move(b.hand)
	}
	if b.hand.err != nil {
		return b.hand.err
	}
	b.hand = nil
	return nil
}

func (b *buffered) flush() error {
	if err := b.turn(nil); err != nil {
		return err
	}
	return b.await()
}

// flushLate moves what has waited long enough, beside the program.
func (b *buffered) flushLate() {
	b.turnLate()
	b.carry()
}

// turnLate is the part of flushLate that needs the lock. While a half is still
// being written it comes back later, so that nobody waits for the disk.
func (b *buffered) turnLate() {
	b.lock.Lock()
	defer b.lock.Unlock()
	b.armed = false
	if b.closing {
		return
	}
	if b.busy() || b.turn(nil) != nil {
		b.armed = true
		b.timer.Reset(flushEvery)
	}
}

func (b *buffered) busy() bool {
	if b.hand == nil {
		return false
	}
	select {
	case <-b.hand.done:
		return false
	default:
		return true
	}
}

func (b *buffered) syncFile() error { return b.out.sync() }

func (b *buffered) filled() <-chan struct{} { return b.out.filled }

func (b *buffered) writeOut() { b.out.writeOut() }

func (b *buffered) fault() error { return errors.Join(b.out.guard.fault(), b.stuck()) }

// stuck tells that lines wait in memory because they could not be written. They
// may still be, so they are not lost; but if the process dies they are, unless the
// memory survives it.
func (b *buffered) stuck() error {
	b.lock.Lock()
	defer b.lock.Unlock()
	if b.mem.survives || b.hand == nil || b.busy() || b.hand.err == nil {
		return nil
	}
	return fmt.Errorf("events wait for the log to be writable: %w", b.hand.err)
}

func (b *buffered) sum() []byte { return b.out.sum() }

func (b *buffered) close() (lost []byte, err error) {
	defer b.out.settle()
	b.closing = true
	b.timer.Stop()
	err = b.flush()
	b.out.trim()
	if err != nil {
		lost = b.keep()
		err = fmt.Errorf("moving the last events to the log: %w", err)
	} else if err = b.out.sync(); err == nil {
		err = b.mem.free()
	}
	if closeErr := b.out.file.Close(); err == nil {
		err = closeErr
	}
	return lost, err
}

// keep accounts for the lines that could not be moved. In a tail file they are a
// part of the run, and readers find them there; in plain memory they are lost.
func (b *buffered) keep() (lost []byte) {
	var left []byte
	if b.hand != nil {
		left = append(left, b.hand.half.Bytes()...)
	}
	left = append(left, b.tail.Active()...)
	if !b.mem.survives {
		return left
	}
	b.out.count(left, nothingBegun)
	return nil
}
