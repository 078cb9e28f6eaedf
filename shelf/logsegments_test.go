package shelf

import (
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// The parts of a readable log are told from what only looks like one, and read in
// the order of their numbers.
func TestLogParts(t *testing.T) {
	dir := t.TempDir()
	want := ""
	for n := 1; n <= 12; n++ {
		want += strconv.Itoa(n) + "\n"
		write(t, filepath.Join(dir, LogSegment(LogFile, n)), strconv.Itoa(n)+"\n")
	}
	for _, name := range []string{"run.log.01", "run.log.0", "run.log.", "run.log.x", "run.log.-1", "run.log.1.gz", "run.log.99999999999999999999", "xrun.log.1"} {
		write(t, filepath.Join(dir, name), "no part\n")
	}
	if err := os.Mkdir(filepath.Join(dir, "run.log.13"), 0o777); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, LogFile), "newest\n")
	run := &Run{ID: "r", Dir: dir}
	r, err := run.OpenLog()
	if err != nil {
		t.Fatal(err)
	}
	if text, err := io.ReadAll(r); err != nil || string(text) != want+"newest\n" {
		t.Errorf("read %q, %v", text, err)
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	files, _, err := run.Files(1000)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range files {
		if IsLog(f.Name) {
			names = append(names, f.Name)
		}
	}
	if parts, _ := run.LogFiles(); !slices.Equal(parts, names) || len(names) != 13 || names[9] != "run.log.10" || names[12] != LogFile {
		t.Errorf("files are listed as %q, the parts are %q", names, parts)
	}
}

// A run without a readable log has an empty one.
func TestLogThatIsNotThere(t *testing.T) {
	r, err := (&Run{ID: "r", Dir: t.TempDir()}).OpenLog()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if text, err := io.ReadAll(r); err != nil || len(text) > 0 {
		t.Errorf("read %q, %v", text, err)
	}
}

// A log that is being written and divided, however often, is read as far as it went
// when it was opened, without a hole.
func TestLogThatIsDivided(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, LogFile)
	var written atomic.Int64
	var writer sync.WaitGroup
	defer writer.Wait()
	writer.Go(func() {
		for n := 1; n <= 200; n++ {
			_ = os.WriteFile(path, []byte(strconv.Itoa(n)+"\n"), 0o666)
			written.Store(int64(n))
			_ = os.Rename(path, LogSegment(path, n))
		}
		written.Store(-1)
	})
	run := &Run{ID: "r", Dir: dir}
	for before := int64(0); before >= 0; {
		before = written.Load()
		r, err := run.OpenLog()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		r.Close()
		lines := strings.Fields(string(text))
		for i, line := range lines {
			if line != strconv.Itoa(i+1) {
				t.Fatalf("line %d is %q", i+1, line)
			}
		}
		if int64(len(lines)) < before || before < 0 && len(lines) != 200 {
			t.Fatalf("%d lines are read of %d", len(lines), before)
		}
	}
}
