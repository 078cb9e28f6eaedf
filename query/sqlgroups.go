package query

import (
	"cmp"
	"math/big"
	"slices"
	"strings"

	"github.com/ncruces/go-sqlite3"

	"example.org/runshelf/event"
	"example.org/runshelf/shelf"
)

// A statement that groups or orders events by columns with few values, and uses
// no others, need not see the events one by one: they are counted first, and then
// handed out in order, the same values over and over. SQLite has nothing to sort
// then, which is most of what such a statement takes.

// maxSQLGroups bounds the groups that are held at once. When there are more, the
// events are read again for those that come later in the order.
const maxSQLGroups = 20_000

// Few values are so many at most, in a sample of so many bytes.
const (
	fewValues   = 200
	fewValuesIn = 256 << 10
)

// groupOrder returns the columns that the rows are to be ordered by, when all
// columns used are such as have few values; false otherwise. The id of the run may be
// used too when it must equal something: all rows are of one run then.
func (t *eventsTable) groupOrder(idx *sqlite3.IndexInfo) ([]int, bool) {
	var order []int
	for _, o := range idx.OrderBy {
		order = append(order, o.Column)
	}
	if len(order) == 0 || !t.q.known(idx.ColumnsUsed, len(t.columns)) {
		return nil, false
	}
	oneRun := wantsOneRun(idx)
	for i, name := range t.columns {
		if i == columnRun && oneRun {
			continue
		}
		used := idx.ColumnsUsed&(1<<min(i, 63)) != 0 || slices.Contains(order, i)
		if used && (i == columnRun || i == columnData || i >= 63 || !t.q.hasFewValues(name)) {
			return nil, false
		}
	}
	return order, !slices.ContainsFunc(order, func(i int) bool { return i < 0 })
}

// known reports whether a statement uses, behind the columns of its own, at most the one
// that says for how many events a row stands.
func (q *sqlQuery) known(used uint64, columns int) bool {
	behind := used >> min(63, columns)
	return behind == 0 || behind == 1 && q.count != ""
}

// wantsOneRun reports whether the conditions leave one run, or none.
func wantsOneRun(idx *sqlite3.IndexInfo) bool {
	for i, c := range idx.Constraint {
		if c.Usable && c.Op == sqlite3.INDEX_CONSTRAINT_EQ && c.Column == columnRun && idx.Collation(i) == "BINARY" && !idx.In(i, -1) {
			return true
		}
	}
	return false
}

// hasFewValues reports whether a key has few values, as far as the beginning of
// one run tells. A wrong answer costs time and nothing else.
func (q *sqlQuery) hasFewValues(key string) bool {
	if key == event.KeyType || key == event.KeyLevel {
		return true
	}
	few, known := q.few[key]
	if !known {
		if q.few == nil {
			q.few = map[string]bool{}
		}
		few = len(q.entries) > 0 && sampleHasFew(q.entries[0].Dir, key)
		q.few[key] = few
	}
	return few
}

// sampleHasFew looks at the beginning of the events of a run.
func sampleHasFew(dir, key string) bool {
	run, err := shelf.OpenRun(dir)
	if err != nil {
		return false
	}
	events, err := run.OpenEvents()
	if err != nil {
		return false
	}
	defer events.Close()
	f := &blocks{src: events, size: events.Size(), each: fewValuesIn}
	var b block
	if f.size == 0 || f.read(0, &b) != nil {
		return false
	}
	values := map[string]bool{}
	lines := lineReader{skim: newSkimmer([]string{key})}
	lines.begin(&b)
	for lines.next() && len(values) <= fewValues {
		if !lines.broken {
			values[string(lines.value(0))] = true
		}
	}
	return len(values) <= fewValues
}

// sqlGroup is the events with the same stored values.
type sqlGroup struct {
	stored []byte // the values one after the other
	values []span // in stored
	order  []any  // what they mean to SQLite, in the order of the columns ordered by
	down   []bool // which of these descend
	count  int64
}

// compare orders groups as SQLite orders rows. Groups of equal values that are
// spelt in different ways come one after the other.
func (g *sqlGroup) compare(o *sqlGroup) int {
	for i := range g.order {
		if c := compareSQL(g.order[i], o.order[i]); c != 0 {
			if g.down[i] {
				return -c
			}
			return c
		}
	}
	return cmp.Or(cmp.Compare(len(g.stored), len(o.stored)), strings.Compare(string(g.stored), string(o.stored)), slices.CompareFunc(g.values, o.values, func(a, b span) int {
		return cmp.Or(cmp.Compare(a.lo, b.lo), cmp.Compare(a.hi, b.hi))
	}))
}

// compareSQL orders two values: nothing, then numbers, then texts by their bytes.
func compareSQL(a, b any) int {
	x, isX := a.(string)
	y, isY := b.(string)
	switch {
	case a == nil || b == nil:
		return cmp.Compare(rankSQL(a), rankSQL(b))
	case isX && isY:
		return strings.Compare(x, y)
	case isX || isY:
		return cmp.Compare(rankSQL(a), rankSQL(b))
	}
	return exactSQL(a).Cmp(exactSQL(b))
}

func rankSQL(v any) int {
	switch v.(type) {
	case nil:
		return 0
	case string:
		return 2
	}
	return 1
}

