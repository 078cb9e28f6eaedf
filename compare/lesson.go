package compare

import (
	"bytes"
	"runtime"
	"sync"

	"example.org/runshelf/event"
)

// Learning looks at every pair of events, and most of what it sees of them is equal. So
// pairs are handed out in sheets, which are learned side by side, and what comes of them
// is put together in their order: it is the same as if one had learned them all.

// sheetSize is how many bytes of lines a sheet holds, or one pair if that is longer.
const sheetSize = 256 << 10

// sheet is some pairs of events, and what they teach.
type sheet struct {
	text   []byte
	pairs  [][2]span
	taught *lesson
	done   chan struct{} // closed when it was learned
}

// add puts a pair on the sheet, and reports whether that is full now.
func (s *sheet) add(a, b []byte) (full bool) {
	start := int32(len(s.text))
	middle := start + int32(len(a))
	s.text = append(append(s.text, a...), b...)
	s.pairs = append(s.pairs, [2]span{{start, middle}, {middle, int32(len(s.text))}})
	return len(s.text) >= sheetSize
}

// class learns sheets side by side.
type class struct {
	learner *learner
	rules   *rules
	work    chan *sheet
	waiting []*sheet // handed out, and not put together
	present *sheet
	workers sync.WaitGroup
	most    int
}

func newClass(l *learner, r *rules) *class {
	workers := runtime.GOMAXPROCS(0)
	c := &class{learner: l, rules: r, most: 2 * workers, present: &sheet{}}
	c.work = make(chan *sheet, c.most)
	for range workers {
		c.workers.Go(func() {
			for s := range c.work {
				for _, p := range s.pairs {
					s.taught.pair(s.text[p[0].start:p[0].end], s.text[p[1].start:p[1].end])
				}
				close(s.done)
			}
		})
	}
	return c
}

// pair hands out two events that should be the same.
func (c *class) pair(a, b []byte) {
	if c.present.add(a, b) {
		c.hand()
	}
}

// hand hands out the present sheet.
func (c *class) hand() {
	s := c.present
	s.taught, s.done = newLesson(c.rules), make(chan struct{})
	c.work <- s
	c.waiting = append(c.waiting, s)
	c.present = &sheet{}
	if len(c.waiting) == c.most {
		c.present = c.gather()
	}
}

// gather puts the oldest sheet to what is known, and returns it empty.
func (c *class) gather() *sheet {
	s := c.waiting[0]
	c.waiting = c.waiting[1:]
	<-s.done
	c.learner.merge(s.taught)
	if cap(s.text) > 4*sheetSize {
		s.text = nil
	}
	return &sheet{text: s.text[:0], pairs: s.pairs[:0]}
}

// end puts all together.
func (c *class) end() {
	c.hand()
	for len(c.waiting) > 0 {
		c.gather()
	}
	close(c.work)
	c.workers.Wait()
}

// lesson is what some pairs of events teach, in the order in which they do. It is used
// from one goroutine.
type lesson struct {
	differ differ
	places map[string]*place
	names  map[string]*occurrences
	order  struct{ places, names []string } // as they were met

	known  map[string]*lessonKey // as keys are written
	pairs  int                   // that were begun
	unlike []unlikeMember        // of the present pair
	keys   []*lessonKey          // of the present event, at every depth
}

// lessonKey is a key.
type lessonKey struct {
	name string
	all  *occurrences // nil before it was met
	top  int          // the last pair in which it stood at top level
}

// unlikeMember is a member of two events that is not the same bytes in both.
type unlikeMember struct {
	key  string
	a, b []byte
}

func newLesson(r *rules) *lesson {
	l := &lesson{places: map[string]*place{}, names: map[string]*occurrences{}, known: map[string]*lessonKey{}}
	l.differ = differ{rules: r, seen: l.seen}
	return l
}

