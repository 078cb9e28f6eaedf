package query

import (
	"io"
	"slices"
	"strconv"
	"time"

	"example.org/runshelf/event"
	"example.org/runshelf/shelf"
)

// The index of a run says of each block of its log which sequences, times and types
// stand in it. A question whose filter speaks of these passes over the blocks in
// which nothing can be wanted, and a question that only counts also over those of
// which all is known. Whether the index is to be believed, the shelf decides (see
// shelf.Run.Index); without one the whole log is read, and the answer is the same.
// What is behind the end of the index is always read.

// stretch is a piece of a log. Either its lines are read, or they are known.
type stretch struct {
	from, to int64
	known    *known
}

// known is what the index tells of the lines of some blocks.
type known struct {
	counts byType[uint64] // of the wanted lines
	lines  uint64         // all of them
}

// byType holds a value for each type, by its JSON. Blocks that follow each other mostly
// have the same types, in the same order: so it is first looked where it was last found.
type byType[V any] struct {
	all   map[string]*V
	order []ofType[V] // as the types were last asked for
}

type ofType[V any] struct {
	json  string
	value *V
}

// at returns the value of a type, the i-th of its block, and whether it was there.
func (t *byType[V]) at(i int, json string) (value *V, there bool) {
	if i < len(t.order) && t.order[i].json == json {
		return t.order[i].value, true
	}
	if value, there = t.all[json]; !there {
		if t.all == nil {
			t.all = map[string]*V{}
		}
		value = new(V)
		t.all[json] = value
	}
	if i == len(t.order) {
		t.order = append(t.order, ofType[V]{json, value})
	} else if i < len(t.order) {
		t.order[i] = ofType[V]{json, value}
	}
	return value, there
}

// wants is how much the question wants of a block.
type wants int

const (
	wantsNone wants = iota
	wantsSome
	wantsCounts // of each type all lines or none
)

// blockTest is a condition on one field of the envelope, of which the index tells.
// It may pass too much, and never too little.
type blockTest struct {
	key    string
	holds  func(stored []byte) bool
	points []uint64 // the sequences of which one must be there; nil for a bound
}

// may reports whether any line of the block may pass.
func (t *blockTest) may(b *shelf.IndexBlock) bool {
	switch {
	case t.key == event.KeyType:
		return slices.ContainsFunc(b.Types, func(c shelf.TypeCount) bool { return c.JSON == untold || t.holds([]byte(c.JSON)) })
	case t.key == event.KeyTimestamp:
		return t.holds(quoted(b.Earliest)) || t.holds(quoted(b.Latest))
	case t.points != nil:
		return slices.ContainsFunc(t.points, func(n uint64) bool { return b.First <= n && n <= b.Last })
	}
	return t.holds(strconv.AppendUint(nil, b.First, 10)) || t.holds(strconv.AppendUint(nil, b.Last, 10))
}

// untold is the type under which the index counts lines whose type it does not tell.
const untold = `""`

func quoted(s string) []byte { return append(append([]byte{'"'}, s...), '"') }

// newBlockTest makes the test of a comparison; false when the index does not help.
// What bounds a value holds of one in the middle only if it holds at an end.
func newBlockTest(f field, operator string, value any, holds func([]byte) bool) (blockTest, bool) {
	t := blockTest{key: f.path, holds: holds}
	bound := operator == "<" || operator == "<=" || operator == ">" || operator == ">="
	switch {
	case f.path == event.KeyType:
		return t, true
	case f.path == event.KeyTimestamp:
		return t, bound
	case f.path != event.KeySequence || bound:
		return t, bound && f.path == event.KeySequence
	case operator == "==":
		t.points, bound = pointsOf([]any{value})
	case operator == "in":
		list, _ := value.([]any)
		t.points, bound = pointsOf(list)
	}
	return t, bound
}

// not returns the test of the opposite, nil when there is none.
func (t *blockTest) not(holds func([]byte) bool) *blockTest {
	if t == nil || t.points != nil {
		return nil
	}
	return &blockTest{key: t.key, holds: holds}
}

// pointsOf returns sequences; false when one is none.
func pointsOf(values []any) ([]uint64, bool) {
	var points []uint64
	for _, v := range values {
		n, ok := v.(int)
		if !ok || n < 0 {
			return nil, false
		}
		points = append(points, uint64(n))
	}
	return points, len(points) > 0
}

// screen decides about blocks for one question.
type screen struct {
	filter Filter
	since  string
	tests  []blockTest
	types  []func(stored []byte) bool // conditions on the type
	exact  bool                       // the filter speaks of sequence, time and type alone
	wanted byType[bool]               // types
}

