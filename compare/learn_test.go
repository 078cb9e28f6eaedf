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
