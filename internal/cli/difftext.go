package cli

import (
	"encoding/json"
	"fmt"
	"math/big"
	"strings"
	"unicode/utf8"

	"example.org/runshelf/compare"
	"example.org/runshelf/event"
)

// fieldsShown bounds the fields of one part that are shown by name.
const fieldsShown = 30

// writeDiff writes what differs for a person.
func writeDiff(p *page, d *compare.Diff, a, b *compare.Log) {
	p.line(paint(p.colored, colorRed, "A  "+safe(a.Name)) + logText(a, d.A))
	p.line(paint(p.colored, colorGreen, "B  "+safe(b.Name)) + logText(b, d.B))
	for _, part := range []struct {
		title  string
		fields []compare.Field
	}{
		{"How they ended", d.Status}, {"Seed", d.Seed}, {"Configuration", d.Config},
		{"Program", d.Program}, {"Code", d.Git}, {"Host", d.Host},
	} {
		writeFields(p, part.title, part.fields)
	}
	writeMetrics(p, d.Metrics)
	writeCounts(p, d.Counts)
	writeDivergence(p, d)
}

// logText says how long a log is and how its run stands.
func logText(log *compare.Log, r compare.SideReport) string {
	text := "  " + plural(r.Events, "event")
	if log.Run != nil {
		text += ", " + string(log.Run.Status)
		if name := log.Run.Manifest.Name; name != "" {
			text += ", " + safe(name)
		}
	}
	return text
}

// writeFields writes fields that differ, one a row.
func writeFields(p *page, title string, fields []compare.Field) {
	if len(fields) == 0 {
		return
	}
	p.heading(title)
	p.table(fieldTable(fields))
	moreFields(p, len(fields))
}

// fieldTable puts the values of fields side by side.
func fieldTable(fields []compare.Field) *table {
	t := &table{}
	for _, f := range fields[:min(len(fields), fieldsShown)] {
		t.add(cell{text: clip(safe(f.Path), valueWidth)},
			cell{fieldText(fromPart(f.A, f.FromA), f.InA), colorRed}, cell{fieldText(fromPart(f.B, f.FromB), f.InB), colorGreen})
	}
	return t
}

// leadWidth is how much of a long text is shown in front of the part that differs.
const leadWidth = 24

// mostShown is more bytes of a text than are ever shown.
const mostShown = 64 << 10

// fromPart cuts the start of a text that is too long to be shown whole, so that what
// is shown has the part in it that begins at a byte, and what is far behind.
func fromPart(v any, from int) any {
	text, ok := v.(string)
	if !ok || len(text) < valueWidth {
		return v
	}
	before := ""
	if from -= leadWidth; from > 0 {
		before, text = "…", text[runeAt(text, from):]
	}
	return before + text[:runeAt(text, mostShown)]
}

// runeAt is where the first character begins that begins at i or behind it.
func runeAt(text string, i int) int {
	for i < len(text) && !utf8.RuneStart(text[i]) {
		i++
	}
	return min(i, len(text))
}

// writeNames says what names stood for that do not belong together.
func writeNames(p *page, fields []compare.Field) {
	for _, f := range fields[:min(len(fields), fieldsShown)] {
		if f.Renamed != nil {
			p.line("  " + namesText(f.Renamed))
		}
	}
}

func namesText(r *compare.Renamed) string {
	stood := func(name, other string) string {
		return clip(safe(name), valueWidth) + " stood for " + clip(safe(other), valueWidth)
	}
	switch {
	case r.ForA == "":
		return "so far " + stood(r.B, r.ForB) + " in A"
	case r.ForB == "":
		return "so far " + stood(r.A, r.ForA) + " in B"
	}
	return "so far " + stood(r.A, r.ForA) + " in B, and " + stood(r.B, r.ForB) + " in A"
}

func moreFields(p *page, n int) {
	if n > fieldsShown {
		p.line("  and " + plural(int64(n-fieldsShown), "more field"))
	}
}

// fieldText is a value of a field, or that there is none.
func fieldText(v any, there bool) string {
	if !there {
		return "(none)"
	}
	return clip(safe(string(event.AppendValue(nil, v))), valueWidth)
}

// writeMetrics writes the figures that differ, with the change.
func writeMetrics(p *page, fields []compare.Field) {
	if len(fields) == 0 {
		return
	}
	p.heading("Metrics")
	t := &table{right: map[int]bool{1: true, 2: true, 3: true}}
	for _, f := range fields[:min(len(fields), fieldsShown)] {
		a, b := figureTexts(f)
		t.add(cell{text: clip(safe(f.Path), valueWidth)}, cell{text: a}, cell{text: b}, cell{figureChange(f), colorYellow})
	}
	p.table(t)
	moreFields(p, len(fields))
}

