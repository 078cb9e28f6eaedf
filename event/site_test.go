package event

import (
	"bytes"
	"fmt"
	"log/slog"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"unsafe"
)

// kin returns attributes like others: here and there a name or a value is another, is
// missing, or comes twice. Names lie at other places than before.
func (g generator) kin(attrs []slog.Attr) (kin []slog.Attr) {
	for _, a := range attrs {
		a.Key = strings.Clone(a.Key)
		switch g.IntN(12) {
		case 0:
			a.Key = g.name()
		case 1:
			a.Value = g.value(2)
		case 2:
			a.Key += "x"
		case 3:
			continue
		case 4:
			kin = append(kin, a)
		}
		if a.Value.Kind() == slog.KindGroup {
			a.Value = slog.GroupValue(g.kin(a.Value.Group())...)
		}
		kin = append(kin, a)
	}
	return kin
}

func (g generator) body(attrs []slog.Attr) Body {
	b := Body{Type: "transfer", Attrs: attrs}
	switch g.IntN(8) {
	case 0:
		b.Type = g.text()
	case 1:
		b.Level, b.Cause = slog.LevelWarn, 3
	case 3:
		b.Cause = g.Uint64() >> g.IntN(64)
	case 2:
		b.Type = "transfar"
	}
	return b
}

// know has an event be known where another is looked for.
func know(known, b *Body) {
	place, tag := placeOf(b)
	place.site.Store(newSite(known))
	place.tag.Store(tag)
}

// checkSite checks that a line is the same whatever is known of the names, and whatever
// room there is for it.
func checkSite(t *testing.T, seed uint64) {
	t.Helper()
	g := generator{rand.New(rand.NewPCG(seed, 3))}
	one := g.attrs(6)
	two := g.kin(one)
	for _, pair := range [][2][]slog.Attr{{one, one}, {one, two}, {two, one}, {one, g.attrs(3)}} {
		known, body := g.body(pair[0]), g.body(pair[1])
		var want []byte
		var wantNeeds bool
		plain := body
		without(func() { want, wantNeeds = AppendBodyNeeds(nil, &plain) })
		for _, room := range []int{headRoom, headRoom + g.IntN(len(want)+1), headRoom + len(want)} {
			if len(body.Attrs) > 0 {
				know(&known, &body)
			}
			memory := bytes.Repeat([]byte{'#'}, room+8)
			told := body
			got, needs := AppendBodyNeeds(memory[:0:room], &told)
			if string(got) != string(want) || needs != wantNeeds || told.Type != plain.Type {
				t.Fatalf("seed %d, in %d bytes:\n got %v %q\nwant %v %q", seed, room, needs, got, wantNeeds, want)
			}
			if string(memory[room:]) != "########" {
				t.Fatalf("seed %d: written beyond %d bytes", seed, room)
			}
			checkSiteBody(t, seed, &body, memory[:0:room], want)
			if string(memory[room:]) != "########" {
				t.Fatalf("seed %d: written beyond %d bytes by a site", seed, room)
			}
		}
	}
}

// checkSiteBody checks that a site writes the line that is wanted, into the room that
// there is, or none.
func checkSiteBody(t *testing.T, seed uint64, b *Body, memory, want []byte) {
	t.Helper()
	site := SiteOf(b)
	if site == nil {
		return
	}
	got, usual := site.AppendBody(memory, b)
	if usual && string(got) != string(want) {
		t.Fatalf("seed %d:\n got %q\nwant %q", seed, got, want)
	}
	if usual && (len(got) > cap(memory) || &got[0] != &memory[:1][0]) {
		t.Fatalf("seed %d: %d bytes written elsewhere than into the %d that there are", seed, len(got), cap(memory))
	}
}

