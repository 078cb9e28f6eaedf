package shelf

import (
	"encoding/binary"
	"runtime"
	"sync/atomic"
	"unsafe"

	"example.org/runshelf/internal/bulk"
	"example.org/runshelf/internal/processor"
)

// TailWriter keeps lines in two halves of one memory region until they have been
// written to events.jsonl. The region is a mapped tail file, or plain memory for
// a writer that need not survive a kill. Its methods must not be called
// concurrently, but for [Half.Free], which the goroutine that wrote a half calls.
type TailWriter struct {
	mem    []byte
	active *Half
	halves [2]Half
	epoch  uint64
	copier bulk.Copier
}

// Half is one half of a tail: lines that belong at one place of events.jsonl.
type Half struct {
	data   []byte
	slot   []byte
	length int
	crc    uint32
	epoch  uint64
	offset int64
}

// NewTailWriter formats a region of [TailSize] bytes as the empty tail of a run
// whose events.jsonl is empty.
func NewTailWriter(mem []byte, uuid string) *TailWriter {
	t := &TailWriter{mem: mem, copier: bulk.NewCopier(processor.Best)}
	clear(mem[:tailDataAt])
	for i := range t.halves {
		t.halves[i] = Half{data: halfOf(mem, i), slot: slotOf(mem, i)}
	}
	copy(mem[tailUUIDAt:tailUUIDAt+tailUUIDLen], uuid)
	copy(mem, tailMagic)
	t.begin(&t.halves[0], 0)
	return t
}

// Room returns how many bytes still fit into the active half.
func (t *TailWriter) Room() int { return len(t.active.data) - t.active.length }

// Waiting returns how many bytes the active half holds.
func (t *TailWriter) Waiting() int { return t.active.length }

// Active returns the lines of the active half.
func (t *TailWriter) Active() []byte { return t.active.Bytes() }

// Append adds a line, for which there must be room. When it returns, the line
// survives the process.
func (t *TailWriter) Append(line []byte) {
	h := t.active
	h.crc = t.copier.Copy(h.data[h.length:], line, h.crc)
	h.length += len(line)
	commit(h.slot[slotCommitAt:], uint64(h.length)<<32|uint64(h.crc))
}

// AppendSummed is Append for one line that continues the checksums of an index with it:
// see [Indexer.CutSummed].
func (t *TailWriter) AppendSummed(line []byte, sums *bulk.Sums) {
	h := t.active
	h.crc, *sums = t.copier.Line(h.data[h.length:], line, h.crc, *sums)
	h.length += len(line)
	commit(h.slot[slotCommitAt:], uint64(h.length)<<32|uint64(h.crc))
}

// Free returns the room of the active half, empty, for a line that AppendPlaced is to add.
func (t *TailWriter) Free() []byte {
	h := t.active
	return h.data[h.length:h.length:len(h.data)]
}

// AppendPlaced is AppendSummed for a line that stands already where what Free returned
// begins, since it was written there.
func (t *TailWriter) AppendPlaced(length int, sums *bulk.Sums) {
	h := t.active
	line := h.data[h.length : h.length+length]
	h.crc, *sums = t.copier.Placed(line, h.crc, *sums)
	h.length += length
	commit(h.slot[slotCommitAt:], uint64(h.length)<<32|uint64(h.crc))
}

// Turn makes the other half, which must be free, the active one, and returns the
// one that was active, for being written to events.jsonl.
func (t *TailWriter) Turn() *Half {
	full := t.active
	other := &t.halves[0]
	if full == other {
		other = &t.halves[1]
	}
	t.begin(other, full.offset+int64(full.length))
	return full
}

// begin makes a free half the active one. Its commit word is 0 until it has
// content, so a killed process leaves nothing half begun.
func (t *TailWriter) begin(h *Half, offset int64) {
	t.epoch++
	h.epoch, h.offset, h.length, h.crc = t.epoch, offset, 0, seed(t.epoch, offset)
	store(h.slot[slotEpochAt:], h.epoch)
	store(h.slot[slotOffsetAt:], uint64(h.offset))
	t.active = h
}

// Large notes that a line longer than a half is being written straight to
// events.jsonl at offset. Both halves must be empty. Until [TailWriter.LargeDone]
// whatever stands there is no event.
func (t *TailWriter) Large(offset int64) {
	large := uint64(offset) + 1
	store(t.mem[tailCheckAt:], checkOf(large))
	store(t.mem[tailLargeAt:], large)
}

// LargeDone notes that events.jsonl is whole again and ends at offset.
func (t *TailWriter) LargeDone(offset int64) {
	t.begin(t.active, offset)
	store(t.mem[tailLargeAt:], 0)
}

// Bytes are the lines of the half.
func (h *Half) Bytes() []byte { return h.data[:h.length] }

// Offset is where they belong in events.jsonl.
func (h *Half) Offset() int64 { return h.offset }

// Free notes that events.jsonl holds the lines of the half.
func (h *Half) Free() {
	store(h.slot[slotCommitAt:], 0)
	h.length = 0
}

// store sets eight bytes in one step, after everything stored before it. The
// fields of a tail are aligned, and so is a mapping.
func store(b []byte, v uint64) {
	atomic.StoreUint64((*uint64)(unsafe.Pointer(&b[0])), v)
}

// commit is store for what only another process looks at while it may change. An amd64
// stores in order whatever it stores, so there this need not wait for all that is under
// way, as the instruction does that is atomic in Go.
func commit(b []byte, v uint64) {
	if runtime.GOARCH == "amd64" {
		*(*uint64)(unsafe.Pointer(&b[0])) = v
		return
	}
	store(b, v)
}

func load(b []byte) uint64 { return binary.NativeEndian.Uint64(b) }
