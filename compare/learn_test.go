package compare

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestLearn has two recordings of the same thing that differ in an id at one
// place, a duration at two depths, and a list of changing length.
func TestLearn(t *testing.T) {
	var logs [2]string
	for side := range logs {
		r := rand.New(rand.NewPCG(uint64(side), 4))
		var b strings.Builder
		for i := range 50 {
			fmt.Fprintf(&b, `{"event_type":"a","n":%d,"ms":%d,"deep":[{"ms":%d,"id":"x"}],"meta":{"id":"%d"},"note":{"id":"x"},"hosts":[%s1]}`+"\n",
				i, r.Int64(), r.Int64(), r.Int64(), strings.Repeat("1,", r.IntN(9)))
		}
		logs[side] = b.String()
	}
	learned, err := Learn(logOf("a", logs[0]), logOf("b", logs[1]), Options{})
	if err != nil || learned.Parted != nil || learned.Events != 50 {
		t.Fatalf("%+v, %v", learned, err)
	}
	if want := []string{".meta.id", "hosts", "ms"}; !slices.Equal(learned.Rules, want) {
		t.Errorf("rules %q, want %q", learned.Rules, want)
	}
	r, err := Events(logOf("a", logs[0]), logOf("b", logs[1]), Options{Ignore: learned.Rules})
	if err != nil || !r.Same {
		t.Errorf("with the rules they part at %+v, %v", r.First, err)
	}
}

