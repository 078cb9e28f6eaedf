package compare

import "example.org/runshelf/event"

// How the two next events of a pair are compared, the quickest way first.

// alike reports whether the two next events are surely equal but for what is set aside in
// their texts.
func (p *pair) alike(a, b *line) bool {
	if p.need == nil {
		return false
	}
	p.need.was(true)
	x, y := p.a.looker.places(p.a.batch, a), p.b.looker.places(p.b.batch, b)
	return alike(p.a.batch.text(a), x, p.b.batch.text(b), y) && (p.names == nil || p.sameNames(a, b))
}

// sameNames reports whether the names of the two next events, which are alike otherwise,
// surely belong together, and remembers them then.
func (p *pair) sameNames(a, b *line) bool {
	x, allA := p.a.batch.namesOf(a)
	y, allB := p.b.batch.namesOf(b)
	if !allA || !allB || len(x) != len(y) {
		return false
	}
	textA, textB := p.a.batch.text(a), p.b.batch.text(b)
	for i := range x {
		if !p.names.same(textAt(textA, x[i]), textAt(textB, y[i])) {
			p.names.drop()
			return false
		}
	}
	p.names.keep()
	return true
}

// equal decodes the two next events and compares them.
func (p *pair) equal(a, b *line) bool {
	return p.equalValues(value(p.a.batch.text(a)), value(p.b.batch.text(b)))
}

// equalValues compares two events, the next ones of both logs. The names that they have
// are remembered when they are equal.
func (p *pair) equalValues(a, b event.Object) bool {
	if p.names == nil {
		return p.rules.equal(a, b)
	}
	d := differ{rules: p.rules, first: true, aliases: p.names}
	d.values(a, b)
	if len(d.fields) > 0 {
		p.names.drop()
		return false
	}
	p.names.keep()
	return true
}

// fieldsOf returns the fields in which two events differ that are the next ones of both
// logs.
func (p *pair) fieldsOf(a, b event.Object) []Field {
	d := differ{rules: p.rules, aliases: p.names}
	d.values(a, b)
	if p.names != nil {
		p.names.drop()
	}
	return d.fields
}