// figureTexts are two figures as a person reads them, with all their digits when they
// look the same without.
func figureTexts(f compare.Field) (a, b string) {
	if a, b = figureText(f.A, f.InA), figureText(f.B, f.InB); a == b {
		return fieldText(f.A, f.InA), fieldText(f.B, f.InB)
	}
	return a, b
}

// figureText is a number as a person reads it.
func figureText(v any, there bool) string {
	if n, ok := v.(json.Number); ok {
		return clip(storedMetric(n), valueWidth)
	}
	return fieldText(v, there)
}

// figureChange is how much more B has than A.
func figureChange(f compare.Field) string {
	x, okA := f.A.(json.Number)
	y, okB := f.B.(json.Number)
	if !okA || !okB {
		return ""
	}
	from, errA := x.Float64()
	to, errB := y.Float64()
	if errA != nil || errB != nil {
		return ""
	}
	change := metric(to - from)
	if isInteger(x) && isInteger(y) {
		change = clip(integerChange(x, y), valueWidth)
	} else if from == to { // they differ in a later digit
		return ""
	}
	if !strings.HasPrefix(change, "-") {
		change = "+" + change
	}
	if from != 0 && from != to {
		change += fmt.Sprintf(" (%+.1f%%)", 100*(to-from)/from)
	}
	return change
}

// integerChange is how much more one whole number is than another, to the last digit.
func integerChange(x, y json.Number) string {
	from, _ := new(big.Int).SetString(x.String(), 10)
	to, _ := new(big.Int).SetString(y.String(), 10)
	return to.Sub(to, from).String()
}

// writeCounts writes the counts that differ.
func writeCounts(p *page, counts []compare.TypeCount) {
	t := &table{right: map[int]bool{1: true, 2: true, 3: true}}
	equal := int64(0)
	for _, c := range counts {
		if c.A == c.B {
			equal++
			continue
		}
		t.add(cell{text: clip(safe(typeText(c.Type)), valueWidth)}, cell{text: grouped(c.A)}, cell{text: grouped(c.B)},
			cell{countChange(c), colorYellow})
	}
	if t.count() == 0 {
		return
	}
	p.heading("Events by type")
	p.table(t)
	if equal > 0 {
		p.line("  the same number of " + plural(equal, "other type"))
	}
}

// countChange is how many more B has than A, written as the counts are.
func countChange(c compare.TypeCount) string {
	if c.B < c.A {
		return "-" + grouped(c.A-c.B)
	}
	return "+" + grouped(c.B-c.A)
}

// typeText is a type, or that there is none.
func typeText(typ string) string {
	if typ == "" {
		return "(no type)"
	}
	return typ
}

// writeDivergence writes where the events part, or that they do not.
func writeDivergence(p *page, d *compare.Diff) {
	if d.First == nil {
		p.heading("Same events")
		p.line("  " + sameText(d))
		return
	}
	if len(d.OnlyA)+len(d.OnlyB) > 0 {
		writeUnmatched(p, d)
		return
	}
	p.heading(divergenceTitle(d.First))
	if d.Reordered {
		p.line("  both have the same events, in another order; with --any-order they are the same")
	}
	switch {
	case startedDifferently(d.First):
		p.line("  they were started differently; --except 'simulation_*' shows where their worlds part")
	case d.Equal == 0 && d.Changed > 1 && len(d.First.TextRules()) == 0:
		p.line("  no event is the same; --learn finds what to set aside in two runs that should be")
	}
	writeSurroundings(p, d.First)
	if len(d.First.Fields) > 0 {
		p.line("")
		p.table(fieldTable(d.First.Fields))
		moreFields(p, len(d.First.Fields))
		writeNames(p, d.First.Fields)
	}
	p.line("")
	writeTotals(p, d)
}

// writeUnmatched writes the events that only one of two runs has, whose order does
// not count.
func writeUnmatched(p *page, d *compare.Diff) {
	p.heading("Events without an equal in the other run, in any order")
	writeTextRules(p, d.First)
	for _, side := range []struct {
		sign, color string
		events      []compare.Event
		all         int64
	}{
		{"-", colorRed, d.OnlyA, d.Removed + d.Changed}, {"+", colorGreen, d.OnlyB, d.Added + d.Changed},
	} {
		for i := range side.events {
			writeEvent(p, side.sign, side.color, &side.events[i], nil)
		}
		if more := side.all - int64(len(side.events)); more > 0 {
			p.line("  " + side.sign + " and " + grouped(uint64(more)) + " more")
		}
	}
	p.line("")
	writeTotals(p, d)
}