// TestLearnForeign makes a second recording of a foreign log, in which all its
// volatile fields have other values, and learns just these.
func TestLearnForeign(t *testing.T) {
	content, err := os.ReadFile(filepath.Join("testdata", "run_a.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	log := string(content)
	fields := regexp.MustCompile(`"(timestamp|duration_ms|cpu_seconds|submission_id|created_at|updated_at)": ?("[^"]*"|[0-9.e-]+)`)
	n := 0
	again := fields.ReplaceAllStringFunc(log, func(s string) string {
		n++
		name, _, _ := strings.Cut(s, ":")
		return fmt.Sprintf("%s: %d", name, n)
	})
	learned, err := Learn(logOf("a", log), logOf("b", again), Options{Strict: true})
	if err != nil || learned.Parted != nil {
		t.Fatalf("%+v, %v", learned, err)
	}
	want := foreignVolatile()
	slices.Sort(want)
	if !slices.Equal(learned.Rules, want) {
		t.Errorf("rules %q, want %q", learned.Rules, want)
	}
}

func TestLearnParted(t *testing.T) {
	a := "{\"event_type\":\"a\",\"x\":1}\n{\"event_type\":\"a\"}\n"
	b := "{\"event_type\":\"a\",\"x\":2}\n{\"event_type\":\"b\",\"y\":1}\n"
	learned, err := Learn(logOf("a", a), logOf("b", b), Options{})
	if err != nil || learned.Parted == nil || learned.Parted.Index != 2 || !slices.Equal(learned.Rules, []string{"x"}) {
		t.Errorf("%+v, %v", learned, err)
	}
}

// TestLearnTexts learns from texts that differ in parts, and holds the rules
// against a third log that differs in what counts.
func TestLearnTexts(t *testing.T) {
	log := func(clock, address, pid, done, loss string) string {
		var b strings.Builder
		for _, text := range []string{
			"12:00:" + clock + " start at 0x7f00000000" + address,
			"12:01:" + clock + " worker pid=" + pid + " at 3 4 " + pid,
			"12:02:" + clock + " step 1 loss=" + loss + " done in " + done,
			"12:03:" + clock + " step 2 loss=" + loss + " done in " + done + " (" + pid + "it per round)",
		} {
			fmt.Fprintf(&b, `{"event_type":"stdout","text":%q,"job":"j-%s"}`+"\n", text, pid)
		}
		return b.String()
	}
	a, b, c := log("01", "aa", "71", "0.5", "1.5"), log("02", "bb", "93", "1.25e-3", "1.5"), log("03", "cc", "5", "9", "1.75")
	learned, err := Learn(logOf("a", a), logOf("b", b), Options{})
	if err != nil || learned.Parted != nil || learned.Events != 4 {
		t.Fatalf("%+v, %v", learned, err)
	}
	number := "(" + aNumber + ")"
	want := []string{
		"job", "text~/ at " + aNumber + " " + aNumber + " " + number + "/", "text~/ done in " + number + "/",
		`text~/ done in ` + aNumber + ` \(` + number + "/", "text~/ worker pid=" + number + "/", "text~address+time",
	}
	if !slices.Equal(learned.Rules, want) {
		t.Errorf("rules\n%s\nwant\n%s", strings.Join(learned.Rules, "\n"), strings.Join(want, "\n"))
	}
	r, err := Events(logOf("a", a), logOf("b", b), Options{Ignore: learned.Rules})
	if err != nil || !r.Same {
		t.Errorf("with the rules they part at %+v, %v", r.First, err)
	}
	r, err = Events(logOf("a", a), logOf("c", c), Options{Ignore: learned.Rules})
	if err != nil || r.Same || r.First.Index != 3 {
		t.Errorf("a and c part at %+v, %v", r.First, err)
	}
}

// TestLearnWhole has texts that no parts explain.
func TestLearnWhole(t *testing.T) {
	for _, tt := range []struct{ name, a, b string }{
		{"other words", "it was red 5", "it was blue 5"},
		{"one word", "job-5", "job-6"},
		{"a part alone", "12:00:01 UTC", "12:00:02 UTC"},
		{"more of them", "at 1", "at 1 2"},
		{"no text", "at 1", "\x00"},
	} {
		a := fmt.Sprintf(`{"event_type":"a","x":%q}`+"\n", tt.a)
		b := fmt.Sprintf(`{"event_type":"a","x":%q}`+"\n", tt.b)
		if tt.b == "\x00" {
			b = `{"event_type":"a","x":7}` + "\n"
		}
		learned, err := Learn(logOf("a", a), logOf("b", b), Options{})
		if err != nil || !slices.Equal(learned.Rules, []string{"x"}) {
			t.Errorf("%s: %+v, %v", tt.name, learned, err)
		}
	}
}

// TestLearnProves has a learner that was misled: what it learned of texts does not
// explain all that differs, so the place is set aside as a whole, and no other.
func TestLearnProves(t *testing.T) {
	misled := &learner{
		places: map[string]*place{
			".x": {key: "x", texts: texts{kinds: setOf(kindTime)}},
			".y": {key: "y", texts: texts{kinds: setOf(kindTime)}},
		},
		names: map[string]*occurrences{"x": {all: 2, different: 2}, "y": {all: 2, different: 2}},
	}
	a := `{"x":"at 12:00:01","y":"at 12:00:01"}` + "\n" + `{"x":"at 5","y":"at 12:00:01"}` + "\n"
	b := `{"x":"at 12:00:02","y":"at 12:00:02"}` + "\n" + `{"x":"at 6","y":"at 12:00:02"}` + "\n"
	rules, err := misled.proved(logOf("a", a), logOf("b", b), Options{})
	if want := []string{"x", "y~time"}; err != nil || !slices.Equal(rules, want) {
		t.Errorf("%q, %v, want %q", rules, err, want)
	}
}

// TestLearnManyTexts has more places for numbers than are told apart.
func TestLearnManyTexts(t *testing.T) {
	var logs [2]strings.Builder
	for side := range logs {
		for i := range maxLearnedTexts + 1 {
			word := strings.Repeat("x", i+1)
			fmt.Fprintf(&logs[side], `{"event_type":"a","text":"%s %d end"}`+"\n", word, 10+side)
		}
	}
	a, b := logs[0].String(), logs[1].String()
	learned, err := Learn(logOf("a", a), logOf("b", b), Options{})
	if err != nil || !slices.Equal(learned.Rules, []string{"text~number"}) {
		t.Errorf("%+v, %v", learned, err)
	}
}
