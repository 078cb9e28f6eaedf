package compare

import (
	"errors"
	"slices"

	"example.org/runshelf/event"
)

// Learned is what two logs that should be the same teach about what is volatile.
type Learned struct {
	// Rules are patterns for [Options.Ignore], sorted.
	Rules []string
	// Events is the number of pairs of events that were looked at.
	Events int64
	// Parted is where the logs stopped to be of the same shape: an event of
	// another type, or the end of one log. What follows teaches nothing. Nil when
	// they have the same shape to the end.
	Parted *Divergence
}

// maxLearned bounds the places that are remembered.
const maxLearned = 10_000

// Learn compares two logs that should be the same and proposes what to set aside
// so that they are. A name that differs at least every second time it occurs is
// proposed as a name, which then is set aside at every depth; one that is mostly
// equal is proposed only at the places where it differed, from the top of the
// event on and in all items of an array.
func Learn(a, b *Log, o Options) (*Learned, error) {
	r, err := o.rules()
	if err != nil {
		return nil, err
	}
	l := &learner{places: map[string]string{}, names: map[string]*occurrences{}}
	p := newPair(a, b, &o, r)
	defer p.a.stop()
	defer p.b.stop()
	p.filter()
	look := func() func(*batch) { return newLooker(r, nil).batch }
	p.a.begin(start{}, 1, look)
	p.b.begin(start{}, 1, look)
	parted, err := l.watch(p)
	if err != nil {
		return nil, err
	}
	return &Learned{Rules: l.rules(), Events: int64(p.a.tally.events), Parted: parted}, nil
}

// learner remembers where fields differed, and how often their names occur.
type learner struct {
	places map[string]string       // the key by the pattern of its place
	names  map[string]*occurrences // by key
}

// occurrences counts a name.
type occurrences struct{ all, different int64 }

// watch goes through both logs, pair by pair.
func (l *learner) watch(p *pair) (*Divergence, error) {
	for {
		a, b := p.a.next(), p.b.next()
		if err := errors.Join(p.a.err, p.b.err); err != nil {
			return nil, err
		}
		if a == nil && b == nil {
			return nil, nil
		}
		if a == nil || b == nil || a.typ != b.typ {
			return &Divergence{Index: int64(p.a.tally.events) + 1, A: p.a.event(a), B: p.b.event(b)}, nil
		}
		x, y := value(p.a.batch.text(a)), value(p.b.batch.text(b))
		l.differences(p.rules, x, y)
		l.count(x)
		p.a.pass(a, a.typ)
		p.b.pass(b, b.typ)
	}
}

// differences remembers where two events differ.
func (l *learner) differences(r *rules, a, b event.Object) {
	d := differ{rules: r, seen: func(at Path) {
		key, pattern := learnedPlace(at)
		if len(l.places) < maxLearned {
			l.places[pattern] = key
		}
		l.name(key).different++
	}}
	d.values(a, b)
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

// count counts every key of a value.
func (l *learner) count(v any) {
	switch x := v.(type) {
	case event.Object:
		for _, m := range x {
			l.name(m.Key).all++
			l.count(m.Value)
		}
	case []any:
		for _, item := range x {
			l.count(item)
		}
	}
}

// rules proposes names where they are volatile by themselves, and places where
// they are not.
func (l *learner) rules() []string {
	var rules []string
	for pattern, key := range l.places {
		rule := pattern
		if n := l.names[key]; n != nil && 2*n.different >= n.all {
			rule = Path{{key: key}}.String()
		}
		rules = append(rules, rule)
	}
	slices.Sort(rules)
	return slices.Compact(rules)
}