// writeTotals writes how many events are equal and how many are not.
func writeTotals(p *page, d *compare.Diff) {
	p.line(fmt.Sprintf("%s equal, %s changed, %s only in A, %s only in B",
		grouped(uint64(d.Equal)), grouped(uint64(d.Changed)), grouped(uint64(d.Removed)), grouped(uint64(d.Added))))
}

// ignoreFlags are rules as flags that a shell takes.
func ignoreFlags(rules []string) (flags string) {
	for _, rule := range rules {
		flags += " --ignore '" + safe(strings.ReplaceAll(rule, "'", `'\''`)) + "'"
	}
	return flags
}

// startedDifferently reports whether two simulations part at the event that states
// their settings, and so tells nothing of what came of these.
func startedDifferently(d *compare.Divergence) bool {
	for _, e := range []*compare.Event{d.A, d.B} {
		if e == nil {
			return false
		}
		if typ, _ := e.Value.Get(event.KeyType); typ != simulationStart {
			return false
		}
	}
	return true
}

// simulationStart is the type of the event with which every simulation begins.
const simulationStart = "simulation_start"

func sameText(d *compare.Diff) string {
	if d.Equal == 0 {
		return "neither has an event to compare"
	}
	return "all of " + plural(d.Equal, "event")
}

// divergenceTitle says where the first divergence is in both logs.
func divergenceTitle(d *compare.Divergence) string {
	title := fmt.Sprintf("First divergence: event %s%s", grouped(uint64(d.Index)), ofStream(d))
	var places []string
	for _, side := range []struct {
		name string
		e    *compare.Event
	}{{"A", d.A}, {"B", d.B}} {
		if side.e == nil {
			places = append(places, side.name+" has ended")
		} else {
			places = append(places, fmt.Sprintf("line %s of %s", grouped(uint64(side.e.Line)), side.name))
		}
	}
	return title + " (" + strings.Join(places, ", ") + ")"
}

// ofStream says which stream parts.
func ofStream(d *compare.Divergence) string {
	if d.Stream == "" {
		return ""
	}
	return " of " + d.Stream
}

// writeTextRules writes what would set aside a divergence in parts of texts.
func writeTextRules(p *page, d *compare.Divergence) {
	if rules := d.TextRules(); len(rules) > 0 {
		p.line("  they differ in parts of texts that change from run to run; set aside by" + ignoreFlags(rules))
	}
}

// writeSurroundings writes the events before, the two that differ with the
// differing fields marked, and those behind them.
func writeSurroundings(p *page, d *compare.Divergence) {
	writeTextRules(p, d)
	inA, inB := map[string]int{}, map[string]int{}
	for _, f := range d.Fields {
		inA[topOf(f.Path)], inB[topOf(f.Path)] = f.FromA, f.FromB
	}
	for i := range d.Before {
		writeEvent(p, " ", colorFaint, &d.Before[i], nil)
	}
	writeEvent(p, "-", colorRed, d.A, inA)
	writeEvent(p, "+", colorGreen, d.B, inB)
	for i := range d.AfterA {
		writeEvent(p, "-", colorFaint, &d.AfterA[i], nil)
	}
	for i := range d.AfterB {
		writeEvent(p, "+", colorFaint, &d.AfterB[i], nil)
	}
}

// topOf is the member at top level that a path begins with.
func topOf(path string) string {
	if inside, ok := strings.CutPrefix(path, `["`); ok {
		var key string
		if d := json.NewDecoder(strings.NewReader(`"` + inside)); d.Decode(&key) == nil {
			return key
		}
	}
	if end := strings.IndexAny(path, ".["); end > 0 {
		return path[:end]
	}
	return path
}

// writeEvent writes one event on one line, with some members in bold: those that
// differ, and long texts from near the byte where they do.
func writeEvent(p *page, sign, color string, e *compare.Event, marked map[string]int) {
	if e == nil {
		return
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s", sign, safe(typeText(eventType(e.Value))))
	for _, m := range e.Value {
		if hidden(m.Key) {
			continue
		}
		from, differs := marked[m.Key]
		text := " " + safe(m.Key) + "=" + clip(safe(valueText(fromPart(m.Value, from))), valueWidth)
		if differs {
			text = paint(p.colored, colorBold, text)
			if p.colored {
				text += "\x1b[" + color + "m"
			}
		}
		b.WriteString(text)
	}
	p.line("  " + paint(p.colored, color, b.String()))
}

// hidden are the members that a short view of an event leaves out.
func hidden(key string) bool {
	switch key {
	case event.KeyTimestamp, event.KeySequence, event.KeyType, event.KeyCause:
		return true
	}
	return false
}

func eventType(o event.Object) string {
	v, _ := o.Get(event.KeyType)
	s, _ := v.(string)
	return s
}
