package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.org/runshelf/benchmarks/peers"
)

func TestCheckFindsWhatIsWrong(t *testing.T) {
	load := peers.Load{Size: peers.Small, Form: peers.Typed}
	good := string(peers.Line(peers.Small))
	for name, c := range map[string]struct{ content, want string }{
		"good":          {good + good, ""},
		"too few":       {good, "2 events were logged and 1 stand"},
		"too many":      {good + good + good, "and 3 stand"},
		"torn":          {good + good[:40], "line 2"},
		"not JSON":      {good + "{\"a\":\x01}\n", "no valid JSON"},
		"not UTF-8":     {good + "{\"a\":\"\xff\"}\n", "no valid UTF-8"},
		"another value": {strings.Replace(good, "alpha", "gamma", 1) + good, "sender is gamma, not alpha"},
		"without field": {strings.Replace(good, "share", "other", 1) + good, "share is <nil>"},
	} {
		path := filepath.Join(t.TempDir(), "events.jsonl")
		if err := os.WriteFile(path, []byte(c.content), 0o666); err != nil {
			t.Fatal(err)
		}
		size, err := check(path, 2, load)
		switch {
		case c.want == "" && (err != nil || size != int64(len(c.content))):
			t.Errorf("%s: check = %d, %v", name, size, err)
		case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
			t.Errorf("%s: check says %v, want %q", name, err, c.want)
		}
	}
}

// TestEveryContenderWritesEveryLoad runs all, and check judges what they leave.
func TestEveryContenderWritesEveryLoad(t *testing.T) {
	for _, load := range peers.Loads() {
		for _, goroutines := range []int{1, 4} {
			for _, c := range peers.All() {
				s := scenario{load, goroutines}
				got, err := inFresh(t.TempDir(), goEntrant{c}, s, 40)
				if err != nil {
					t.Error(err)
					continue
				}
				if got.events != 40 || got.bytes == 0 || got.cost() <= 0 {
					t.Errorf("%s, %v: %+v", c.Name, s, got)
				}
			}
		}
	}
}

func TestLinesAreAsLongAsStated(t *testing.T) {
	for size, want := range map[peers.Size]int{peers.Small: 175, peers.Medium: 470, peers.Large: 8192} {
		if got := len(peers.Line(size)); got < want*9/10 || got > want*11/10 {
			t.Errorf("a %s line has %d bytes, want about %d", size, got, want)
		}
	}
}
