package shelf

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.org/runshelf/internal/vfs"
)

// said returns what was found, one finding a line, the bad ones with an
// exclamation mark in front.
func said(s *Shelf) string {
	var b strings.Builder
	for _, f := range s.Examine(noon.Add(time.Hour)) {
		if !f.Good {
			b.WriteString("!")
		}
		b.WriteString(f.Subject + ": " + f.Message + "; " + f.Advice + "\n")
	}
	return b.String()
}

func TestDoctorOfASoundShelf(t *testing.T) {
	s := quickShelf(t)
	fiveRuns(t, s)
	before := tree(t, s.Dir())
	text := said(s)
	for _, want := range []string{"shelf: ", "latest: names r5", "runs: 5, of which 0 live"} {
		if !strings.Contains(text, want) {
			t.Errorf("nothing of %q in\n%s", want, text)
		}
	}
	if strings.Contains(text, "!r") || strings.Contains(text, "!l") {
		t.Errorf("something is wrong:\n%s", text)
	}
	sameRun(t, s.Dir(), before)
}

func TestDoctorFindsWhatIsWrong(t *testing.T) {
	s := quickShelf(t)
	fiveRuns(t, s)
	handMade(t, s, "killed", `{"status":"running","started_at":"2026-01-15T12:00:00Z"}`)
	handMade(t, s, "tailed", `{"status":"running","started_at":"2026-01-15T12:00:00Z"}`)
	write(t, filepath.Join(s.Dir(), "tailed", TailFile), "x")
	write(t, filepath.Join(s.Dir(), "killed", SideFile), "{}\n")
	for id, output := range map[string]string{"recorded": "one\n", "ahead": "one\n2\n", "long": "one\n"} {
		dir := handMade(t, s, id, `{"status":"running","started_at":"2026-01-15T12:00:00Z","capture":{"options":{}}}`)
		write(t, filepath.Join(dir, StdoutFile), output)
		write(t, filepath.Join(dir, EventsFile), outputLog(`"event_type":"stdout","text":"one","stream":"stdout"`))
	}
	if err := os.Truncate(filepath.Join(s.Dir(), "long", EventsFile), shortLog+1); err != nil {
		t.Fatal(err)
	}
	handMade(t, s, "broken", "{")
	handMade(t, s, "newer", `{"format":9,"status":"completed"}`)
	handMade(t, s, "future", `{"status":"completed","started_at":"2126-01-15T12:00:00Z"}`)
	handMade(t, s, "troubled", `{"status":"completed","logger":{"error":"input/output error"}}`)
	eventless := handMade(t, s, "eventless", `{"status":"completed"}`)
	if err := os.Remove(filepath.Join(eventless, EventsFile)); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(filepath.Join(s.Dir(), "r5")); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(s.Dir(), trashDir, gonePrefix+"x", "file"), "x")
	write(t, filepath.Join(s.Dir(), "stillborn", LockFile), "")
	write(t, filepath.Join(s.Dir(), "somebodys", LockFile), "")
	write(t, filepath.Join(s.Dir(), "somebodys", "file"), "x")
	text := said(s)
	if strings.Contains(text, "recorded: the last lines") {
		t.Errorf("a run of which all is recorded is named:\n%s", text)
	}
	if strings.Contains(text, "somebodys") {
		t.Errorf("a directory that is no run is named:\n%s", text)
	}
	for _, want := range []string{
		"!shelf: stillborn is no run", "!latest: names r5, which is not there", "!killed: its writer was killed, or", "!killed: the last lines of its side channel",
		"!tailed: its writer was killed, and its last",
		"!recorded: its writer was killed", "!ahead: the last lines of its output may not", "!long: the last lines of its output may not",
		"!broken: its manifest cannot be read", "!newer: it is of a newer format", "!future: it started in the future",
		"!troubled: its writer had trouble", "!eventless: it has no events.jsonl", "!trash: a removal was stopped", "runshelf repair tailed",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("nothing of %q in\n%s", want, text)
		}
	}
}

// What the reader has no right to is no damage, and repair no advice.
func TestDoctorWithoutTheRight(t *testing.T) {
	if os.Getuid() <= 0 {
		t.Skip("root may read everything, and Windows has other rights")
	}
	s := quickShelf(t)
	fiveRuns(t, s)
	hide := func(path string, mode os.FileMode) {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = os.Chmod(path, 0o755) })
	}
	hide(filepath.Join(s.Dir(), "r3"), 0)
	hide(s.Dir(), 0o555)
	text := said(s)
	for _, want := range []string{"can be read but not written: permission denied", "!r3: it may not be read: ", "ask its owner"} {
		if !strings.Contains(text, want) {
			t.Errorf("nothing of %q in\n%s", want, text)
		}
	}
	hide(filepath.Join(s.Dir(), "r2", ManifestFile), 0)
	run, err := OpenRun(filepath.Join(s.Dir(), "r2"))
	if err != nil {
		t.Fatal(err)
	}
	if v, err := run.Verify(); !errors.Is(err, fs.ErrPermission) {
		t.Errorf("verified without the right to read the manifest: %+v, %v", v, err)
	}
	if _, err := s.Repair("r2"); !errors.Is(err, fs.ErrPermission) {
		t.Errorf("repaired without the right to read the manifest: %v", err)
	}
	if strings.Contains(text, "repair") || strings.Contains(text, "events.jsonl") {
		t.Errorf("damage is told of:\n%s", text)
	}
}

// A run whose manifest was made again from its events has no status, which no machine
// knows any more.
func TestDoctorOfALostStatus(t *testing.T) {
	s := quickShelf(t)
	handMade(t, s, "repaired", `{"run_id":"repaired","started_at":"2026-01-15T12:00:00Z"}`)
	if text := said(s); !strings.Contains(text, "!repaired: how it ended is not known") || !strings.Contains(text, "runshelf rm repaired") || strings.Contains(text, "machine") {
		t.Error(text)
	}
}

func TestSizeText(t *testing.T) {
	for n, want := range map[int64]string{0: "0 B", 999: "999 B", 1000: "1.0 kB", 999_949: "999.9 kB", 999_950: "1.0 MB", 63_704_000_000: "63.7 GB"} {
		if got := SizeText(n); got != want {
			t.Errorf("%d is %s", n, got)
		}
	}
}

func TestDoctorOfNoShelf(t *testing.T) {
	for dir, want := range map[string]string{
		filepath.Join(t.TempDir(), "none"):                                  "does not exist",
		filepath.Join(handMade(t, New(t.TempDir()), "a", "{}"), EventsFile): "is no directory",
	} {
		if text := said(New(dir)); !strings.Contains(text, want) || strings.Count(text, "\n") != 1 {
			t.Errorf("%s: %s", dir, text)
		}
	}
	s := quickShelf(t)
	makeRun(t, s, "a", noon)
	s.host.remote = func(string) bool { return true }
	if text := said(s); !strings.Contains(text, "!locks: the shelf is on a network") {
		t.Error(text)
	}
	if space, err := vfs.FreeSpace(s.Dir()); err == nil && space.Bytes == 0 {
		t.Error("this test runs on a full disk")
	}
}
