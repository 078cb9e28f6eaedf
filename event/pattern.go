package event

import (
	"slices"
	"strings"
	"unsafe"

	"example.org/runshelf/internal/bulk"
	"example.org/runshelf/internal/processor"
)

// Role says what is looked at in a member of an object of which a [Pattern] is made.
type Role uint8

// The roles.
const (
	// Free may have any value.
	Free Role = iota
	// Fixed has the same value, spelled in the same way.
	Fixed
	// Marked has any that is no object and no array, and no string that would be spelled in
	// another way here. [Finish] is handed it.
	Marked
)

// MostMarked is how many members of an object may be marked.
const MostMarked = bulk.MostMarks

// Finish appends what stands behind the members of an object in its event, up to and with
// the line end. It is handed the marked values as they are spelled, in the order of the
// object, and reports false when the object is not one of the pattern after all.
type Finish func(dst []byte, marked [][]byte) ([]byte, bool)

// Pattern is what lines have in common that are objects of the same names, in the same
// order and with the same white space, in some of which the values are the same too. Most
// of what becomes of such a line is known before it is read. See [Stamp.AppendPattern]. It
// is not safe for concurrent use.
type Pattern struct {
	steps  []bulk.Step
	depths []int // of the values, by step: in how many objects they are
	finish Finish
	marked int
	values [][]byte
	now    bulk.Following
}

// Bounds of a pattern.
const (
	mostSteps        = 64
	mostPatternDepth = 8
)

// NewPattern returns the pattern of the lines that are as an object is, which has been
// read, and that become b as the object does, which has no cause. roles are those of its
// members; what is not in it is Free, but for event_type and level, which are always Fixed
// and must not be Marked. finish may be nil when b.Attrs stand behind each of them; else it must
// give, for the object itself, what they would.
//
// end is how the lines end: "\n" or "\r\n".
//
// It returns nil when the object is none to make a pattern of.
func NewPattern(object []byte, end string, b Body, roles []Role, finish Finish) *Pattern {
	m := patternMaker{c: newRawCopy(object, nil), body: &b, roles: roles}
	want, err := AppendObjectBody(nil, b, object)
	if err != nil || len(object) > keepForeign || end != "\n" && end != "\r\n" {
		return nil
	}
	m.write = appendEnvelope(nil, &b)
	if m.top() != nil || m.failed {
		return nil
	}
	m.match = append(m.match, end...)
	if finish == nil {
		var e encoder
		m.write = append(e.attrs(m.write, b.Attrs, &envelope{body: &b}), '}', '\n')
	}
	m.step(false, false)
	if len(m.steps) > mostSteps || m.marked > MostMarked {
		return nil
	}
	p := &Pattern{steps: m.steps, depths: m.depths, finish: finish, marked: m.marked}
	p.values = make([][]byte, m.marked)
	if !p.gives(slices.Concat(object, []byte(end)), want) {
		return nil
	}
	return p
}

// gives reports whether the pattern makes of a line what is wanted.
func (p *Pattern) gives(line, want []byte) bool {
	const behind = 4 * bulk.MostLiteral // so that the line is not taken for one that comes near to the end
	text := slices.Concat(line, make([]byte, behind))
	f := &p.now
	f.Text, f.At = text, 0
	f.Out, f.N = make([]byte, len(want)+3*len(text)), 0
	ok := p.follow() && f.At == len(line) && string(f.Out[:f.N]) == string(want)
	f.Text, f.Out = nil, nil
	return ok
}

// Begins reports whether a text begins as the lines of the pattern do.
func (p *Pattern) Begins(text []byte) bool { return p.steps[0].Begins(text) }

// Same reports whether two patterns are of the same lines.
func (p *Pattern) Same(q *Pattern) bool {
	if len(p.steps) != len(q.steps) {
		return false
	}
	for i := range p.steps {
		if p.steps[i] != q.steps[i] {
			return false
		}
	}
	return true
}

// AppendPattern appends an event for each of the lines at the beginning of chunk that
// are of a pattern, and returns how many bytes of chunk they took. It leaves the first one
// that is not, or whose event is longer than l.Limit; and, now and then, others. Nor does
// it make room in l.Lines: those that do not fit are left as well. Before and After in l
// do not count.
func (s *Stamp) AppendPattern(l *TextLines, p *Pattern, chunk []byte) (taken int) {
	f := &p.now
	f.Text, f.At = chunk, 0
	f.Out, f.N = l.Lines[:cap(l.Lines)], len(l.Lines)
	for {
		if l.Sequence != s.sequence {
			s.advance(l.Sequence)
		}
		if f.N+HeadRoom > len(f.Out) {
			break
		}
		from, start := f.At, f.N
		*(*[HeadRoom]byte)(f.Out[start:]) = s.head
		f.N += s.size
		if !p.follow() || f.N-start-s.size > l.Limit {
			f.At, f.N = from, start
			break
		}
		l.Ends = append(l.Ends, f.N)
		l.Sequence++
	}
	l.Lines = f.Out[:f.N]
	f.Text, f.Out = nil, nil
	return f.At
}

// follow makes the body of an event of the line that comes next, and reports whether it
// is one of the pattern.
func (p *Pattern) follow() bool {
	f := &p.now
	f.Steps, f.Step = p.steps, 0
	for {
		switch bulk.Follow(processor.Best, f) {
		case bulk.FollowedAll:
			return p.finish == nil || p.finished()
		case bulk.FollowedOther:
			return false
		}
		if !p.odd() {
			return false
		}
	}
}

// finished appends what stands behind the members.
func (p *Pattern) finished() bool {
	f := &p.now
	for i := range p.values {
		mark := f.Marks[i+1]
		p.values[i] = f.Text[mark.Start:mark.End]
	}
	dst, ok := p.finish(f.Out[:f.N:len(f.Out)], p.values)
	return ok && p.wrote(dst)
}

