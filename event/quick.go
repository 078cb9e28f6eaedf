package event

import (
	"log/slog"
	"math"
	"runtime"
	"strconv"
	"unsafe"
)

// memberRoom is the most that a member takes beyond its name when its value is a short
// text or a digit.
const memberRoom = 16 + shortString

// quickLevels is how deep groups may be for quick. One in which it meets something
// else it leaves to its caller as a whole, and then it is not tried inside of it.
const quickLevels = 4

// quickHere says that quick may be used: on this processor a word may begin anywhere,
// with its lowest byte, and values lie in memory as peeked says.
var quickHere = (runtime.GOARCH == "amd64" || runtime.GOARCH == "arm64") && peeksRight()

// Bytes that are written together, the first one lowest.
const (
	openName  = ',' | '"'<<8
	closeName = '"' | ':'<<8
)

// quick appends the first of some members, as [encoder.attrs] does: as long as their
// names are plain and not in the set, and their values are texts or in a number: whole
// numbers, fractions, truths, durations; or groups of such, down to so many levels. It
// returns how many these are, and the set with their names.
//
// Nearly all that is logged goes through here. So nothing is called for a member that is
// short, and there is one look for the room of all that it takes.
func quick(dst []byte, attrs []slog.Attr, seen keySet, levels int) ([]byte, int, keySet) {
	base, n, size := unsafe.Pointer(unsafe.SliceData(dst)), len(dst), cap(dst)
	for i := range attrs {
		v, name, k := peek(&attrs[i].Value), unsafe.Pointer(unsafe.StringData(attrs[i].Key)), len(attrs[i].Key)
		if size-n < k+memberRoom {
			dst = grow(dst[:n], k+memberRoom)
			base, size = unsafe.Pointer(unsafe.SliceData(dst)), cap(dst)
		}
		var word, mark uint64
		switch to := unsafe.Add(base, n+len(`,"`)); {
		case k >= 8:
			word, mark = copyWords(to, name, k)
		case k >= 4:
			word = copy4(to, name, k)
			mark = marks(word)
		case k > 0:
			word = copy1(to, name, k)
			mark = marks(word)
		}
		bit := bitOf(word)
		if mark&highs != 0 || seen&bit != 0 || k == 0 {
			return dst[:n], i, seen
		}
		seen |= bit
		*put2(base, n), *put2(base, n+k+2) = openName, closeName
		at, ok := n+k+4, true
		switch {
		case v.form == textForm && v.number <= shortString:
			mark, k = 0, int(v.number)
			switch to := unsafe.Add(base, at+1); {
			case k >= 8:
				_, mark = copyWords(to, v.data, k)
			case k >= 4:
				mark = marks(copy4(to, v.data, k))
			case k > 0:
				mark = marks(copy1(to, v.data, k))
			}
			*put1(base, at), *put1(base, at+k+1) = '"', '"'
			if n = at + k + 2; mark&highs == 0 {
				continue
			}
			dst = appendText(dst[:at], v.text())
		case v.form == numberForm && v.number < 10 && v.kind() == slog.KindInt64:
			*put1(base, at), n = '0'+byte(v.number), at+1
			continue
		case v.form == numberForm:
			dst = quickNumber(dst[:at], v)
		default:
			if dst, ok = quickOther(dst[:at], v, levels); !ok {
				return dst[:n], i, seen &^ bit
			}
		}
		base, n, size = unsafe.Pointer(unsafe.SliceData(dst)), len(dst), cap(dst)
	}
	return dst[:n], len(attrs), seen
}

// quickNumber appends a value that is in a number.
func quickNumber(dst []byte, v *peeked) []byte {
	kind := v.kind()
	if kind == slog.KindInt64 || kind == slog.KindDuration {
		if int64(v.number) < 0 {
			return appendUint(append(dst, '-'), -v.number)
		}
		return appendUint(dst, v.number)
	}
	switch kind {
	case slog.KindFloat64:
		return appendFloat(dst, math.Float64frombits(v.number), 64)
	case slog.KindUint64:
		return appendUint(dst, v.number)
	}
	return strconv.AppendBool(dst, v.number == 1)
}

// quickOther appends a long text or a group. It reports false, and what it appended is
// of no use, when the value is another, or not all of the group is for quick.
func quickOther(dst []byte, v *peeked, levels int) ([]byte, bool) {
	if v.form == textForm {
		return appendText(dst, v.text()), true
	}
	if v.form != groupForm || v.number == 0 || levels == 0 {
		return dst, false
	}
	start, group := len(dst), v.group()
	dst, done, _ := quick(dst, group, emptyKey, levels-1)
	if done < len(group) {
		return dst, false
	}
	dst[start] = '{' // in place of the comma
	return append(dst, '}'), true
}

// copyWords copies 8 bytes or more. It returns the word of the name that they may be,
// and the marks of all.
func copyWords(to, from unsafe.Pointer, k int) (word, mark uint64) {
	first, last := *put8(from, 0), *put8(from, k-8)
	*put8(to, 0), *put8(to, k-8) = first, last
	mark = marks(first) | marks(last)
	for i := 8; i < k-8; i += 8 {
		x := *put8(from, i)
		*put8(to, i) = x
		mark |= marks(x)
	}
	return first + last, mark
}

// copy4 copies 4 to 8 bytes, and returns them as a word.
func copy4(to, from unsafe.Pointer, k int) uint64 {
	first, last := *put4(from, 0), *put4(from, k-4)
	*put4(to, 0), *put4(to, k-4) = first, last
	return uint64(first) | uint64(last)<<32
}

// copy1 copies up to 3 bytes, and returns them as a word, with zeros in the rest of it.
func copy1(to, from unsafe.Pointer, k int) uint64 {
	x, y, z := *put1(from, 0), *put1(from, k>>1), *put1(from, k-1)
	*put1(to, 0), *put1(to, k>>1), *put1(to, k-1) = x, y, z
	return few(x, y, z)
}

// few returns up to three bytes as a word, with spaces behind.
func few(x, y, z byte) uint64 {
	return uint64(x) | uint64(y)<<8 | uint64(z)<<16 | spaces&^0xffffff
}

// put8 and the others are places where so many bytes are read or written as one.
func put8(p unsafe.Pointer, at int) *uint64 { return (*uint64)(unsafe.Add(p, at)) }
func put4(p unsafe.Pointer, at int) *uint32 { return (*uint32)(unsafe.Add(p, at)) }
func put2(p unsafe.Pointer, at int) *uint16 { return (*uint16)(unsafe.Add(p, at)) }
func put1(p unsafe.Pointer, at int) *byte   { return (*byte)(unsafe.Add(p, at)) }
