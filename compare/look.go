package compare

import (
	"strings"

	"example.org/runshelf/event"
)

// keyStream is the member of a captured event that says which stream of the
// program it came by.
const keyStream = "stream"

// maxNames bounds the event types that are told apart, and so the memory for
// them; maxName bounds the bytes of one.
const (
	maxNames = 100_000
	maxName  = 1 << 10
)

// looker finds out what lines are. It is used from one goroutine.
type looker struct {
	skim   *skim
	digest *digester // nil when none is asked for
	names  map[string]string
	texts  *textFinder // nil where no rule is for parts of texts
	need   *need       // of the places of lines; nil: none are found ahead
}

func newLooker(r *rules, d *digester) *looker {
	return &looker{skim: newSkim(r), digest: d, names: map[string]string{}, texts: newTextFinder(r)}
}

// batch looks at all lines of a batch.
func (k *looker) batch(b *batch) {
	ahead := k.need != nil && k.need.ahead.Load()
	for i := 0; i < len(b.lines); i++ {
		l := &b.lines[i]
		if k.line(b, l); l.kind == lineBroken && b.takeApart(i) {
			l = &b.lines[i]
			k.line(b, l)
		}
		if ahead && l.kind == lineEvent {
			k.places(b, l)
		}
		if k.digest != nil && l.kind == lineEvent {
			l.digest = k.digest.line(b.text(l))
		}
	}
}

// places finds what is set aside in a line that is an event.
func (k *looker) places(b *batch, l *line) []span {
	if !l.found {
		l.found, l.places[0] = true, int32(len(b.aside))
		b.aside = k.texts.line(b.aside, b.text(l), b.volatile(l))
		l.places[1] = int32(len(b.aside))
		l.names[0] = -1
		if k.texts.allNames {
			b.aside = append(b.aside, k.texts.names...)
			l.names = [2]int32{l.places[1], int32(len(b.aside))}
		}
	}
	return b.places(l)
}

// line finds out whether a line is an event, its type and stream, and where its
// volatile values stand.
func (k *looker) line(b *batch, l *line) {
	if l.kind == lineBroken {
		return
	}
	text, s := b.text(l), k.skim
	if !s.byShape(b.buf, l) && !s.line(text) || s.odd {
		k.decode(l, text)
		return
	}
	l.kind = lineEvent
	l.typ, l.lane = k.name(text[s.typ.start:s.typ.end]), k.name(text[s.lane.start:s.lane.end])
	l.spans[0] = int32(len(b.spans))
	b.spans = append(b.spans, s.spans...)
	l.spans[1] = int32(len(b.spans))
}

// decode is line for what the quick walk does not understand.
func (k *looker) decode(l *line, text []byte) {
	e, err := event.Decode(text)
	if err != nil {
		l.kind = lineBroken
		return
	}
	l.kind = lineEvent
	l.typ = k.name([]byte(e.Type))
	if v, ok := e.Data.Get(keyStream); ok {
		if s, ok := v.(string); ok {
			l.lane = k.name([]byte(s))
		}
	}
}

// name returns a text of which there is one copy for all lines.
func (k *looker) name(b []byte) string {
	if name, ok := k.names[string(b)]; ok {
		return name
	}
	name := strings.Clone(string(b[:min(len(b), maxName)]))
	if len(k.names) < maxNames {
		k.names[name] = name
	}
	return name
}
