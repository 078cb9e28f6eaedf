package query

import (
	"cmp"
	"slices"
)

// thinner keeps so many points of a series at most, whatever its length, which
// nobody knows before its end. The points are put into buckets of equal numbers
// of neighbours, of which only the extremes stay. When there are too many
// buckets, each two neighbours become one.
type thinner struct {
	limit   int      // of points
	fields  int      // of each point
	all     []kept   // while there are no more than the limit
	buckets []bucket // after that
	width   int      // points of a full bucket
	seen    int
	first   kept
	last    kept
}

// kept is a point and its place among all.
type kept struct {
	place int
	point Point
}

// bucket is the extremes of some neighbours: for each field the places of the
// smallest and the largest value.
type bucket struct {
	seen     int
	min, max []extreme
}

// extreme is a point at which one field has a value that no neighbour exceeds.
type extreme struct {
	value float64
	kept  kept
	found bool
}

func newThinner(limit, fields int) *thinner { return &thinner{limit: limit, fields: fields, width: 1} }

// most is how many buckets there may be: each may keep two points for a field,
// and the first and the last point stay in any case.
func (t *thinner) most() int { return max(1, (t.limit-2)/max(1, 2*t.fields)) }

// add takes in the next point.
func (t *thinner) add(p Point) {
	k := kept{t.seen, p.clone()}
	t.seen++
	if t.seen == 1 {
		t.first = k
	}
	t.last = k
	if t.seen <= t.limit {
		t.all = append(t.all, k)
		return
	}
	for _, earlier := range t.all {
		t.put(earlier)
	}
	t.all = nil
	t.put(k)
}

// put adds a point to the last bucket.
func (t *thinner) put(k kept) {
	if n := len(t.buckets); n == 0 || t.buckets[n-1].seen == t.width {
		if n == t.most() {
			t.halve()
		}
		if n = len(t.buckets); n == 0 || t.buckets[n-1].seen == t.width {
			t.buckets = append(t.buckets, bucket{min: make([]extreme, t.fields), max: make([]extreme, t.fields)})
		}
	}
	t.buckets[len(t.buckets)-1].add(k)
}

// halve makes one bucket of each two.
func (t *thinner) halve() {
	t.width *= 2
	merged := t.buckets[:0]
	for i := 0; i < len(t.buckets); i += 2 {
		b := t.buckets[i]
		if i+1 < len(t.buckets) {
			b.merge(&t.buckets[i+1])
		}
		merged = append(merged, b)
	}
	t.buckets = merged
}

// add takes in one point.
func (b *bucket) add(k kept) {
	b.seen++
	for i, y := range k.point.Y {
		if v, ok := floatOf(y); ok {
			e := extreme{v, k, true}
			b.min[i].replace(e, v < b.min[i].value)
			b.max[i].replace(e, v > b.max[i].value)
		}
	}
}

// merge takes in the next bucket.
func (b *bucket) merge(next *bucket) {
	b.seen += next.seen
	for i := range b.min {
		b.min[i].replace(next.min[i], next.min[i].value < b.min[i].value)
		b.max[i].replace(next.max[i], next.max[i].value > b.max[i].value)
	}
}

// replace puts a later extreme in the place of e when it is farther out.
func (e *extreme) replace(later extreme, farther bool) {
	if later.found && (farther || !e.found) {
		*e = later
	}
}

// each hands out the points that stayed, in order.
func (t *thinner) each(fn func(Point) error) error {
	stayed := t.all
	if t.all == nil && t.seen > 0 {
		stayed = []kept{t.first, t.last}
		for _, b := range t.buckets {
			for _, e := range slices.Concat(b.min, b.max) {
				if e.found {
					stayed = append(stayed, e.kept)
				}
			}
		}
		slices.SortFunc(stayed, func(a, b kept) int { return cmp.Compare(a.place, b.place) })
		stayed = slices.CompactFunc(stayed, func(a, b kept) bool { return a.place == b.place })
	}
	for _, k := range stayed {
		if err := fn(k.point); err != nil {
			return err
		}
	}
	return nil
}
