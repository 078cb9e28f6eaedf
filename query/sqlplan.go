package query

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"example.org/runshelf/internal/processor"
	"github.com/ncruces/go-sqlite3"
)

// eventsPlan is one pass over the events: which keys to read, and which events
// cannot be wanted. It is not changed once made, and shared by the workers.
type eventsPlan struct {
	keys   []string
	places []int // of the columns among the keys, -1 for one that is not used
	runIDs []string
	chosen bool // only the runs of runIDs are wanted
	tests  []keyTest
	texts  needles     // that wanted events hold
	order  []int       // the keys to order by, when the events are counted first
	down   []bool      // which of them descend
	once   bool        // a row for each group is enough then
	blocks []blockTest // what the tests say of blocks of an index
}

// keyTest is a condition on one key. It may pass too much, and never too little.
type keyTest struct {
	key  int
	pass func(stored []byte) bool
}

// newEventsPlan reads the text that BestIndex wrote, and the arguments that go
// with it.
func newEventsPlan(t *eventsTable, text string, arguments []sqlite3.Value) (*eventsPlan, error) {
	words := strings.Fields(text)
	first, order, _ := strings.Cut(words[0], ",")
	used, err := strconv.ParseUint(first, 16, 64)
	if err != nil || len(words)-1 != len(arguments) {
		return nil, fmt.Errorf("reading the plan %q of %d arguments", text, len(arguments))
	}
	p := &eventsPlan{places: make([]int, len(t.columns)), once: used&(1<<min(len(t.columns), 63)) != 0}
	for i, name := range t.columns {
		p.places[i] = -1
		if i != columnRun && i != columnData && used&(1<<min(i, 63)) != 0 {
			p.places[i] = wantKey(&p.keys, name)
		}
	}
	if err := p.orderBy(t, order); err != nil {
		return nil, err
	}
	for i, word := range words[1:] {
		column, err := strconv.Atoi(word[1:])
		if err != nil {
			return nil, fmt.Errorf("reading the plan %q: %w", text, err)
		}
		p.condition(t, word[0], column, argumentsOf(word[0], arguments[i]))
	}
	return p, nil
}

// orderBy reads the columns to order by.
func (p *eventsPlan) orderBy(t *eventsTable, columns string) error {
	for word := range strings.SplitSeq(columns, ",") {
		if word == "" {
			continue
		}
		rising, down := strings.CutPrefix(word, "-")
		column, err := strconv.Atoi(rising)
		if err != nil {
			return fmt.Errorf("reading the order %q: %w", columns, err)
		}
		p.places[column] = wantKey(&p.keys, t.columns[column])
		p.order, p.down = append(p.order, p.places[column]), append(p.down, down)
	}
	return nil
}

// argumentsOf returns the value on the right of a condition, or the list of IN.
func argumentsOf(operator byte, v sqlite3.Value) []any {
	if operator != 'i' {
		return []any{argument(v)}
	}
	var list []any
	for x, err := v.InFirst(); err == nil; x, err = v.InNext() {
		list = append(list, argument(x))
	}
	return list
}

// argument copies a value of SQLite. What is no number and no text is nil.
func argument(v sqlite3.Value) any {
	switch v.Type() {
	case sqlite3.INTEGER:
		return v.Int64()
	case sqlite3.FLOAT:
		return v.Float()
	case sqlite3.TEXT:
		return v.Text()
	}
	return nil
}

// condition adds one condition.
func (p *eventsPlan) condition(t *eventsTable, operator byte, column int, values []any) {
	if column == columnRun {
		if operator == '=' || operator == 'i' {
			p.chooseRuns(values)
		}
		return
	}
	key := p.places[column]
	if key < 0 {
		key = wantKey(&p.keys, t.columns[column])
		p.places[column] = key
	}
	if operator == '=' || operator == 'i' {
		p.texts = better(p.texts, sqlNeedles(values))
	}
	pass := func(stored []byte) bool {
		have := sqlValue(stored)
		return have != nil && slices.ContainsFunc(values, func(v any) bool { return mayHold(operator, have, v) })
	}
	p.tests = append(p.tests, keyTest{key, pass})
	if t, ok := sqlBlockTest(t.columns[column], operator, values, pass); ok {
		p.blocks = append(p.blocks, t)
	}
}

