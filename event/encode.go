package event

import (
	"log/slog"
	"time"
	"unsafe"

	"example.org/runshelf/internal/bulk"
)

// AppendBody appends everything of a line that does not depend on its place: the
// type, the level and the cause if there are any, the data, the closing brace
// and the line end. It follows what [Stamp.AppendHead] wrote.
//
// It allocates nothing for attributes of slog's own kinds beyond what dst must
// grow by. It may be called from several goroutines at once.
func AppendBody(dst []byte, b Body) []byte {
	dst, _ = AppendBodyNeeds(dst, &b)
	return dst
}

// AppendBodyNeeds is [AppendBody] that answers [NeedsLine] besides, at no cost,
// since it looks at the names anyway. It does not keep b, which is no copy because
// a processor waits when it copies what has just been written.
//
// The usual event goes straight to the assembly: one of a site that is known, with up to
// as many members as that takes.
func AppendBodyNeeds(dst []byte, b *Body) (body []byte, needsLine bool) {
	if n := len(b.Attrs); !fastHere || n == 0 || n > bulk.MostMembers || cap(dst)-len(dst) < headRoom {
		return appendBody(dst, b)
	}
	place, tag := placeOf(b)
	s := place.site.Load()
	if s == nil || place.tag.Load() != tag {
		return appendUnknown(dst, b, place, tag)
	}
	var m bulk.Members // set one by one: made in one piece it would be copied
	m.First, m.Number = unsafe.Pointer(unsafe.SliceData(b.Attrs)), len(b.Attrs)
	m.Reserved, m.Levels, m.Known = &reservedNames, quickLevels, &s.top
	if b.Level == slog.LevelInfo && b.Cause < bulk.MostCause {
		m.Cause = b.Cause
		m.Head, m.Type, m.TypeLength = &s.head, unsafe.Pointer(unsafe.StringData(b.Type)), len(b.Type)
	} else {
		dst = appendEnvelope(dst, b)
	}
	write(&m, dst)
	if m.Why == bulk.AllWritten && m.Missed == 0 {
		return append(dst[:m.At], '}', '\n'), false
	}
	return appendStray(dst, b, &m, place, tag)
}

// appendBody is AppendBodyNeeds for events of any kind.
func appendBody(dst []byte, b *Body) (body []byte, needsLine bool) {
	var e encoder
	dst = appendEnvelope(dst, b)
	dst = e.attrs(dst, b.Attrs, &envelope{body: b})
	return append(dst, '}', '\n'), e.careful && NeedsLine(b.Attrs)
}

// AppendMapBody is [AppendBody] with data from a map, written in the order of
// its keys. b.Attrs is not used.
func AppendMapBody(dst []byte, b Body, data map[string]any) []byte {
	dst, _ = AppendMapBodyNeeds(dst, &b, data)
	return dst
}

// AppendMapBodyNeeds is [AppendMapBody] that answers [NeedsMapLine] besides, as
// [AppendBodyNeeds] does.
func AppendMapBodyNeeds(dst []byte, b *Body, data map[string]any) (body []byte, needsLine bool) {
	var e encoder
	dst, molded := appendEnvelope(dst, b), false
	if fastHere {
		dst, molded = e.molded(dst, data, moldPlaceOf(b.Type))
	}
	if !molded {
		dst = e.members(dst, data, &envelope{body: b})
	}
	return append(dst, '}', '\n'), e.careful && NeedsMapLine(data)
}

// AppendLine appends a whole line. Unlike [AppendBody] it knows the time and the
// sequence: data that repeats exactly these is left out.
func AppendLine(dst []byte, t time.Time, sequence uint64, b Body) []byte {
	var e encoder
	dst, own := appendHead(dst, t, sequence, &b)
	dst = appendEnvelope(dst, &b)
	dst = e.attrs(dst, b.Attrs, own)
	return append(dst, '}', '\n')
}

// AppendMapLine is [AppendLine] with data from a map, in the order of its keys.
func AppendMapLine(dst []byte, t time.Time, sequence uint64, b Body, data map[string]any) []byte {
	var e encoder
	dst, own := appendHead(dst, t, sequence, &b)
	dst = appendEnvelope(dst, &b)
	dst = e.members(dst, data, own)
	return append(dst, '}', '\n')
}

func appendHead(dst []byte, t time.Time, sequence uint64, b *Body) ([]byte, *envelope) {
	var s Stamp
	own := &envelope{body: b, timestamp: string(appendTimestamp(nil, t)), sequence: sequence}
	return s.AppendHead(dst, t, sequence), own
}

// appendEnvelope appends the envelope's members that belong to the body.
func appendEnvelope(dst []byte, b *Body) []byte {
	dst = append(dst, `"event_type":`...)
	if b.Type == "" {
		b.Type = DefaultType
	}
	dst = appendString(dst, b.Type)
	if b.Level != slog.LevelInfo {
		dst = appendLevel(dst, b.Level)
	}
	return appendCause(dst, b)
}

func appendCause(dst []byte, b *Body) []byte {
	if b.Cause == 0 {
		return dst
	}
	dst = append(dst, `,"cause":`...)
	return appendUint(dst, b.Cause)
}

func appendLevel(dst []byte, l slog.Level) []byte {
	name := LevelName(l)
	if name == "" {
		return dst
	}
	dst = append(dst, `,"level":"`...)
	dst = append(dst, name...)
	return append(dst, '"')
}

// NeedsLine reports whether the attributes carry a timestamp or a sequence of
// their own, or may do so. Only [AppendLine] can tell whether these repeat the
// envelope's; after [AppendBody] they always stand under "data.<name>".
func NeedsLine(attrs []slog.Attr) bool {
	for i := range attrs {
		switch key := attrs[i].Key; len(key) {
		case len(KeyTimestamp):
			if key == KeyTimestamp {
				return true
			}
		case len(KeySequence):
			if key == KeySequence {
				return true
			}
		case 0:
			if needsLineInline(attrs[i].Value) {
				return true
			}
		}
	}
	return false
}

// needsLineInline answers for a value without a key, whose members, when it is a
// group, stand at top level. What a LogValuer will turn into is not known.
func needsLineInline(v slog.Value) bool {
	switch v.Kind() {
	case slog.KindGroup:
		return NeedsLine(v.Group())
	case slog.KindLogValuer:
		return true
	}
	return false
}

// NeedsMapLine is [NeedsLine] for data from a map.
func NeedsMapLine(data map[string]any) bool {
	_, timestamp := data[KeyTimestamp]
	_, sequence := data[KeySequence]
	return timestamp || sequence
}

// AppendValue appends a decoded value, or any Go value, as JSON. An [Object]
// keeps its members as they are, equal keys included. A part that cannot be
// encoded becomes its %v text.
func AppendValue(dst []byte, v any) []byte {
	var e encoder
	return e.anyOrText(dst, v)
}