func newScreen(f Filter) *screen {
	j := &screen{filter: f, exact: f.MinLevel == nil}
	if !f.Since.IsZero() {
		j.since = f.Since.UTC().Add(time.Microsecond - 1).Truncate(time.Microsecond).Format(event.TimeLayout)
	}
	if f.Where == nil {
		return j
	}
	j.exact = j.exact && f.Where.program == nil
	for i := range f.Where.quick {
		c := &f.Where.quick[i]
		if c.block != nil {
			j.tests = append(j.tests, *c.block)
		}
		if c.field.path == event.KeyType {
			j.types = append(j.types, c.holds)
		} else {
			j.exact = false
		}
	}
	return j
}

// helps reports whether the index can rule out any block.
func (j *screen) helps() bool {
	f := &j.filter
	return len(f.Types) > 0 || f.From > 0 || f.To > 0 || j.since != "" || len(j.tests) > 0
}

// of decides about a block.
func (j *screen) of(b *shelf.IndexBlock) wants {
	f := &j.filter
	if b.Last < f.From || f.To > 0 && b.First > f.To || b.Latest < j.since {
		return wantsNone
	}
	for i := range j.tests {
		if !j.tests[i].may(b) {
			return wantsNone
		}
	}
	wanted, told := 0, true
	for i := range b.Types {
		if b.Types[i].JSON == untold {
			told = false
		} else if j.wants(i, b.Types[i].JSON) {
			wanted++
		}
	}
	switch {
	case told && wanted == 0:
		return wantsNone
	case told && j.exact && b.First >= f.From && (f.To == 0 || b.Last <= f.To) && b.Earliest >= j.since:
		return wantsCounts
	}
	return wantsSome
}

// wants reports whether lines of a type, the i-th of its block, are wanted, as far as the
// type decides.
func (j *screen) wants(i int, stored string) bool {
	wanted, known := j.wanted.at(i, stored)
	if !known {
		text, _ := stringOf([]byte(stored))
		*wanted = len(j.filter.Types) == 0 || j.filter.matchType(text)
		for _, holds := range j.types {
			*wanted = *wanted && holds([]byte(stored))
		}
	}
	return *wanted
}

// outlook is what is wanted of a question besides its filter.
type outlook struct {
	counts bool // lines need not be read to be counted
	ends   bool // but the first and the last one of each type must be
	// cuts says that the log must be cut into the blocks of which it is without an
	// index: where floating point numbers are added up, the last digit depends on it.
	cuts bool
}

// planned cuts a log for a question, with the index when that helps.
func planned(run *shelf.Run, events *shelf.Events, f Filter, o outlook) *blocks {
	return plannedBy(run, events, newScreen(f), o)
}

func plannedBy(run *shelf.Run, events *shelf.Events, j *screen, o outlook) *blocks {
	all := newBlocks(events, events.Size())
	if all.size < minIndexed || !j.helps() && !(o.counts && j.exact) {
		return all
	}
	x, keep, err := believedIndex(j.filter.CacheDir, run, events)
	if err != nil {
		// Looking for a text takes a quarter of the time that counting takes.
		if j.sought(run, events, all, o); all.whole(events) && finderOf(j.filter) == nil {
			all.keep = newKeeper(keep, events, time.Now())
		}
		if o.counts && j.filter.all() {
			all.each = countedSize
		}
		return all
	}
	defer x.Close()
	return j.plannedWith(x, all, o)
}

// plannedWith cuts a log by an index.
func (j *screen) plannedWith(x *shelf.Index, all *blocks, o outlook) *blocks {
	if last := x.Last(); o.ends && last.Unordered {
		o.counts = false
	}
	p := &planner{screen: j, outlook: o}
	end := p.read(x)
	if !p.fits(all.src, end) {
		return all
	}
	if o.cuts {
		all.skip = p.skips(all, end)
	} else {
		all.parts, all.base = p.cut(), end
	}
	return all
}

// whole reports whether all of the log is read.
func (f *blocks) whole(events *shelf.Events) bool {
	return f.base == 0 && f.size == events.Size() && len(f.parts) == 0 && len(f.skip) == 0
}

// minIndexed is the length of a log, in bytes, below which reading it all is as quick
// as asking the index.
const minIndexed = 256 << 10

// planner makes parts of blocks.
type planner struct {
	*screen
	outlook
	blocks []shelf.IndexBlock // that are wanted
	toRead []bool             // of them, those to be read although their counts are known
}

// read takes in the index, from the first block that may be wanted on, and returns
// where what is not known begins. When all that follows a block is wanted that is
// where the block begins; behind a block that is beyond what is wanted, nothing is.
func (p *planner) read(x *shelf.Index) int64 {
	f, last, rest := &p.filter, x.Last(), int64(-1)
	onward := !p.counts && f.To == 0 && len(f.Types) == 0 && len(p.tests) == 0 && (p.since == "" || !last.Unordered)
	take := func(b *shelf.IndexBlock) bool {
		switch {
		case f.To > 0 && b.First > f.To:
			rest = last.End()
		case p.of(b) == wantsNone:
		case onward:
			rest = b.Offset
		default:
			b.Chain = ""
			p.blocks = append(p.blocks, *b)
		}
		return rest < 0
	}
	end := p.from(x, take)
	if rest >= 0 {
		return rest
	}
	return end
}

