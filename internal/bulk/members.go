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

	Reserved *Hashes // of names that no member may have
	Levels   int     // how deep groups are written

	// What is written before the first member, unless it is nil, when the type of the
	// event, in so many bytes, is the one in it; and the cause, unless it is 0, behind it.
	// There is MemberRoom for that.
	Head       *Head
	Type       unsafe.Pointer
	TypeLength int
	Cause      uint64 // below MostCause

	Known  *Known // names that may come, unless it is nil
	Strays int    // 1 when names of the object came that are not those in Known
	Missed int    // 1 when these, or those of a group in it, might have been known

	// The hashes of the names that are written, when they are not those in Known.
	Names Hashes
}

// Forms are those of values whose data is a text, a kind, and the first of some members.
// They are set before anything is written, and never again.
var Forms struct{ Text, Number, Group unsafe.Pointer }

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
	OtherType  // than that in Head, and nothing is written
)

// MemberRoom is the most that is written for one member, in bytes.
const MemberRoom = 224

// MostMembers is how many members are written at most: so many names are known again.
const MostMembers = 16

// Hashes are those of names. A name that is there may be one of them; 0 is none.
type Hashes [MostMembers]uint16

// Known are names of the members of an object that can be written as they are, in order,
// since they are plain, none is reserved, and no two are alike. When the same come again
// one look at each tells so.
type Known struct {
	Names  [MostMembers + 1]KnownName
	Hashes Hashes // of the names
}

// KnownName is a name in Known, and what is known of the group that its member holds.
type KnownName struct {
	Text   [MostKnown + 4]byte // ,"name":
	Length int                 // of the name, or one of those below
	Offset int                 // of this from the first, in bytes
	Group  *Known
	_      uint64
}

// MostKnown is how long a name in Known is at most, in bytes.
const MostKnown = 28

// Lengths that no name has.
const (
	NoName    = -1 // there are no more
	NeverName = -2 // there is one that cannot be in Known, as nothing can behind it
)

// Clear forgets all names.
func (k *Known) Clear() {
	*k = Known{}
	for i := range k.Names {
		k.Names[i].Length = NoName
		k.Names[i].Offset = i * int(unsafe.Sizeof(KnownName{}))
	}
}

// Set makes a name the one at a place. All before it are set already.
func (k *Known) Set(i int, name string, group *Known) {
	n := &k.Names[i]
	n.Length, n.Group = len(name), group
	copy(n.Text[copy(n.Text[copy(n.Text[:], `,"`):], name)+2:], `":`)
	k.Hashes[i] = HashOf(name)
}

// MostCause is above all causes that are written.
const MostCause = 100_000_000

// Head is what stands before the members of an event of one type: the type, as a member.
type Head struct {
	Text   [64]byte // "event_type":"name"
	Length int      // of the name
}

// MostType is how long the type in a Head is at most, in bytes.
const MostType = 32

// Set makes a type, which is plain, the one in the head.
func (h *Head) Set(name string) {
	*h = Head{Length: len(name)}
	copy(h.Text[copy(h.Text[copy(h.Text[:], beforeType):], name)+len(beforeType):], `"`)
}

const beforeType = `"event_type":"`

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

// Inner returns what is known of the group at which it has stopped, or nil.
func (m *Members) Inner() *Known {
	if m.Known == nil || m.Strays != 0 {
		return nil
	}
	return m.Known.Names[m.Done].Group
}

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