// wrote takes over what was appended, when there was room for it.
func (p *Pattern) wrote(dst []byte) bool {
	p.now.N = len(dst)
	return len(dst) <= len(p.now.Out)
}

// odd copies a value that cannot be told at a glance.
func (p *Pattern) odd() bool {
	f := &p.now
	text := unsafe.String(unsafe.SliceData(f.Text), len(f.Text))
	if mark := p.steps[f.Step-1].Mark; mark > 0 {
		return p.marks(text, mark)
	}
	end := -1
	switch text[f.At] {
	case '"':
		end = oddStringEnd(text, f.At+1)
	case '{', '[':
		return p.nested(text)
	default:
		end = numberEnd(text, f.At)
	}
	if end < 0 {
		return false
	}
	dst := append(f.Out[:f.N:len(f.Out)], text[f.At:end]...)
	f.At = end
	return p.wrote(dst)
}

// marks copies a string that is marked, if it is spelled as it would be here.
func (p *Pattern) marks(text string, mark int) bool {
	f := &p.now
	if text[f.At] != '"' {
		return false
	}
	c := parser{text: text, at: f.At}
	inside, err := c.str()
	if err != nil {
		return false
	}
	dst := appendString(f.Out[:f.N:len(f.Out)], inside)
	if string(dst[f.N:]) != text[f.At:c.at] {
		return false
	}
	f.Marks[mark] = bulk.Span{Start: f.At, End: c.at}
	f.At = c.at
	return p.wrote(dst)
}

// nested copies an object or array without its white space, in which no line may end.
func (p *Pattern) nested(text string) bool {
	f := &p.now
	size := strings.IndexByte(text[f.At:], '\n')
	if size < 0 {
		return false
	}
	text = strings.TrimSuffix(text[:f.At+size], "\r")
	if strings.IndexByte(text[f.At:], '\r') >= 0 {
		return false
	}
	c := rawCopy{
		p:   parser{text: text, at: f.At, open: p.depths[f.Step-1], max: maxDepth},
		dst: f.Out[:f.N:len(f.Out)],
	}
	if c.copyValue() != nil {
		return false
	}
	f.At = c.p.at
	return p.wrote(c.dst)
}

// patternMaker makes the steps of a pattern from an object. What it makes is tried before
// it is used, so it need not know what is rare.
type patternMaker struct {
	c      rawCopy // of the object
	body   *Body
	roles  []Role
	member int // of the object, which is next

	from         int    // the text from here on is in no step
	match, write []byte // of the step in hand
	steps        []bulk.Step
	depths       []int
	marked       int
	failed       bool
}

// top makes steps of the whole object.
func (m *patternMaker) top() error {
	own := envelope{body: m.body}
	err := m.c.members(func(key rawKey) error {
		role := Free
		if m.member < len(m.roles) {
			role = m.roles[m.member]
		}
		if key.inside == KeyType || key.inside == KeyLevel {
			role = Fixed // whether it is written depends on it
		}
		m.member++
		m.text()
		before := len(m.write)
		m.write = append(m.write, ',', '"')
		reserved := isReserved(key.inside)
		if reserved {
			m.write = append(m.write, dataPrefix...)
		}
		m.write = append(append(m.write, key.inside...), '"', ':')
		if role != Fixed {
			return m.value(role, 1)
		}
		value := len(m.write)
		m.c.dst = m.write
		err := m.c.copyValue()
		m.write = m.c.dst
		if err == nil && reserved && own.says(key.inside, m.write[value:]) {
			m.write = m.write[:before]
		}
		return err
	})
	m.text()
	return err
}

// text takes the text up to where the copy is as a part of what must come.
func (m *patternMaker) text() {
	m.match = append(m.match, m.c.p.text[m.from:m.c.p.at]...)
	m.from = m.c.p.at
}

// value makes steps of a value, in so many objects.
func (m *patternMaker) value(role Role, depth int) error {
	if m.c.p.peek() == '{' && depth < mostPatternDepth && role == Free {
		return m.object(depth)
	}
	m.step(true, role == Marked)
	m.depths[len(m.depths)-1] = depth
	err := m.c.value()
	m.from = m.c.p.at
	return err
}

// object makes steps of an object in the object.
func (m *patternMaker) object(depth int) error {
	m.write = append(m.write, '{')
	first := true
	err := m.c.list('}', func() error {
		key, err := m.c.key()
		if err != nil {
			return err
		}
		m.c.space()
		m.text()
		if !first {
			m.write = append(m.write, ',')
		}
		first = false
		m.write = append(append(append(m.write, '"'), key.inside...), '"', ':')
		return m.value(Free, depth+1)
	})
	m.text()
	m.write = append(m.write, '}')
	return err
}

// step ends the step in hand, maybe with a value behind it.
func (m *patternMaker) step(value, marked bool) {
	for {
		var s bulk.Step
		s.MatchLen, s.WriteLen = copy(s.Match[:], m.match), copy(s.Write[:], m.write)
		m.match, m.write = m.match[s.MatchLen:], m.write[s.WriteLen:]
		if s.Value = value && len(m.match) == 0 && len(m.write) == 0; s.Value && marked {
			m.marked++
			s.Mark = min(m.marked, MostMarked)
		}
		m.steps, m.depths = append(m.steps, s), append(m.depths, 0)
		if len(m.match) == 0 && len(m.write) == 0 {
			m.match, m.write = m.match[:0], m.write[:0]
			return
		}
		if len(m.steps) > mostSteps {
			m.failed = true
			return
		}
	}
}