// sqlBlockTest makes the test of a condition for the blocks of an index.
func sqlBlockTest(column string, operator byte, values []any, pass func([]byte) bool) (blockTest, bool) {
	names := map[byte]string{'=': "in", 'i': "in", '<': "<=", '>': ">="}
	list := slices.Clone(values)
	for i, v := range list {
		if n, ok := v.(int64); ok {
			list[i] = int(n)
		}
	}
	return newBlockTest(field{path: column}, names[operator], list, pass)
}

// sqlNeedles are what a line must hold whose value equals one of some texts. What
// does not begin with a letter may be the text of a number or an object.
func sqlNeedles(values []any) needles {
	for _, v := range values {
		if text, isText := v.(string); !isText || text == "" || text[0]|0x20 < 'a' || text[0]|0x20 > 'z' {
			return nil
		}
	}
	return valueNeedles(values...)
}

// chooseRuns leaves only these runs.
func (p *eventsPlan) chooseRuns(values []any) {
	var ids []string
	for _, v := range values {
		id, isText := v.(string)
		if isText && (!p.chosen || slices.Contains(p.runIDs, id)) {
			ids = append(ids, id)
		}
	}
	p.runIDs, p.chosen = ids, true
}

// runs returns which of the runs are wanted, in the order that SQLite gives their
// ids as texts.
func (p *eventsPlan) runs(entries []Entry) []int {
	var runs []int
	for i := range entries {
		if !p.chosen || slices.Contains(p.runIDs, entries[i].ID) {
			runs = append(runs, i)
		}
	}
	slices.SortFunc(runs, func(a, b int) int { return cmp.Compare(entries[a].ID, entries[b].ID) })
	return runs
}

// mayHold reports whether a condition may be true of a value. Of what is not of
// one kind SQLite decides.
func mayHold(operator byte, have, want any) bool {
	x, isText := have.(string)
	y, wantsText := want.(string)
	switch {
	case want == nil:
		return false
	case isText != wantsText:
		// Texts are larger than numbers, and one that is spelt like a number may
		// be compared as one.
		return operator != '=' && operator != 'i' || likeNumber(x) || likeNumber(y)
	}
	c := 0
	if isText {
		c = strings.Compare(x, y)
	} else {
		c = cmp.Compare(sqlFloat(have), sqlFloat(want))
	}
	switch operator {
	case '>':
		return c >= 0
	case '<':
		return c <= 0
	}
	return c == 0
}

// likeNumber reports whether a text may be taken for a number.
func likeNumber(text string) bool { return strings.ContainsAny(text, "0123456789") }

// sqlFloat is a number as a float64, near enough to rule out what cannot be.
func sqlFloat(v any) float64 {
	switch x := v.(type) {
	case int64:
		return float64(x)
	case float64:
		return x
	}
	return 0
}

// sqlRows is the wanted events of one block, and their values one after the
// other.
type sqlRows struct {
	hits   []hit
	values []span
	report Report
}

// sqlWorker finds the wanted events of blocks. It belongs to one worker.
type sqlWorker struct {
	plan  *eventsPlan
	lines lineReader
}

func newSQLWorker(p *eventsPlan) *sqlWorker {
	return &sqlWorker{plan: p, lines: newLineReader(newSkimmer(p.keys), newFinder(p.texts, processor.Best), processor.Best)}
}

// block finds the wanted events of one block.
func (w *sqlWorker) block(b *block, r *sqlRows) *sqlRows {
	if r == nil {
		r = &sqlRows{}
	}
	r.hits, r.values = r.hits[:0], r.values[:0]
	w.lines.report.BrokenAt = r.report.BrokenAt
	w.lines.begin(b)
	for w.lines.next() {
		if !w.lines.broken && w.wants() {
			r.hits = append(r.hits, hit{lo: w.lines.lo, hi: w.lines.hi})
			r.values = append(r.values, w.lines.skim.values...)
		}
	}
	r.report, w.lines.report.BrokenAt = w.lines.report, nil
	return r
}

// wants reports whether the present event may be wanted.
func (w *sqlWorker) wants() bool {
	for i := range w.plan.tests {
		if t := &w.plan.tests[i]; !t.pass(w.lines.value(t.key)) {
			return false
		}
	}
	return true
}
