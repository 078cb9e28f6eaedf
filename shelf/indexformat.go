package shelf

import (
	"bytes"
	"cmp"
	"encoding/hex"
	"hash/crc32"
	"slices"
	"strconv"
	"time"

	"example.org/runshelf/event"
)

// The index of a log is a file of JSON Lines, one line a block of events.jsonl:
//
//	{"off":0,"len":65583,"first":1,"last":402,
//	 "t0":"2026-01-15T12:00:00.123456Z","t1":"2026-01-15T12:00:00.180211Z",
//	 "types":{"action":398,"tick":4},"crc32c":"8f1e22ab",
//	 "chain":"5feceb66…","body":"0d9a71c3","check":"e3069283"}
//
//	off, len    the block in bytes; the first one begins at 0, each of the others
//	            where the one before it ends, and all of them at line ends
//	first, last the sequences of its first and its last line
//	t0, t1      the earliest and the latest timestamp in it
//	types       how many lines of each event type; "" counts the lines whose type
//	            is not told, since there are too many
//	crc32c      CRC-32C of its bytes
//	chain       SHA-256 of the log up to the end of the block: the digest that the
//	            blocks before it gave, continued with the bytes of this one. That
//	            of the last block is the "sha256" of run.json. Left out when no
//	            digest is taken
//	body        CRC-32C of its lines without their timestamps, which are the bytes
//	            14 to 40 of a line of ours. It is the same in two runs that say the
//	            same at different times. Left out like chain
//	unordered   true when, in this block or before it, a timestamp is earlier than
//	            one that stands before it; left out otherwise
//	check       CRC-32C of the uuid of the run and of the line up to here: it tells
//	            a line that is damaged, half written or of another run
//
// A block ends with the line by which it reaches 64 KiB, so that equal lines are
// cut into equal blocks, whenever they are written. A line that is longer ends its
// block, however long that becomes.
//
// Further members may stand before check. What is not of this form ends the index:
// the lines before it hold.

// IndexBlockBytes is the length in bytes at which a block of the index ends.
const IndexBlockBytes = 64 << 10

const (
	// indexLineLimit is the longest line of an index, in bytes. A longer one is none.
	indexLineLimit = 1 << 20
	// bodyAt is where the body of a line begins: behind the timestamp.
	bodyAt = len(`{"timestamp":"`) + len(event.TimeLayout)
)

// TypeCount is how many lines of a block are of one event type.
type TypeCount struct {
	// JSON is the type as a JSON string; `""` stands for the types that are not
	// told.
	JSON  string
	Count uint64
}

// IndexBlock is one line of the index.
type IndexBlock struct {
	// Offset and Length are the place of the block in bytes.
	Offset, Length int64
	// First and Last are the sequences of the first and the last line.
	First, Last uint64
	// Earliest and Latest are timestamps as events have them, so that their order
	// is that of their bytes.
	Earliest, Latest string
	Types            []TypeCount
	// CRC is the CRC-32C of the bytes.
	CRC uint32
	// Chain is the SHA-256 of the log up to the end of the block in hexadecimal,
	// "" when it was not taken.
	Chain string
	// Body is the CRC-32C of the lines without their timestamps, when HasBody says
	// that it was taken. It is a hint: blocks that differ have the same one by a
	// chance of one in four billion, and never when the difference is within four
	// bytes.
	Body    uint32
	HasBody bool
	// Unordered says that times run backwards somewhere up to the end of the
	// block.
	Unordered bool
}

// End is where the block ends.
func (b *IndexBlock) End() int64 { return b.Offset + b.Length }

// Lines is the number of its lines.
func (b *IndexBlock) Lines() (n uint64) {
	for i := range b.Types {
		n += b.Types[i].Count
	}
	return n
}

// SetTimes sets Earliest and Latest.
func (b *IndexBlock) SetTimes(earliest, latest time.Time) {
	var text [2 * len(event.TimeLayout)]byte
	first := earliest.UTC().AppendFormat(text[:0], event.TimeLayout)
	both := string(latest.UTC().AppendFormat(first, event.TimeLayout))
	b.Earliest, b.Latest = both[:len(first)], both[len(first):]
}

// SortTypes brings the types into the order in which they are written.
func (b *IndexBlock) SortTypes() {
	slices.SortFunc(b.Types, func(x, y TypeCount) int { return cmp.Compare(x.JSON, y.JSON) })
}

