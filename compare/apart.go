package compare

import (
	"slices"

	"example.org/runshelf/event"
	"example.org/runshelf/shelf"
)

// takeApart puts its parts in the place of the i-th line, which is no event, and reports
// whether it has any. Those that are events are looked at like any line.
func (b *batch) takeApart(i int) bool {
	whole := b.lines[i]
	text := b.text(&whole)
	parts := shelf.TakeApart(text, func(from, to int) bool {
		_, err := event.Decode(text[from:to])
		return err == nil
	})
	if parts == nil {
		return false
	}
	lines := make([]line, len(parts))
	for k, p := range parts {
		lines[k] = line{start: whole.start + int32(p.From), end: whole.start + int32(p.To), number: whole.number}
		if !p.Event {
			lines[k].kind = lineBroken
		}
	}
	lines[len(lines)-1].open = whole.open
	b.lines = slices.Replace(b.lines, i, i+1, lines...)
	return true
}
