package compare

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"example.org/runshelf/shelf"
)

// TestAliases pairs names up, one for one, and takes back what did not hold.
func TestAliases(t *testing.T) {
	x := newAliases()
	steps := []struct {
		a, b string
		same bool
		then func()
	}{
		{"p", "q", true, x.keep},
		{"p", "q", true, x.keep},
		{"p", "r", false, x.drop},
		{"s", "q", false, x.drop},
		{"s", "r", true, x.drop},
		{"s", "p", true, x.keep}, // r was taken back; p is another name in B
		{"t", "t", true, x.drop},
		{strings.Repeat("l", mostAlias+1), strings.Repeat("m", mostAlias+1), false, x.drop},
		{strings.Repeat("l", mostAlias+1), strings.Repeat("l", mostAlias+1), true, x.keep},
		{strings.Repeat("l", mostAlias), strings.Repeat("m", mostAlias), true, x.keep},
	}
	for i, s := range steps {
		if got := x.same(s.a, s.b); got != s.same {
			t.Errorf("step %d, %.5s and %.5s: %v", i, s.a, s.b, got)
		}
		s.then()
	}
	if b, known := x.ofA("p"); b != "q" || !known {
		t.Errorf("p is %q, %v", b, known)
	}
	if a, known := x.ofB("q"); a != "p" || !known {
		t.Errorf("q is %q, %v", a, known)
	}
	if _, known := x.ofA("t"); known {
		t.Error("t was dropped")
	}
}

// TestAliasesForget meets more names than are kept: those met again are, others are not,
// and neither direction remembers what the other has forgotten.
func TestAliasesForget(t *testing.T) {
	x := newAliases()
	meet := func(a, b string) bool { defer x.keep(); return x.same(a, b) }
	meet("once", "1")
	meet("often", "2")
	for i := range 3 * mostAliases {
		meet(fmt.Sprint("a", i), fmt.Sprint("b", i))
		if i%(mostAliases/2) == 0 && !meet("often", "2") {
			t.Fatal("a name that is met again is forgotten")
		}
		if most := len(x.young.ofA) + len(x.old.ofA); most > 2*mostAliases {
			t.Fatalf("%d names", most)
		}
	}
	if meet("often", "3") || meet("new", "2") {
		t.Error("a name that was met again is forgotten")
	}
	if !meet("once", "5") || !meet("again", "1") {
		t.Error("a name that was met once is remembered")
	}
	for _, k := range []aliasBook{x.young, x.old} {
		if len(k.ofA) != len(k.ofB) {
			t.Errorf("%d names of A, %d of B", len(k.ofA), len(k.ofB))
		}
	}
}

// namedEvent is an event of agents that have names and speak of each other: names[0] and
// names[1] stand in fields of their own, [2] in a text and [3:] in a list.
type namedEvent struct {
	names []string
	n     int
	flat  bool // nothing has members or items
}

// line writes the event. In an object a name is a number.
func (e *namedEvent) line() string {
	if e.flat {
		return fmt.Sprintf(`{"event_type":"say","agent_id":%q,"id":%s,"text":"ask %s, once, or %s.","n":%d}`,
			e.names[0], flatID(e.names[1]), e.names[2], strings.Join(e.names[3:], "."), e.n)
	}
	return fmt.Sprintf(`{"event_type":"say","agent_id":%q,"to":{"id":%s},"text":"ask %s, once","seen":["%s"],"n":%d}`,
		e.names[0], e.names[1], e.names[2], strings.Join(e.names[3:], `","`), e.n)
}

// flatID writes a name in one of the ways that there are.
func flatID(name string) string {
	switch name[1] % 4 {
	case 0:
		return fmt.Sprintf(`"\u00%x%s"`, name[0], name[1:])
	case 1:
		return fmt.Sprintf(`"12", "id":%q`, name)
	}
	return strconv.Quote(name)
}

// Rules for such events, and for flat ones, whose names are found without decoding.
var (
	namedRules = []string{"agent_id~renamed", ".to.id~renamed", "seen~renamed", `text~/\d+/+renamed`}
	flatRules  = []string{"agent_id~renamed", "id~renamed", `text~/\d+/+renamed`}
)