// A site writes the usual event, and is left alone for most of the time after one that it
// could not write.
func TestSiteOf(t *testing.T) {
	usual := Body{Type: "site of", Attrs: []slog.Attr{slog.Int("a", 1), slog.String("b", "x")}}
	odd := usual
	odd.Attrs = []slog.Attr{usual.Attrs[0], slog.String(usual.Attrs[1].Key, "\n")}
	know(&usual, &usual)
	room := make([]byte, 0, 2*SiteRoom)
	if site := SiteOf(&usual); site == nil && fastHere {
		t.Fatal("there is none")
	} else if site == nil {
		t.Skip("nothing is written at once here")
	}
	if _, ok := SiteOf(&usual).AppendBody(room[:SiteRoom+1], &usual); ok {
		t.Error("there was no room")
	}
	for range 3 {
		if line, ok := SiteOf(&usual).AppendBody(room, &usual); !ok || string(line) != string(AppendBody(nil, usual)) {
			t.Errorf("got %q, %v", line, ok)
		}
	}
	if _, ok := SiteOf(&odd).AppendBody(room, &odd); ok {
		t.Error("the odd one was written")
	}
	tried := 0
	for range 100 * oddAgain {
		if site := SiteOf(&odd); site != nil {
			tried++
			site.AppendBody(room, &odd)
		}
	}
	if tried == 0 || tried > 100*oddAgain/2 {
		t.Errorf("an odd event was tried %d times of %d", tried, 100*oddAgain)
	}
	for _, other := range []Body{
		{Type: usual.Type, Level: slog.LevelWarn, Attrs: usual.Attrs},
		{Type: usual.Type, Cause: 1 << 40, Attrs: usual.Attrs},
		{Type: usual.Type},
	} {
		if SiteOf(&other) != nil {
			t.Errorf("there is one for %+v", other)
		}
	}
}

func TestSiteIsTheSame(t *testing.T) {
	for seed := range uint64(1500) {
		checkSite(t, seed)
	}
}

func FuzzSite(f *testing.F) {
	f.Add(uint64(1))
	f.Fuzz(checkSite)
}

// checkTwice checks the lines of an event that is logged until its site is known.
func checkTwice(t *testing.T, b Body) {
	t.Helper()
	var want []byte
	without(func() { want = AppendBody(nil, b) })
	checkLine(t, append([]byte(`{"HEAD":1,`), want...))
	for range 3 {
		if got := AppendBody(make([]byte, 0, 4<<10), b); string(got) != string(want) {
			t.Fatalf("\n got %s\nwant %s", got, want)
		}
	}
}

// Memory in which a name lay may be used again, for another name, or for what is none.
func TestNamesChangeWhereTheyLie(t *testing.T) {
	memory := []byte("name_of_a_member/of_a_group/kind")
	at := func(from, to int) string { return unsafe.String(&memory[from], to-from) }
	body := Body{Type: at(28, 32), Attrs: []slog.Attr{
		slog.Int(at(0, 16), 1), slog.Group("group", slog.String(at(17, 27), "x"), slog.Int("y", 2)), slog.Int("last", 3),
	}}
	checkTwice(t, body)
	for i := range memory {
		for _, c := range []byte{'Z', '"', '\\', '\n', 0, 0x80, 0xff} {
			was := memory[i]
			memory[i] = c
			checkTwice(t, body)
			memory[i] = was
		}
	}
	for _, name := range []string{KeyTimestamp, KeySequence, KeyType, KeyLevel, KeyCause, "last"} {
		copy(memory, name)
		alike := slices.Clone(body.Attrs)
		alike[0].Key = at(0, len(name))
		checkTwice(t, Body{Type: body.Type, Attrs: alike})
	}
}

// Names that nothing can be known of, and what may stand beside them.
func TestOddSites(t *testing.T) {
	var many, alike []slog.Attr
	for i := range 20 {
		many = append(many, slog.Int(fmt.Sprint("n", i), i))
		alike = append(alike, slog.Int("n", i))
	}
	long := strings.Repeat("n", 40)
	deep := slog.Group("end", slog.Int("n", 1))
	for range 8 {
		deep = slog.Group("in", slog.Int("n", 1), deep)
	}
	for name, attrs := range map[string][]slog.Attr{
		"16": many[:16], "17": many[:17], "20": many, "alike": alike[:5], "groups": {slog.Attr{Key: "g", Value: slog.GroupValue(many...)}, many[0]},
		"long":   {slog.Int(long[:27], 1), slog.Int(long[:28], 1), slog.Int(long[:29], 1), slog.Int(long[:33], 1), slog.Int(long, 1)},
		"inline": {slog.Int("a", 1), slog.Group("", many[0], many[1]), slog.Int("b", 1)}, "empty": {slog.Group("g"), slog.Int("g", 1)},
		"reserved": {slog.Int("a", 1), slog.Int("level", 2), slog.Group("g", slog.Int("level", 3)), slog.Int("b", 4)},
		"deep":     {deep, slog.Int("b", 1)}, "odd": {slog.Int("é", 1), slog.Int("a\"b", 1), slog.Int("c", 1)},
		"values": {slog.Any("list", []int{1}), slog.String("odd", "a\nb"), slog.Float64("f", 1e300), slog.Group("g", slog.Any("list", []int{1}), slog.Int("a", 1)), slog.String("s", "s")},
	} {
		for _, kind := range []string{"transfer", "", "é", long[:32], long[:33], long} {
			t.Run(name+"/"+kind, func(t *testing.T) {
				checkTwice(t, Body{Type: kind, Attrs: attrs})
				checkTwice(t, Body{Type: kind, Level: slog.LevelError, Attrs: attrs})
			})
		}
	}
}

