package cli

import (
	"strings"
	"testing"
)

// A text is shortened by characters, and one of many megabytes costs no more than what is
// shown of it.
func TestClip(t *testing.T) {
	for _, tt := range []struct {
		text  string
		limit int
		want  string
	}{
		{"", 3, ""}, {"abc", 3, "abc"}, {"abcd", 3, "ab…"}, {"äöü", 3, "äöü"}, {"äöüß", 3, "äö…"}, {"ab", 1, "…"},
	} {
		if got := clip(tt.text, tt.limit); got != tt.want {
			t.Errorf("%q in %d: %q, want %q", tt.text, tt.limit, got, tt.want)
		}
	}
	long := strings.Repeat("ä", 8<<20)
	if n := testing.AllocsPerRun(2, func() { _ = clip(long, 60) }); n > 1 {
		t.Errorf("%v allocations", n)
	}
	shown := fromPart(long, 1<<20).(string)
	if len(shown) > mostShown+leadWidth || !strings.HasPrefix(shown, "…ä") || fromPart("short", 3) != "short" {
		t.Errorf("%d bytes are shown, from %.9q on", len(shown), shown)
	}
}