func namedLog(events []namedEvent) *Log {
	var lines strings.Builder
	for i := range events {
		lines.WriteString(events[i].line() + "\n")
	}
	return logOf("log", lines.String())
}

// firstUnlike is what must come out, in the simplest words: the index of the first event
// in which something else differs than names, or a name stands for another than before.
func firstUnlike(a, b []namedEvent) int64 {
	ofA, ofB := map[string]string{}, map[string]string{}
	for i := range a {
		if i >= len(b) || a[i].n != b[i].n || len(a[i].names) != len(b[i].names) {
			return int64(i) + 1
		}
		for j, x := range a[i].names {
			y := b[i].names[j]
			if j == 1 && !a[i].flat { // a number is never a text
				x, y = "number "+x, "number "+y
			}
			if other, known := ofA[x]; known && other != y {
				return int64(i) + 1
			}
			if other, known := ofB[y]; known && other != x {
				return int64(i) + 1
			}
			ofA[x], ofB[y] = y, x
		}
	}
	if len(b) > len(a) {
		return int64(len(a)) + 1
	}
	return 0
}

// TestRenamed compares logs that are the same but for their names, and that have been
// changed in some places.
func TestRenamed(t *testing.T) {
	parted := 0
	for seed := range uint64(400) {
		r := rand.New(rand.NewPCG(seed, 1))
		var a, b []namedEvent
		others := r.Perm(90)
		flat := seed%2 == 0
		for range 1 + r.IntN(pickOf(r, 30, 200)) {
			x := namedEvent{n: r.IntN(3), flat: flat}
			y := namedEvent{n: x.n, flat: flat}
			for range 3 + 1 + r.IntN(3) {
				name := r.IntN(12)
				x.names, y.names = append(x.names, fmt.Sprint(10+name)), append(y.names, fmt.Sprint(10+others[name]))
			}
			a, b = append(a, x), append(b, y)
		}
		for range r.IntN(3) {
			e := &b[r.IntN(len(b))]
			switch r.IntN(6) {
			case 0:
				e.n++
			case 1:
				e.names = append(e.names, "99")
			case 2:
				b = b[:r.IntN(len(b)+1)]
			default:
				e.names[r.IntN(len(e.names))] = fmt.Sprint(10 + r.IntN(12))
			}
			if len(b) == 0 {
				break
			}
		}
		want := firstUnlike(a, b)
		rules := namedRules
		if flat {
			rules = flatRules
		}
		got := eventsOf(t, namedLog(a), namedLog(b), Options{Ignore: rules, Gaps: 3})
		if got.Same != (want == 0) || !got.Same && got.First.Index != want {
			t.Fatalf("seed %d: parted at %+v, and not at %d", seed, got.First, want)
		}
		if want == 0 {
			continue
		}
		parted++
		if sum := got.Equal + got.Changed + got.Removed; sum != int64(len(a)) || got.Equal < want-1 || got.Reordered {
			t.Fatalf("seed %d: %d events of A are equal, changed or removed, of %d; %d before they parted: %+v", seed, sum, len(a), want-1, got)
		}
		first := got.Gaps[0]
		if len(got.Gaps) > 3 || got.First.A != nil && (len(first.A) == 0 || first.A[0].Line != want) && (len(first.B) == 0 || first.B[0].Line != want) {
			t.Fatalf("seed %d: parted at %d, and the first place described is %+v", seed, want, first)
		}
	}
	if parted < 100 || parted > 300 {
		t.Errorf("%d of 400 parted, which is no fair mixture", parted)
	}
}

