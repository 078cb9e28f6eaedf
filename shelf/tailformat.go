package shelf

import (
	"encoding/binary"
	"hash/crc32"
)

// The crash-safe tail is a file of fixed size that a living writer maps into its
// memory. It has two halves that take turns: while one is moved to events.jsonl
// by one large write, the other takes the next events.
//
//	   0  magic     8 bytes "rstail01"
//	   8  uuid     36 bytes, of the run that the tail belongs to
//	  48  large     8 bytes: 1 + the offset of a line being written straight to
//	                events.jsonl because it is longer than a half; 0 when none is
//	  56  check     8 bytes: the checksum of large, when that is not 0
//	  64  slot 0   32 bytes
//	 128  slot 1   32 bytes
//	4096  half 0
//	      half 1, up to the end of the file
//
//	slot:  0  epoch   8 bytes, counts the halves as they were begun, from 1
//	       8  offset  8 bytes: where in events.jsonl the half's content belongs
//	      16  commit  8 bytes: length of the content << 32 | its checksum
//
// Numbers are in the byte order of the machine, since the file never has a
// meaning elsewhere while it is needed: it is recovered where it was written, and
// a foreign order fails the checksum.
//
// The commit word is stored in one step after the bytes it speaks of, so that a
// process killed at any moment leaves a tail that is whole. The checksum is
// CRC-32C over epoch, offset and content; it tells a tail that a power cut left
// half on disk, and a snapshot that a reader took while the half was begun anew.
const (
	tailMagic      = "rstail01"
	tailUUIDAt     = 8
	tailUUIDLen    = 36
	tailLargeAt    = 48
	tailCheckAt    = 56
	tailSlotsAt    = 64
	tailSlotStride = 64
	tailSlotLen    = 24
	tailHeadLen    = tailSlotsAt + 2*tailSlotStride // up to here, what tells all that may change
	tailDataAt     = 4096

	slotEpochAt  = 0
	slotOffsetAt = 8
	slotCommitAt = 16
)

// TailSize is the length of a tail file in bytes: enough that of a thousand small
// events fewer than one carries a half to the log.
const TailSize = 512 << 10

// tailHalfLen is how much one half takes.
const tailHalfLen = (TailSize - tailDataAt) / 2

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// slotOf returns the slot of half i, and half returns its content area.
func slotOf(mem []byte, i int) []byte {
	at := tailSlotsAt + i*tailSlotStride
	return mem[at : at+tailSlotLen : at+tailSlotLen]
}

func halfOf(mem []byte, i int) []byte {
	at := tailDataAt + i*tailHalfLen
	return mem[at : at+tailHalfLen : at+tailHalfLen]
}

// checkOf is the checksum of the field large, stored before it. What follows that
// offset may be cut off, so a damaged figure must not be believed.
func checkOf(large uint64) uint64 {
	var b [8]byte
	binary.LittleEndian.PutUint64(b[:], large)
	return uint64(crc32.Checksum(b[:], castagnoli))
}

// seed begins the checksum of a half: epoch and offset are bound to the content.
func seed(epoch uint64, offset int64) uint32 {
	var b [16]byte
	binary.LittleEndian.PutUint64(b[:], epoch)
	binary.LittleEndian.PutUint64(b[8:], uint64(offset))
	return sumOf(b[:])
}