// AppendIndexLine appends the line of a block, with its end. owner is the uuid of
// the run, or whatever else the index is bound to.
func AppendIndexLine(dst []byte, b *IndexBlock, owner string) []byte {
	return appendIndexLine(dst, b, owner, nil)
}

// appendIndexLine is AppendIndexLine for a block whose chain may be a digest instead.
func appendIndexLine(dst []byte, b *IndexBlock, owner string, chain []byte) []byte {
	start := len(dst)
	dst = strconv.AppendInt(append(dst, `{"off":`...), b.Offset, 10)
	dst = strconv.AppendInt(append(dst, `,"len":`...), b.Length, 10)
	dst = strconv.AppendUint(append(dst, `,"first":`...), b.First, 10)
	dst = strconv.AppendUint(append(dst, `,"last":`...), b.Last, 10)
	dst = append(append(append(dst, `,"t0":"`...), b.Earliest...), `","t1":"`...)
	dst = append(append(dst, b.Latest...), `","types":{`...)
	for i := range b.Types {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(append(dst, b.Types[i].JSON...), ':')
		dst = strconv.AppendUint(dst, b.Types[i].Count, 10)
	}
	dst = appendHex(append(dst, `},"crc32c":"`...), b.CRC)
	switch {
	case len(chain) > 0:
		dst = hex.AppendEncode(append(dst, `","chain":"`...), chain)
	case b.Chain != "":
		dst = append(append(dst, `","chain":"`...), b.Chain...)
	}
	if b.HasBody {
		dst = appendHex(append(dst, `","body":"`...), b.Body)
	}
	dst = append(dst, '"')
	if b.Unordered {
		dst = append(dst, `,"unordered":true`...)
	}
	check := checkLine(owner, dst[start:])
	return append(appendHex(append(dst, checkKey...), check), "\"}\n"...)
}

const checkKey = `,"check":"`

// checkLine is the checksum of a line of the index up to its own member.
func checkLine(owner string, line []byte) uint32 {
	return crc32.Update(sumOf(owner), castagnoli, line)
}

// sumOf is the CRC-32C of a few bytes. Package crc32 would have them allocated.
func sumOf[T string | []byte](text T) uint32 {
	sum := ^uint32(0)
	for i := range len(text) {
		sum = castagnoli[byte(sum)^text[i]] ^ sum>>8
	}
	return ^sum
}

// appendHex appends eight digits.
func appendHex(dst []byte, x uint32) []byte {
	return hex.AppendEncode(dst, []byte{byte(x >> 24), byte(x >> 16), byte(x >> 8), byte(x)})
}

// indexParser reads lines of an index. Nothing in them is believed: a figure that
// cannot be makes the line none.
type indexParser struct {
	owner string
	names map[string]string // the types met so far: there are few, and many lines
	last  []string          // those of the line before, which most often are those of the next one
	rest  []byte
	bad   bool
}

func newIndexParser(owner string) *indexParser {
	return &indexParser{owner: owner, names: map[string]string{}}
}

// parse reads a line without its end; false when it is none of this index.
func (p *indexParser) parse(line []byte) (b IndexBlock, ok bool) {
	const end = len(checkKey) + 8 + len(`"}`)
	at := len(line) - end
	if at < 0 || len(line) > indexLineLimit || !bytes.HasPrefix(line[at:], []byte(checkKey)) || string(line[len(line)-2:]) != `"}` {
		return b, false
	}
	p.rest, p.bad = line[at+len(checkKey):], false
	if p.hex() != checkLine(p.owner, line[:at]) || p.bad {
		return b, false
	}
	p.rest = line[:at]
	b.Offset, b.Length = p.length(`{"off":`), p.length(`,"len":`)
	b.First, b.Last = p.number(`,"first":`), p.number(`,"last":`)
	b.Earliest, b.Latest = p.time(`,"t0":"`), p.time(`,"t1":"`)
	p.types(&b)
	p.literal(`,"crc32c":"`)
	b.CRC = p.hex()
	p.literal(`"`)
	p.others(&b)
	ok = !p.bad && b.Length > 0 && b.Offset <= maxOffset && b.Length <= maxOffset &&
		b.First <= b.Last && b.Earliest <= b.Latest && b.Lines() > 0
	return b, ok
}