// TestRenamedSays has what is said of names that do not belong together.
func TestRenamedSays(t *testing.T) {
	start := `{"event_type":"start","x":"p","y":1,"t":"by id-p and id-q"}` + "\n"
	other := `{"event_type":"start","x":"r","y":2,"t":"by id-r and id-s"}` + "\n"
	for _, tt := range []struct {
		a, b string // further events
		want string
	}{
		{`{"x":"p"}`, `{"x":"r"}`, "same"},
		{`{"x":"p","y":1}`, `{"x":"r","y":2}`, "same"},
		{`{"x":"p"}`, `{"x":"u"}`, `x {A:p B:u ForA:r ForB:}`},
		{`{"x":"u"}`, `{"x":"r"}`, `x {A:u B:r ForA: ForB:p}`},
		{`{"x":"p"}`, `{"x":"s"}`, `x {A:p B:s ForA:r ForB:}`}, // id-s is another word
		{`{"y":1}`, `{"y":3}`, `y {A:1 B:3 ForA:2 ForB:}`},
		{`{"y":1}`, `{"y":"2"}`, `y <nil>`}, // a number never stands for a text
		{`{"x":true}`, `{"x":false}`, `x <nil>`},
		{`{"x":["p",{"z":"p"}]}`, `{"x":["r",{"z":"r"}]}`, "same"},
		{`{"x":["p",{"z":"p"}]}`, `{"x":["r",{"z":"u"}]}`, `x[1].z {A:p B:u ForA:r ForB:}`},
		{`{"t":"so id-q"}`, `{"t":"so id-s"}`, "same"},
		{`{"t":"so id-q"}`, `{"t":"so id-r"}`, `t {A:id-q B:id-r ForA:id-s ForB:id-p}`},
		{`{"t":"so id-q"}`, `{"t":"no id-s"}`, `t <nil>`},
		{`{"x":"u","t":"id-u id-u"}`, `{"x":"v","t":"id-v id-w"}`, `t {A:id-u B:id-w ForA:id-v ForB:}`},
		{`{"x":"p"}`, `{}`, `x <nil>`},
	} {
		a, b := start+tt.a+"\n", other+tt.b+"\n"
		o := Options{Ignore: []string{"x~renamed", "y~renamed", `t~/id-\w/+renamed`}}
		got := eventsOf(t, logOf("a", a), logOf("b", b), o)
		said := "same"
		if !got.Same {
			f := got.First.Fields[0]
			said = f.Path + " <nil>"
			if f.Renamed != nil {
				said = fmt.Sprintf("%s %+v", f.Path, *f.Renamed)
			}
		}
		if said != tt.want {
			t.Errorf("%s and %s: %s, want %s", tt.a, tt.b, said, tt.want)
		}
		checker, err := NewChecker(logOf("a", a), o)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(b) {
			d, _, err := checker.Next([]byte(strings.TrimSpace(line)))
			if err != nil || (d == nil) != (got.Same || strings.Contains(line, "start")) {
				t.Errorf("%s and %s, checked as they come: %+v, %v", tt.a, tt.b, d, err)
			}
		}
		checker.Close()
	}
}

// TestRenamedAndAside has a part that one rule takes for a name and another sets aside.
func TestRenamedAndAside(t *testing.T) {
	a, b := `{"t":"at 12:00:01"}`+"\n"+`{"t":"at 12:00:01"}`, `{"t":"at 12:00:02"}`+"\n"+`{"t":"at 12:00:03"}`
	name, aside := `t~/at (\S+)/+renamed`, "t~time"
	for _, tt := range []struct {
		rules []string
		same  bool
	}{{[]string{name}, false}, {[]string{aside}, true}, {[]string{name, aside}, true}, {[]string{aside, name}, true}} {
		if got := eventsOf(t, logOf("a", a), logOf("b", b), Options{Ignore: tt.rules}); got.Same != tt.same {
			t.Errorf("%q: %+v", tt.rules, got.First)
		}
	}
}

// TestRenamedStreams has one name in both streams of wrapped programs.
func TestRenamedStreams(t *testing.T) {
	out := `{"event_type":"output","stream":"stdout","text":"job %s begins"}` + "\n" + `{"event_type":"output","stream":"stderr","text":"job %s fails"}` + "\n"
	captured := func(first, second string) *Log {
		l := logOf("run", fmt.Sprintf(out, first, second))
		l.Run = &shelf.Run{Manifest: shelf.Manifest{Kind: "exec"}}
		return l
	}
	o := Options{Ignore: []string{`text~/job (\w+)/+renamed`}}
	if got := eventsOf(t, captured("a", "a"), captured("b", "b"), o); !got.Same {
		t.Errorf("%+v", got.First)
	}
	if got := eventsOf(t, captured("a", "a"), captured("b", "c"), o); got.Same || got.First.Stream != "stderr" {
		t.Errorf("%+v", got.First)
	}
}