// exactSQL is a number without loss.
func exactSQL(v any) *big.Float {
	if n, ok := v.(int64); ok {
		return new(big.Float).SetInt64(n)
	}
	return big.NewFloat(v.(float64))
}

// sqlGroups counts events by their values.
type sqlGroups struct {
	order  []int // places of the keys ordered by
	down   []bool
	limit  int
	after  *sqlGroup
	before *sqlGroup // groups from here on are for a later pass
	groups map[string]*sqlGroup
	key    []byte
}

// add counts n events with the same values.
func (g *sqlGroups) add(buf []byte, values []span, n int64) {
	g.key = g.key[:0]
	for _, v := range values {
		stored := valueIn(buf, v)
		g.key = append(append(g.key, byte(len(stored)), byte(len(stored)>>8), byte(len(stored)>>16), byte(len(stored)>>24)), stored...)
	}
	if group := g.groups[string(g.key)]; group != nil {
		group.count += n
		return
	}
	group := g.newGroup(buf, values)
	group.count = n
	if g.after != nil && group.compare(g.after) <= 0 || g.before != nil && group.compare(g.before) >= 0 {
		return
	}
	g.groups[string(g.key)] = group
	if len(g.groups) > 2*g.limit {
		g.cut()
	}
}

// newGroup makes a group without events.
func (g *sqlGroups) newGroup(buf []byte, values []span) *sqlGroup {
	group := &sqlGroup{down: g.down, stored: []byte{0}} // no value begins at 0
	for _, v := range values {
		stored := valueIn(buf, v)
		if stored == nil {
			group.values = append(group.values, span{})
			continue
		}
		lo := len(group.stored)
		group.stored = append(group.stored, stored...)
		group.values = append(group.values, span{lo, len(group.stored)})
	}
	for _, key := range g.order {
		group.order = append(group.order, sqlValue(valueIn(group.stored, group.values[key])))
	}
	return group
}

// sorted returns the groups in order.
func (g *sqlGroups) sorted() []*sqlGroup {
	list := make([]*sqlGroup, 0, len(g.groups))
	for _, group := range g.groups {
		list = append(list, group)
	}
	slices.SortFunc(list, (*sqlGroup).compare)
	return list
}

// cut leaves the later half of the groups for another pass.
func (g *sqlGroups) cut() {
	list := g.sorted()
	g.before = list[g.limit]
	for key, group := range g.groups {
		if group.compare(g.before) >= 0 {
			delete(g.groups, key)
		}
	}
}

// grouped returns what hands out the events of all runs in the order of the plan,
// with the values of the plan's keys and nothing else.
func (c *eventsCursor) grouped() func() (eventRow, bool) {
	runs := c.plan.runs(c.table.q.entries)
	scan := func(add func(eventRow) bool) bool {
		return !slices.ContainsFunc(runs, func(n int) bool { return !c.run(n, add) })
	}
	p := &groupPasses{order: c.plan.order, down: c.plan.down, limit: maxSQLGroups, once: c.plan.once, scan: scan}
	if len(runs) == 1 {
		p.run = &c.table.q.entries[runs[0]]
	}
	return p.next
}

// groupPasses has the events scanned as often as there are more groups than the
// limit, and hands them out in order.
type groupPasses struct {
	order []int
	down  []bool
	limit int
	once  bool                               // each group is handed out once, with its number
	run   *Entry                             // that of all events, when there is only one
	scan  func(add func(eventRow) bool) bool // false when it went wrong

	begun bool
	after *sqlGroup // the last group of the passes so far
	more  bool      // another pass is needed
	list  []*sqlGroup
	left  int64 // of the first group of the list
}

// next returns the next event, false after the last.
func (p *groupPasses) next() (eventRow, bool) {
	for p.left == 0 {
		if len(p.list) > 1 {
			p.list = p.list[1:]
		} else if p.begun && !p.more || !p.pass() {
			return eventRow{}, false
		}
		p.left = p.list[0].count
	}
	row := eventRow{run: p.run, buf: p.list[0].stored, values: p.list[0].values}
	if p.once {
		row.more = p.left - 1
	}
	p.left -= 1 + row.more
	return row, true
}

// countable reports whether the index answers, as far as it can: events are counted by
// nothing but their type, and chosen by it.
func (p *eventsPlan) countable() bool {
	return p.order != nil && len(p.keys) == 1 && p.keys[0] == event.KeyType
}

// told hands out what is known of blocks, the events of each type together.
func (k *known) told(run *Entry, yield func(eventRow) bool) bool {
	for json, n := range k.counts.all {
		r := eventRow{run: run, buf: []byte(" " + json), values: []span{{1, 1 + len(json)}}, more: int64(*n) - 1}
		if *n > 0 && !yield(r) {
			return false
		}
	}
	return true
}

// pass reads the events once, and reports whether there is a group.
func (p *groupPasses) pass() bool {
	if p.begun {
		p.after = p.list[0] // the last one of the pass before
	}
	p.begun = true
	g := &sqlGroups{order: p.order, down: p.down, limit: p.limit, after: p.after, groups: map[string]*sqlGroup{}}
	ok := p.scan(func(r eventRow) bool { g.add(r.buf, r.values, 1+r.more); return true })
	p.list, p.more = g.sorted(), g.before != nil
	return ok && len(p.list) > 0
}
