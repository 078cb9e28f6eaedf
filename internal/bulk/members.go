package bulk

import (
	"hash/crc32"
	"log/slog"
	"unsafe"

	"example.org/runshelf/internal/processor"
)

// Members writes the members of a JSON object as they lie in memory: each is a name and
// a value of log/slog behind it. It writes those whose names are short and plain and
// whose values are short texts that are plain, numbers and truths, and stops at each
// that is another.
//
// Only a unit with assembly has it: what it means is in package event, for which it is.
type Members struct {
	Buffer unsafe.Pointer // where they are written, in so many bytes:
	Room   int
	At     int            // where the next one begins there
	First  unsafe.Pointer // the members, so many:
	Number int
	Done   int // how many are written
	Began  int // where the one began at whose value it has stopped
	Why    int // it has stopped

	// The forms of values whose data is a text, a kind, and the first of some members.
	TextForm, NumberForm, GroupForm unsafe.Pointer

	Reserved *Hashes // of names that no member may have
	Levels   int     // how deep groups are written

	// The state of the object: what is known of it when some members are written.
	Names, Places Hashes
}

// MostLevels is how deep groups may be.
const MostLevels = 4

// MostText is how long a text is at most, in bytes.
const MostText = 160

// Why it has stopped.
const (
	AllWritten = iota
	NoRoom     // for what a member may take, which is MemberRoom
	OtherName
	OtherValue // of a member whose name is written
)

// MemberRoom is the most that is written for one member, in bytes.
const MemberRoom = 224

// MostMembers is how many members are written at most: so many names are known again.
const MostMembers = 16

// Hashes are those of names. A name that is there may be one of them; 0 is none.
type Hashes [MostMembers]uint16

// Kinds of values, as the assembly must know them.
const (
	KindBool     = int(slog.KindBool)
	KindDuration = int(slog.KindDuration)
	KindFloat64  = int(slog.KindFloat64)
	KindInt64    = int(slog.KindInt64)
	KindUint64   = int(slog.KindUint64)
)

// MembersHere reports whether there is assembly for a unit.
func MembersHere(u processor.Unit) bool { return u >= processor.AVX2 }

// Write writes members, up to the first that is another.
func (m *Members) Write() { membersAVX2(m) }

// HashOf returns the hash of a name as Write computes it.
func HashOf(name string) uint16 {
	n := len(name)
	first, last := word(name[:min(n, 8)]), uint64(0)
	h := crcWord(uint32(n), first)
	if n >= 8 {
		last = word(name[n-8:])
		h = crcWord(h, last)
	}
	return uint16(h) | 1
}

// word is up to eight bytes as a number, the first one lowest.
func word(s string) (w uint64) {
	for i := range len(s) {
		w |= uint64(s[i]) << (8 * i)
	}
	return w
}

// crcWord is the instruction that takes the remainder of eight bytes.
func crcWord(h uint32, w uint64) uint32 {
	var b [8]byte
	for i := range b {
		b[i] = byte(w >> (8 * i))
	}
	return ^crc32.Update(^h, castagnoli, b[:])
}