// bodyOf returns an event with one name.
func bodyOf(name string) *Body {
	return &Body{Type: "x", Attrs: []slog.Attr{slog.Int(name, 1)}}
}

// Names that come once are not learned, and of those that share a place each has its turn,
// seldom.
func TestSitesAreLearnedSeldom(t *testing.T) {
	var place sitePlace
	for i := range 3000 {
		place.miss(uint32(i+1), bodyOf("once"))
	}
	if place.site.Load() != nil {
		t.Error("learned what came once")
	}
	var turns int
	for i := range 3000 {
		before := place.site.Load()
		if tag := uint32(i%2 + 1); place.tag.Load() != tag {
			place.miss(tag, bodyOf("twice"))
		}
		if place.site.Load() != before {
			turns++
		}
	}
	if turns == 0 || turns > 20 {
		t.Errorf("learned %d times", turns)
	}
}

// What cannot be known is not learned over and over.
func TestUnknowableSites(t *testing.T) {
	if !fastHere {
		t.Skip("there is no assembly here, so no sites are kept")
	}
	b := Body{Type: strings.Repeat("long", 20), Attrs: []slog.Attr{slog.Int("unknowable", 1)}}
	place, _ := placeOf(&b)
	place.site.Store(nil)
	for _, of := range []*atomic.Uint32{&place.tag, &place.next, &place.missed} {
		of.Store(0)
	}
	for range 100 {
		AppendBody(make([]byte, 0, 4<<10), b)
	}
	if n := place.missed.Load(); n != 2 {
		t.Errorf("missed %d times", n)
	}
}

// A site is learned and used by many at once.
func TestSitesConcurrently(t *testing.T) {
	var done sync.WaitGroup
	for i := range 8 {
		done.Go(func() {
			g := generator{rand.New(rand.NewPCG(uint64(i)/2, 4))}
			buf := make([]byte, 0, 4<<10)
			for range 400 {
				body := Body{Type: "many", Attrs: []slog.Attr{slog.Int("a", g.IntN(100)), slog.Group("g", slog.Int([]string{"b", "c", "d"}[g.IntN(3)], 1)), slog.Int("z", 5)}}
				if buf = AppendBody(buf[:0], body); !bytes.HasSuffix(buf, []byte(`:1},"z":5}`+"\n")) {
					t.Errorf("%s", buf)
					return
				}
			}
		})
	}
	done.Wait()
}

// Decimals of six places, and the numbers beside them, are what strconv makes of them.
func TestMillionths(t *testing.T) {
	g := generator{rand.New(rand.NewPCG(5, 5))}
	buf := make([]byte, 0, 4<<10)
	for range 20_000 {
		x := float64(g.Int64N(1e15)>>g.IntN(50)) / 1e6
		if g.IntN(2) == 0 {
			x = float64(g.Int64N(1e12)>>g.IntN(40)) / math.Pow10(g.IntN(7))
		}
		for _, x := range []float64{x, -x, math.Nextafter(x, 0), math.Nextafter(x, 1e300)} {
			body := Body{Type: "x", Attrs: []slog.Attr{slog.Float64("f", x)}}
			want := append(appendFloat([]byte(`"event_type":"x","f":`), x, 64), "}\n"...)
			if buf = AppendBody(buf[:0], body); string(buf) != string(want) {
				t.Fatalf("%v: %s", x, buf)
			}
		}
	}
}
