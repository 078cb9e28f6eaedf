package event

import (
	"log/slog"
	"unsafe"

	"example.org/runshelf/internal/bulk"
	"example.org/runshelf/internal/processor"
)

// fastHere says that fast may be used: values lie in memory as peeked says, and there is
// assembly that reads them.
var fastHere = bulk.MembersHere(processor.Best) && quickHere && tellForms()

func tellForms() bool {
	bulk.Forms.Text, bulk.Forms.Number, bulk.Forms.Group = textForm, numberForm, groupForm
	return true
}

// Names that a member may not have are the reserved ones, at top level.
var (
	noNames       bulk.Hashes
	reservedNames = func() (h bulk.Hashes) {
		for i, name := range [...]string{KeyTimestamp, KeySequence, KeyType, KeyLevel, KeyCause} {
			h[i] = bulk.HashOf(name)
		}
		return h
	}()
)

func reservedFor(top bool) *bulk.Hashes {
	if top {
		return &reservedNames
	}
	return &noNames
}

// fast is quick by assembly, for the first members up to as many as that takes. Longer
// texts, wider numbers and groups it writes itself.
func fast(dst []byte, attrs []slog.Attr, reserved *bulk.Hashes, levels int) ([]byte, int) {
	return fastKnown(dst, attrs, reserved, levels, nil)
}

// fastKnown is fast for members whose names may be known.
func fastKnown(dst []byte, attrs []slog.Attr, reserved *bulk.Hashes, levels int, known *bulk.Known) ([]byte, int) {
	n := min(len(attrs), bulk.MostMembers)
	if n == 0 {
		return dst, 0
	}
	var m bulk.Members
	m.First, m.Number = unsafe.Pointer(unsafe.SliceData(attrs)), n
	m.Reserved, m.Levels, m.Known = reserved, min(levels, bulk.MostLevels), known
	write(&m, dst)
	return fastFrom(dst, attrs, &m, levels)
}

// write has the assembly go on behind what is in dst.
func write(m *bulk.Members, dst []byte) {
	m.Buffer, m.At, m.Room = unsafe.Pointer(unsafe.SliceData(dst)), len(dst), cap(dst)
	m.Write()
}

// fastFrom goes on where the assembly has stopped, which has written into dst.
func fastFrom(dst []byte, attrs []slog.Attr, m *bulk.Members, levels int) ([]byte, int) {
	for {
		dst = dst[:m.At]
		switch m.Why {
		case bulk.NoRoom:
			dst = grow(dst, bulk.MemberRoom+cap(dst))
		case bulk.OtherValue:
			out, ok := fastOther(dst, peek(&attrs[m.Done].Value), levels, m.Inner())
			if !ok {
				return dst[:m.Began], m.Done
			}
			if m.Done++; m.Done == m.Number {
				return out, m.Done
			}
			dst = out
		default:
			return dst, m.Done
		}
		if m.Strays != 0 {
			m.Known = nil
		}
		write(m, dst)
	}
}

// fastOther appends a value that the assembly does not. It reports false when the value
// is for none of them.
func fastOther(dst []byte, v *peeked, levels int, known *bulk.Known) ([]byte, bool) {
	switch v.form {
	case textForm:
		return appendText(dst, v.text()), true
	case numberForm:
		return quickNumber(dst, v), true
	case groupForm:
		if v.number == 0 || levels == 0 {
			return dst, false
		}
		start, group := len(dst), v.group()
		dst, done := fastKnown(dst, group, &noNames, levels-1, known)
		if done < len(group) {
			return dst, false
		}
		dst[start] = '{' // in place of the comma
		return append(dst, '}'), true
	}
	return dst, false
}