// from calls take for the blocks from the first one on that may be wanted.
func (p *planner) from(x *shelf.Index, take func(*shelf.IndexBlock) bool) int64 {
	switch last := x.Last(); {
	case p.filter.From > 0:
		return x.From(func(b *shelf.IndexBlock) bool { return b.Last < p.filter.From }, take)
	case p.since != "" && !last.Unordered:
		return x.From(func(b *shelf.IndexBlock) bool { return b.Latest < p.since }, take)
	}
	return x.Each(take)
}

// skips tells which blocks of a log need not be read: those before end in which
// nothing is wanted.
func (p *planner) skips(f *blocks, end int64) []bool {
	skip := make([]bool, end/f.each)
	for k := range skip {
		skip[k] = true
	}
	for i := range p.blocks {
		b := &p.blocks[i]
		for k := b.Offset / f.each; k < int64(len(skip)) && k*f.each < b.End(); k++ {
			skip[k] = false
		}
	}
	return skip
}

// fits looks at the edges of the first blocks that are wanted: they must be line ends.
func (p *planner) fits(events io.ReaderAt, end int64) bool {
	const looks = 8
	edges := []int64{end}
	for i := range p.blocks[:min(looks, len(p.blocks))] {
		edges = append(edges, p.blocks[i].Offset, p.blocks[i].End())
	}
	return beginLines(events, edges...)
}

// beginLines reports whether a line of the log may begin at each of the places.
func beginLines(events io.ReaderAt, places ...int64) bool {
	for _, at := range places {
		var c [1]byte
		if n, _ := events.ReadAt(c[:], max(0, at-1)); at > 0 && (n < 1 || c[0] != '\n') {
			return false
		}
	}
	return true
}

// cut puts blocks that follow each other together.
func (p *planner) cut() []stretch {
	p.chooseEnds()
	var parts []stretch
	var counted *known
	for i := range p.blocks {
		b := &p.blocks[i]
		if p.counts && !p.toRead[i] && p.of(b) == wantsCounts {
			if counted == nil {
				counted = &known{}
				parts = append(parts, stretch{known: counted})
			}
			counted.add(b, p.screen)
			continue
		}
		counted = nil
		if n := len(parts); n > 0 && parts[n-1].known == nil && parts[n-1].to == b.Offset && b.End()-parts[n-1].from <= blockSize {
			parts[n-1].to = b.End()
			continue
		}
		parts = append(parts, stretch{from: b.Offset, to: b.End()})
	}
	return parts
}

// chooseEnds marks the blocks in which a wanted type stands first and last, among
// those of which all lines of the type are wanted. The others are read anyway.
func (p *planner) chooseEnds() {
	p.toRead = make([]bool, len(p.blocks))
	if !p.ends {
		return
	}
	var last byType[int]
	for i := range p.blocks {
		if p.of(&p.blocks[i]) != wantsCounts {
			continue
		}
		for k, c := range p.blocks[i].Types {
			if !p.screen.wants(k, c.JSON) {
				continue
			}
			in, met := last.at(k, c.JSON)
			if !met {
				p.toRead[i] = true
			}
			*in = i
		}
	}
	for _, i := range last.all {
		p.toRead[*i] = true
	}
}

// add adds a block whose counts are all that is wanted.
func (k *known) add(b *shelf.IndexBlock, j *screen) {
	for i, c := range b.Types {
		k.lines += c.Count
		if j.wants(i, c.JSON) {
			n, _ := k.counts.at(i, c.JSON)
			*n += c.Count
		}
	}
}

// partial is what is known as if it had been counted. The first and the last times
// stand in blocks that are read, since times ascend here.
func (k *known) partial(p *partial) *partial {
	p.report.Lines = int64(k.lines)
	for json, n := range k.counts.all {
		p.events += *n
		p.parts = append(p.parts, part{key: json, count: *n, told: true})
	}
	return p
}

// Count returns how many events f wants.
func Count(run *shelf.Run, f Filter) (int64, Report, error) {
	f.KeepBroken = false
	if err := f.Check(); err != nil {
		return 0, Report{}, err
	}
	events, err := run.OpenEvents()
	if err != nil {
		return 0, Report{}, err
	}
	defer events.Close()
	var report Report
	newWork := func() func(*block, *sifted) *sifted { return newSifter(f).block }
	blocks := planned(run, events, f, outlook{counts: true})
	if blocks.keep != nil && f.all() {
		c, report, err := stats(blocks, "", f, nil)
		return int64(c.Events), report, err
	}
	err = inOrderKeeping(blocks, newWork, func(b *block, r *sifted) error {
		report.add(&r.report)
		report.Matched += int64(len(r.hits))
		if b.known != nil {
			report.Lines += int64(b.known.lines)
			for _, n := range b.known.counts.all {
				report.Matched += int64(*n)
			}
		}
		return nil
	})
	return report.Matched, report, err
}