// maxOffset bounds the places in a log, so that their sums are places too.
const maxOffset = 1 << 60

// others reads what may be left out. What is not known here may be anything.
func (p *indexParser) others(b *IndexBlock) {
	const digest = 64
	if p.has(`,"chain":"`) {
		if len(p.rest) <= digest || p.rest[digest] != '"' || !isHex(p.rest[:digest]) {
			p.bad = true
			return
		}
		b.Chain, p.rest = string(p.rest[:digest]), p.rest[digest+1:]
	}
	if p.has(`,"body":"`) {
		b.Body, b.HasBody = p.hex(), true
		p.literal(`"`)
	}
	b.Unordered = p.has(`,"unordered":true`)
}

func isHex(b []byte) bool {
	for _, c := range b {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

func (p *indexParser) has(text string) bool {
	if len(p.rest) < len(text) || string(p.rest[:len(text)]) != text {
		return false
	}
	p.rest = p.rest[len(text):]
	return true
}

func (p *indexParser) literal(text string) {
	if !p.has(text) {
		p.bad = true
	}
}

func (p *indexParser) length(key string) int64 {
	n := p.number(key)
	if n > maxOffset {
		p.bad = true
		return 0
	}
	return int64(n)
}

func (p *indexParser) number(key string) (n uint64) {
	p.literal(key)
	digits := 0
	for ; digits < len(p.rest) && p.rest[digits]-'0' <= 9; digits++ {
		n = 10*n + uint64(p.rest[digits]-'0')
	}
	if digits == 0 || digits > 19 { // 19 digits do not overflow
		p.bad = true
		return 0
	}
	p.rest = p.rest[digits:]
	return n
}

func (p *indexParser) time(key string) string {
	const n = len(event.TimeLayout)
	p.literal(key)
	if p.bad || len(p.rest) <= n || p.rest[10] != 'T' || p.rest[19] != '.' || p.rest[n-1] != 'Z' || p.rest[n] != '"' {
		p.bad = true
		return ""
	}
	text := string(p.rest[:n])
	p.rest = p.rest[n+1:]
	return text
}

func (p *indexParser) types(b *IndexBlock) {
	last := p.last
	p.last = p.last[:0]
	for key := `,"types":{`; !p.bad; key = `,` {
		p.literal(key)
		name := ""
		if at := len(b.Types); at < len(last) && p.has(last[at]) {
			name = last[at]
		} else {
			name = p.name()
		}
		p.last = append(p.last, name)
		count := p.number(`:`)
		if count > maxOffset {
			p.bad = true
		}
		if b.Types == nil {
			b.Types = make([]TypeCount, 0, max(1, len(last)))
		}
		b.Types = append(b.Types, TypeCount{name, count})
		if p.has(`}`) {
			return
		}
	}
}

// stringEnd finds the quote that ends the inside of a JSON string, or -1.
func stringEnd(b []byte) int {
	for i := 0; i < len(b); i++ {
		switch b[i] {
		case '"':
			return i
		case '\\':
			i++
		}
	}
	return -1
}

// name reads a JSON string and returns it, kept once for all lines. What is none makes the
// line none.
func (p *indexParser) name() string {
	p.literal(`"`)
	end := stringEnd(p.rest)
	if p.bad || end < 0 {
		p.bad = true
		return ""
	}
	inside := p.rest[:end]
	p.rest = p.rest[end+1:]
	if name, known := p.names[string(inside)]; known {
		return name
	}
	name := `"` + string(inside) + `"`
	if _, ok := event.DecodeString([]byte(name)); !ok {
		p.bad = true
	}
	if !p.bad && len(p.names) < 1<<16 {
		p.names[string(inside)] = name
	}
	return name
}

// hex reads eight digits.
func (p *indexParser) hex() (x uint32) {
	var b [4]byte
	if len(p.rest) < 8 || !isHex(p.rest[:8]) {
		p.bad = true
		return 0
	}
	_, _ = hex.Decode(b[:], p.rest[:8]) // never: they are digits
	p.rest = p.rest[8:]
	return uint32(b[0])<<24 | uint32(b[1])<<16 | uint32(b[2])<<8 | uint32(b[3])
}