// pair learns from two events. Most have the same keys in the same order, and then only
// the values are decoded in which they differ.
func (l *lesson) pair(a, b []byte) {
	l.pairs++
	l.unlike, l.keys = l.unlike[:0], l.keys[:0]
	if !l.walk(a, b) {
		x := value(a)
		l.differ.values(x, value(b))
		l.count(x)
		return
	}
	for i := range l.unlike {
		m := &l.unlike[i]
		l.differ.enter(Step{key: m.key}, func() {
			x, _ := event.DecodeValue(m.a) // it was walked
			y, _ := event.DecodeValue(m.b)
			l.differ.values(x, y)
		})
	}
	for _, k := range l.keys {
		if k.all == nil {
			k.all = l.name(k.name)
		}
		k.all.all++
	}
}

// walk goes through both events at once. It reports false where only decoding tells:
// where their keys are not the same, or one stands there twice.
func (l *lesson) walk(a, b []byte) bool {
	i, j := blanks(a, 1), blanks(b, 1)
	for i < len(a) && j < len(b) && a[i] != '}' && b[j] != '}' {
		nameA, atA := keyAt(a, i)
		nameB, atB := keyAt(b, j)
		if atA < 0 || atB < 0 || !bytes.Equal(a[nameA.start:nameA.end], b[nameB.start:nameB.end]) {
			return false
		}
		key := l.key(a[nameA.start:nameA.end])
		if key == nil || key.top == l.pairs {
			return false
		}
		key.top = l.pairs
		endA, endB := l.keysOf(a, atA, 1), walkValue(b, atB, 1)
		if endA < 0 || endB < 0 {
			return false
		}
		if x, y := a[atA:endA], b[atB:endB]; !bytes.Equal(x, y) {
			l.unlike = append(l.unlike, unlikeMember{key.name, x, y})
		}
		if i = blanks(a, endA); i < len(a) && a[i] == ',' {
			i = blanks(a, i+1)
		}
		if j = blanks(b, endB); j < len(b) && b[j] == ',' {
			j = blanks(b, j+1)
		}
	}
	return i < len(a) && j < len(b) && a[i] == b[j]
}

// key takes note of a key of the present event, by how it is written; nil where it is read
// as something else.
func (l *lesson) key(written []byte) *lessonKey {
	k := l.known[string(written)]
	if k == nil {
		if !asItReads(written) {
			return nil
		}
		k = &lessonKey{name: string(written)}
		l.known[k.name] = k
	}
	l.keys = append(l.keys, k)
	return k
}

// keysOf takes note of the keys in a value and returns its end, or -1.
func (l *lesson) keysOf(b []byte, i, depth int) int {
	if i >= len(b) || b[i] != '{' && b[i] != '[' {
		return walkScalar(b, i)
	}
	if depth >= maxSkimDepth {
		return -1
	}
	if b[i] == '[' {
		return walkList(b, i, func(at int) int { return l.keysOf(b, at, depth+1) })
	}
	return walkList(b, i, func(at int) int {
		name, at := keyAt(b, at)
		if at < 0 || l.key(b[name.start:name.end]) == nil {
			return -1
		}
		return l.keysOf(b, at, depth+1)
	})
}

// seen remembers where two events differ.
func (l *lesson) seen(at Path, f *Field) {
	key, pattern := learnedPlace(at)
	l.name(key).different++
	p := l.places[pattern]
	if p == nil {
		p = &place{key: key}
		l.places[pattern] = p
		l.order.places = append(l.order.places, pattern)
	}
	x, inA := f.A.(string)
	y, inB := f.B.(string)
	if inA && inB {
		p.texts.learn(x, y)
	} else {
		p.texts.whole = true
	}
}

// count counts every key of a value.
func (l *lesson) count(v any) {
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

func (l *lesson) name(key string) *occurrences {
	n := l.names[key]
	if n == nil {
		n = &occurrences{}
		l.names[key] = n
		l.order.names = append(l.order.names, key)
	}
	return n
}

// merge puts a lesson behind those before it.
func (l *learner) merge(taught *lesson) {
	for _, key := range taught.order.names {
		n, more := l.name(key), taught.names[key]
		n.all += more.all
		n.different += more.different
	}
	for _, pattern := range taught.order.places {
		p := taught.places[pattern]
		l.place(p.key, pattern).texts.merge(&p.texts)
	}
}
