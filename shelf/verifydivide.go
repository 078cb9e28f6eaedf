package shelf

import "bytes"

// divisions bounds at how many places a bad line is tried. One that was glued is divided
// at the first few; a hostile one must not cost the square of its length.
const divisions = 16

// divide takes a bad line apart, and reports whether there was anything to divide. What
// stands between two events, a byte or nothing, is bad as well: a line end is missing there.
func (s *survey) divide(line rawLine, kind FaultKind) bool {
	parts := TakeApart(line.bytes, func(from, to int) bool {
		_, bad := parseLine(line.part(from, to))
		return bad == ""
	})
	if parts == nil {
		return false
	}
	for i, p := range parts {
		part := line.part(p.From, p.To)
		if i == len(parts)-1 {
			part.end, part.ended = line.end, line.ended
		}
		if !p.Event {
			s.reject(part, part.fault(kind))
			continue
		}
		if i > 0 && parts[i-1].Event {
			between := line.part(parts[i-1].To, p.From)
			s.reject(between, between.fault(kind))
		}
		parsed, _ := s.parse(part)
		s.accept(part.span, parsed, i == len(parts)-1 && line.ended)
		s.note(parsed, part)
	}
	return true
}

// fault is what is wrong with a part of a line of which kind is wrong: only the last can
// be torn, and only one that has NUL bytes is one with them.
func (r *rawLine) fault(kind FaultKind) FaultKind {
	switch {
	case r.nul >= 0:
		return FaultNUL
	case kind == FaultUnnumbered:
		return kind
	case kind == FaultTorn && !r.ended:
		return kind
	}
	return FaultUnparsable
}

// Part is a piece of a line that was taken apart: from one byte of it to before another.
type Part struct {
	From, To int
	// Event says that it is an event. If not, it is what is left between those that are.
	Event bool
}

// TakeApart takes a line apart that is no event, because it swallowed those behind it: a
// line end was changed or is gone, or a line was torn and the next was written right behind
// it. isEvent reports whether a part of the line is an event.
//
// What begins as our writer begins a line, and is an event to the end of the line, is one.
// What stands before it may be one too, up to there or up to the byte before, which takes
// the place of a line end, or may be taken apart in the same way. If neither is so it is
// bad; and then nothing is taken apart where the event may be a value in an object whose
// end is missing. Where something bad is left behind what is an event from the beginning
// of the line, up to where a line of ours begins, that is one too: what was torn is only
// the one behind it.
// The parts are in order, and nil when there was nothing to take apart.
func TakeApart(line []byte, isEvent func(from, to int) bool) []Part {
	places := placesIn(line)
	parts := takeApart(line, len(line), places, isEvent)
	switch {
	case parts == nil:
		return intactBefore(line, len(line), places, isEvent)
	case !parts[0].Event:
		if before := intactBefore(line, parts[0].To, places, isEvent); before != nil {
			return append(before, parts[1:]...)
		}
	}
	return parts
}

// intactBefore returns the events with which the line up to end begins, one behind the
// other, and what is bad behind them; nil when it begins with none.
func intactBefore(line []byte, end int, places []int, isEvent func(from, to int) bool) (parts []Part) {
	if len(places) == divisions {
		return nil // there may be more, of which nothing would be said
	}
	from, done := 0, 0
	for _, at := range places {
		if at >= end {
			break
		}
		for _, front := range frontsOf(line, at) {
			if front > from && isEvent(from, front) {
				parts = append(parts, Part{From: from, To: front, Event: true})
				from, done = at, front
				break
			}
		}
	}
	if parts != nil {
		parts = append(parts, Part{From: done, To: end})
	}
	return parts
}

// takeApart is TakeApart for the line up to end, in which a line of ours may begin at some
// places. An event that reaches to the end begins at one of them at most, for it closes what
// it opens; it is looked for from behind, since most often it is the last.
func takeApart(line []byte, end int, places []int, isEvent func(from, to int) bool) []Part {
	for i := len(places) - 1; i >= 0; i-- {
		at := places[i]
		if at >= end || !isEvent(at, end) {
			continue
		}
		rest := Part{From: at, To: end, Event: true}
		fronts := frontsOf(line, at)
		for _, front := range fronts {
			if isEvent(0, front) {
				return []Part{{To: front, Event: true}, rest}
			}
		}
		for _, front := range fronts {
			if parts := takeApart(line, front, places[:i], isEvent); parts != nil {
				return append(parts, rest)
			}
		}
		if isInside(line[at-1]) {
			return nil
		}
		return []Part{{To: at}, rest}
	}
	return nil
}

// frontsOf returns where what stands before a byte may end: before the one in front of it,
// and there. Only one can be the end of the same event, so that this is no search in a tree.
func frontsOf(line []byte, at int) []int {
	if line[at-1] == '}' {
		return []int{at - 1, at}
	}
	return []int{at - 1}
}

// placesIn returns the places within a line at which a line of ours seems to begin, from
// the first on, as far as they are tried.
func placesIn(line []byte) (places []int) {
	at := 0
	for range divisions {
		next := bytes.Index(line[min(at+1, len(line)):], usualStart)
		if next < 0 {
			break
		}
		at += 1 + next
		places = append(places, at)
	}
	return places
}

// isInside reports whether an object that follows the byte is a value in another, whose
// end is missing.
func isInside(before byte) bool { return bytes.IndexByte([]byte(":,[ \t"), before) >= 0 }

// part returns a part of a line, without a line end.
func (r *rawLine) part(from, to int) rawLine {
	p := rawLine{span: r.span, bytes: r.bytes[from:to], nul: -1}
	p.offset, p.end = r.offset+int64(from), r.offset+int64(to)
	p.look(p.bytes, p.offset)
	return p
}
