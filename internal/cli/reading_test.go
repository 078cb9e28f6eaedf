package cli

import (
	"bytes"
	"strings"
	"testing"
)

// TestReadingTalk draws what a long reading shows, and what ends it.
func TestReadingTalk(t *testing.T) {
	var terminal bytes.Buffer
	a := &app{stderr: &terminal, stdout: &terminal}
	shown := func() string {
		lines := strings.FieldsFunc(terminal.String(), func(r rune) bool { return r == '\r' })
		terminal.Reset()
		if len(lines) == 0 {
			return ""
		}
		return strings.TrimSpace(strings.NewReplacer("\x1b[0K", "", "\x1b[2K", "").Replace(lines[len(lines)-1]))
	}
	talk := &readingTalk{app: a, quit: make(chan struct{}), bar: readingBar(a, 1), total: 1}
	a.reading = talk

	talk.draw(1000, 1_000_000_000)
	if got := shown(); got != "" {
		t.Errorf("at the very beginning: %q", got)
	}
	talk.draw(250_000_000, 1_000_000_000)
	if got := shown(); !strings.HasPrefix(got, "reading  25% |") || !strings.Contains(got, "250 MB/1.0 GB") {
		t.Errorf("a quarter: %q", got)
	}
	a.say("something else")
	if got := shown(); !strings.HasSuffix(got, "something else") {
		t.Errorf("a line in its place: %q", got)
	}
	talk.draw(500_000_000, 1_000_000_000)
	if got := shown(); !strings.HasPrefix(got, "reading  50% |") {
		t.Errorf("half: %q", got)
	}
	talk.draw(1_500_000_000, 1_000_000_000) // a second reading of the same
	if got := shown(); !strings.Contains(got, "reading (1.5 GB") || strings.Contains(got, "%") {
		t.Errorf("more than all: %q", got)
	}
	if err := a.finish(); err != nil {
		t.Fatal(err)
	}
	if got := terminal.String(); !strings.HasSuffix(got, "\x1b[2K\r") {
		t.Errorf("at the end: %q", got)
	}
	shown()
	talk.draw(1_000_000_000, 1_000_000_000)
	if got := shown(); got != "" {
		t.Errorf("behind the end: %q", got)
	}
}

// TestReadingTalkIsForPeople shows nothing where nobody looks.
func TestReadingTalkIsForPeople(t *testing.T) {
	a := &app{stderr: &bytes.Buffer{}}
	if a.watchReading("verify"); a.reading != nil {
		t.Error("a bar in a file")
	}
	for _, name := range readers {
		found := false
		for _, m := range makers {
			found = found || m.word == name
		}
		if !found {
			t.Errorf("there is no command %s", name)
		}
	}
}
