package compare

import (
	"errors"
	"slices"
	"strings"
)

// Learned is what two logs that should be the same teach about what is volatile.
type Learned struct {
	// Rules are patterns for [Options.Ignore], sorted.
	Rules []string
	// Events is the number of pairs of events that were looked at.
	Events int64
	// Parted is where the logs stopped to be of the same shape: an event of
	// another type, or the end of one log. What follows teaches nothing. Nil when
	// they have the same shape to the end. Of wrapped programs it is the first of
	// the places where a stream parts.
	Parted *Divergence
}

// maxLearned bounds the places that are remembered.
const maxLearned = 10_000

// Learn compares two logs that should be the same and proposes what to set aside
// so that they are. A name that differs at least every second time it occurs is
// proposed as a name, which then is set aside at every depth; one that is mostly
// equal is proposed only at the places where it differed, from the top of the
// event on and in all items of an array.
//
// Of texts that differ only in parts, such as times, addresses and numbers among
// the same words, these parts are proposed and not the field, so that the rest of
// the text still counts.
func Learn(a, b *Log, o Options) (*Learned, error) {
	r, err := o.rules()
	if err != nil {
		return nil, err
	}
	l := &learner{places: map[string]*place{}, names: map[string]*occurrences{}}
	learned := &Learned{}
	var met streamsMet
	for _, stream := range streamsOf(a, b) {
		if met.misses(stream) {
			continue
		}
		p := newPair(a, b, &o, r)
		stream.of(p, &met)
		if err := l.watch(p, learned); err != nil {
			return nil, err
		}
		met.after(p)
	}
	learned.Rules, err = l.proved(a, b, o)
	return learned, err
}

// learner remembers where fields differed, and how often their names occur.
type learner struct {
	places map[string]*place       // by the pattern of the place
	names  map[string]*occurrences // by key
}

// place is where fields differed.
type place struct {
	key   string
	texts texts
}

// occurrences counts a name.
type occurrences struct{ all, different int64 }

// watch goes through both logs, or one stream of them, pair by pair.
func (l *learner) watch(p *pair, learned *Learned) error {
	defer p.a.stop()
	defer p.b.stop()
	p.filter()
	look := func() func(*batch) { return newLooker(p.rules, nil).batch }
	p.a.begin(start{}, 1, look)
	p.b.begin(start{}, 1, look)
	defer func() { learned.Events += int64(p.a.tally.events) }()
	class := newClass(l, p.rules)
	defer class.end()
	for {
		a, b := p.a.next(), p.b.next()
		if err := errors.Join(p.a.err, p.b.err); err != nil {
			return err
		}
		if a == nil && b == nil {
			return nil
		}
		if a == nil || b == nil || a.typ != b.typ {
			learned.part(&Divergence{Index: int64(p.a.tally.events) + 1, Stream: p.stream, A: p.a.event(a), B: p.b.event(b)})
			return nil
		}
		class.pair(p.a.batch.text(a), p.b.batch.text(b))
		p.a.pass(a, a.typ)
		p.b.pass(b, b.typ)
	}
}

// part remembers where a stream stopped to be the same, the first in the logs.
func (l *Learned) part(d *Divergence) {
	if l.Parted == nil || d.line() < l.Parted.line() {
		l.Parted = d
	}
}

// place is what is remembered of a place, or nothing that is kept when there are
// too many.
func (l *learner) place(key, pattern string) *place {
	p := l.places[pattern]
	if p == nil {
		p = &place{key: key}
		if len(l.places) < maxLearned {
			l.places[pattern] = p
		}
	}
	return p
}

func (l *learner) name(key string) *occurrences {
	n := l.names[key]
	if n == nil {
		n = &occurrences{}
		if len(l.names) < maxNames {
			l.names[key] = n
		}
	}
	return n
}

// learnedPlace is the key that a path ends with, or the key of the array that it
// ends in, and the pattern of that place.
func learnedPlace(at Path) (key, pattern string) {
	end := len(at)
	for end > 1 && at[end-1].array {
		end--
	}
	return at[end-1].key, "." + patternOf(at[:end])
}

// patternOf writes a path as a pattern for all items of its arrays.
func patternOf(steps Path) string {
	var keys Path
	for _, s := range steps {
		if !s.array {
			keys = append(keys, s)
		}
	}
	return keys.String() // a pattern passes over indexes that it does not state
}

// field is what to name a place by: its name where that is volatile by itself, and
// the place where it is not.
func (l *learner) field(pattern string, p *place) string {
	if n := l.names[p.key]; n != nil && 2*n.different >= n.all {
		return Path{{key: p.key}}.String()
	}
	return pattern
}

// rules proposes what to set aside.
func (l *learner) rules() []string {
	var rules []string
	for pattern, p := range l.places {
		rules = append(rules, p.texts.rules(l.field(pattern, p))...)
	}
	slices.Sort(rules)
	rules = slices.Compact(rules)
	return slices.DeleteFunc(rules, func(rule string) bool {
		field, _, ofText := strings.Cut(rule, "~")
		return ofText && slices.Contains(rules, field)
	})
}

// mostProofs bounds how often the logs are read again to see whether the rules for
// parts of texts explain what differed.
const mostProofs = 4

// proved returns rules with which the logs are the same as far as they teach. A
// place whose rules for parts of texts do not explain all that differed there is
// set aside as a whole.
func (l *learner) proved(a, b *Log, o Options) ([]string, error) {
	known := o.Ignore
	o.FirstOnly, o.Context = true, 0
	for range mostProofs {
		if !l.partial() {
			return l.rules(), nil
		}
		o.Ignore = slices.Concat(known, l.rules())
		r, err := Events(a, b, o)
		if err != nil {
			return nil, err
		}
		if !l.demote(r, &o) {
			return l.rules(), nil
		}
	}
	for _, p := range l.places {
		p.texts.whole = true
	}
	return l.rules(), nil
}

// partial reports whether any rule is for parts of texts.
func (l *learner) partial() bool {
	for _, p := range l.places {
		if !p.texts.whole {
			return true
		}
	}
	return false
}

// demote has places set aside as wholes at which a comparison by the rules still
// found a difference, and reports whether there were any.
func (l *learner) demote(r *Result, o *Options) (found bool) {
	rules, err := o.rules()
	if err != nil {
		return false // they were learned, so they can be read
	}
	d := differ{rules: rules, seen: func(at Path, _ *Field) {
		_, pattern := learnedPlace(at)
		if p := l.places[pattern]; p != nil && !p.texts.whole {
			p.texts.whole, found = true, true
		}
	}}
	parted := r.Parted
	if len(parted) == 0 && r.First != nil {
		parted = []*Divergence{r.First}
	}
	for _, parted := range parted {
		if parted.A != nil && parted.B != nil {
			d.values(parted.A.Value, parted.B.Value)
		}
	}
	return found
}
