package shelf

import (
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// refusedIDs are the ids of row A5, and a few of their kind.
var refusedIDs = []string{
	"../../x", "a/b", "..", ".", "", "-rf", ".x", "_x", "latest", strings.Repeat("a", 129), "a b", "a\nb", "a\x1bb",
	"a\x00b", "\n", "a\n", `a\b`, "ä", "a\u202eb", "a\xff", "a:b", "a~1", "@", ".trash", ".lock", "a*", " a", "a%2e",
}

func TestA5IDRefused(t *testing.T) {
	for _, id := range refusedIDs {
		err := ValidateID(id)
		var refused *IDError
		if !errors.As(err, &refused) || refused.ID != id {
			t.Errorf("ValidateID(%q) = %v", id, err)
			continue
		}
		checkOneSafeLine(t, err)
	}
}

func checkOneSafeLine(t *testing.T, err error) {
	t.Helper()
	for _, r := range err.Error() {
		if !unicode.IsPrint(r) || r == utf8.RuneError {
			t.Errorf("%q has the raw character %U", err, r)
		}
	}
}

func TestIDErrorOfALongIDIsShort(t *testing.T) {
	if n := len(ValidateID(strings.Repeat("\x00", 1<<20)).Error()); n > 1000 {
		t.Errorf("the text has %d bytes", n)
	}
}

func TestValidateIDAccepts(t *testing.T) {
	for _, id := range []string{"a", "0", "run_20260115_120000_2", "A.b-c_D", "latest.txt", "latest2", strings.Repeat("z", 128)} {
		if err := ValidateID(id); err != nil {
			t.Error(err)
		}
	}
}

// idPattern is the rule as the format states it.
var idPattern = regexp.MustCompile(`\A[A-Za-z0-9][A-Za-z0-9._-]{0,127}\z`)

func FuzzValidateID(f *testing.F) {
	for _, id := range refusedIDs {
		f.Add(id)
	}
	f.Add("run_20260115_120000")
	f.Fuzz(func(t *testing.T, id string) {
		err := ValidateID(id)
		if want := idPattern.MatchString(id) && id != "latest"; (err == nil) != want {
			t.Fatalf("ValidateID(%q) = %v", id, err)
		}
		if err != nil {
			checkOneSafeLine(t, err)
		}
	})
}

func TestGeneratedID(t *testing.T) {
	elsewhere := time.FixedZone("", -5*3600)
	start := time.Date(2026, 1, 15, 7, 0, 0, 999, elsewhere)
	for n, want := range map[int]string{1: "run_20260115_120000", 2: "run_20260115_120000_2", 10: "run_20260115_120000_10"} {
		id := generatedID(start, n)
		if id != want || ValidateID(id) != nil {
			t.Errorf("generatedID(%d) = %q", n, id)
		}
		if got, ok := timeOfID(id); !ok || !got.Equal(start.Truncate(time.Second)) {
			t.Errorf("timeOfID(%q) = %v", id, got)
		}
	}
}

func TestTimeOfIDRefuses(t *testing.T) {
	for _, id := range []string{"", "run_", "a", "run_20260115", "run_20261315_120000", "ran_20260115_120000", "run_20260115_1200001"} {
		if got, ok := timeOfID(id); ok {
			t.Errorf("timeOfID(%q) = %v", id, got)
		}
	}
}

func TestCompareIDsCountsAsPeopleDo(t *testing.T) {
	want := []string{"a", "a1", "a01", "a2", "a10", "b", "run_20260115_120000", "run_20260115_120000_2",
		"run_20260115_120000_10", "run_20260115_120000_99999999999999999999998", "run_20260115_120000_99999999999999999999999"}
	got := slices.Clone(want)
	slices.Reverse(got)
	slices.SortFunc(got, compareIDs)
	// a1 and a01 are equal numbers; the order of their bytes decides.
	want[1], want[2] = want[2], want[1]
	if !slices.Equal(got, want) {
		t.Errorf("sorted: %q", got)
	}
}

func TestCompareIDsIsATotalOrder(t *testing.T) {
	sign := func(n int) int { return max(-1, min(1, n)) }
	id := rapid.StringMatching(`[0-9a_]{0,6}`)
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := id.Draw(t, "a"), id.Draw(t, "b"), id.Draw(t, "c")
		if (compareIDs(a, b) == 0) != (a == b) {
			t.Fatalf("%q and %q compare as %d", a, b, compareIDs(a, b))
		}
		if sign(compareIDs(a, b)) != -sign(compareIDs(b, a)) {
			t.Fatalf("the order of %q and %q depends on who asks", a, b)
		}
		if compareIDs(a, b) <= 0 && compareIDs(b, c) <= 0 && compareIDs(a, c) > 0 {
			t.Fatalf("%q, %q, %q are in no order", a, b, c)
		}
	})
}

func TestUUIDIsVersion7(t *testing.T) {
	pattern := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	seen := map[string]bool{}
	for range 1000 {
		u := newUUID(noon)
		if !pattern.MatchString(u) || seen[u] {
			t.Fatalf("uuid %q", u)
		}
		seen[u] = true
	}
	if earlier, later := newUUID(noon), newUUID(noon.Add(time.Millisecond)); earlier >= later {
		t.Errorf("%s does not sort before %s", earlier, later)
	}
	// The example of RFC 9562, appendix A.6.
	if u := newUUID(time.UnixMilli(0x017F22E279B0)); !strings.HasPrefix(u, "017f22e2-79b0-7") {
		t.Errorf("the time of %s is wrong", u)
	}
}
