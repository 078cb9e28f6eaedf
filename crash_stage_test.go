package runshelf_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.org/runshelf"
	"example.org/runshelf/event"
	"example.org/runshelf/internal/vfs"
	"example.org/runshelf/runshelftest"
	"example.org/runshelf/shelf"
)

// stage is a victim with its shelf and what it acknowledged.
type stage struct {
	t     *testing.T
	plan  runshelf.CrashPlan
	board []byte
	// shown is the log of the killed run, as readers see it: whole lines.
	shown []byte
}

// newStage prepares a victim. Where memory cannot be shared there is nothing to
// compare with.
func newStage(t *testing.T, plan runshelf.CrashPlan) *stage {
	t.Helper()
	dir := t.TempDir()
	if plan.Logs == "" {
		plan.Logs = filepath.Join(dir, "logs")
	}
	plan.Board = filepath.Join(dir, "board")
	plan.Report = filepath.Join(dir, "report")
	if err := os.WriteFile(plan.Board, make([]byte, runshelf.CrashBoardSize), 0o666); err != nil {
		t.Fatal(err)
	}
	file, err := vfs.OS().OpenFile(plan.Board, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	board, err := vfs.Map(file, runshelf.CrashBoardSize)
	if err != nil {
		t.Skipf("memory cannot be shared with a victim here: %v", err)
	}
	t.Cleanup(func() { _ = vfs.Unmap(board) })
	return &stage{t: t, plan: plan, board: board}
}

// command returns the victim, with a program in front of it when there is one.
func (s *stage) command(front ...string) *exec.Cmd {
	text, err := json.Marshal(s.plan)
	if err != nil {
		s.t.Fatal(err)
	}
	words := append(front, os.Args[0])
	cmd := exec.Command(words[0], words[1:]...)
	cmd.Env = append(os.Environ(), "RUNSHELF_TEST_CRASH="+string(text), "GOTRACEBACK=none")
	return cmd
}

// patience is how long a test waits for what must come. It is long, since the
// machine may be busy with anything else; a test that holds never waits for it.
const patience = 2 * time.Minute

// killAfter starts the victim and kills it after wait, counted from when it logs
// or, for early, from its start. It may have come to its end by then.
func (s *stage) killAfter(wait time.Duration, early bool) {
	s.t.Helper()
	cmd := s.command()
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	deadline := time.Now().Add(patience)
	for !early && runshelf.BoardWord(s.board, 0).Load() == 0 && time.Now().Before(deadline) {
		time.Sleep(50 * time.Microsecond)
	}
	time.Sleep(wait)
	if err := cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		s.t.Fatal(err)
	}
	_ = cmd.Wait() // it was killed, and says so
}

func (s *stage) dir() string { return filepath.Join(s.plan.Logs, runshelf.CrashedRun) }

// acknowledged is how many events of a producer Log has returned for.
func (s *stage) acknowledged(producer int) int {
	return int(runshelf.BoardWord(s.board, 1+producer).Load())
}

// acknowledgedAny says whether there was any.
func (s *stage) acknowledgedAny() bool {
	for producer := range s.plan.Producers {
		if s.acknowledged(producer) > 0 {
			return true
		}
	}
	return false
}

// begun says whether the killed victim had made its run. Before that it must not
// have acknowledged anything, and the shelf is as good as any.
func (s *stage) begun() bool {
	s.t.Helper()
	if _, err := shelf.New(s.plan.Logs).Runs(); err != nil {
		s.t.Errorf("the shelf cannot be listed: %v", err)
	}
	run, err := shelf.OpenRun(s.dir())
	if err == nil && run.Problem == nil {
		if _, err := os.Lstat(filepath.Join(s.dir(), shelf.EventsFile)); err == nil {
			return true
		}
	}
	if s.acknowledgedAny() {
		s.t.Errorf("events were acknowledged, and the run is not there: %v", err)
	}
	return false
}

// look reads the killed run, wants it sound and complete, and nothing changed by
// that.
func (s *stage) look() {
	s.t.Helper()
	before := snapshot(s.t, s.plan.Logs)
	runshelftest.CheckRun(s.t, s.dir())
	all := shownLog(s.t, s.dir())
	whole := all[:bytes.LastIndexByte(all, '\n')+1]
	if _, err := event.Decode(all[len(whole):]); err == nil {
		// It lacks nothing but its end, so readers show it.
		all = append(all, '\n')
		whole = all
	}
	if len(whole) < len(all) && s.plan.Level == runshelf.DurabilityCrash {
		s.t.Errorf("a torn line is shown: %.100q", all[len(whole):])
	}
	s.shown = whole
	s.complete()
	if after := snapshot(s.t, s.plan.Logs); after != before {
		s.t.Errorf("reading changed the shelf:\n%s\n%s", before, after)
	}
}

// complete wants every acknowledged event of each producer in what is shown, in
// order, as it was given, and at most one more, or one batch: what is being logged.
func (s *stage) complete() {
	s.t.Helper()
	seen := make([]int, s.plan.Producers)
	for line := range bytes.Lines(s.shown) {
		e, err := event.Decode(line)
		if err != nil {
			s.t.Fatalf("%v: %.100q", err, line)
		}
		if e.Type != "step" {
			continue
		}
		producer, i, text := number(e, "producer"), number(e, "i"), text(e)
		if producer < 0 || producer >= len(seen) || seen[producer] != i {
			s.t.Fatalf("event %d is number %d of producer %d", e.Sequence, i, producer)
		}
		if want := runshelf.CrashText(s.plan.Sizes, producer, i); text != want && !isBlobOf(e, want) {
			s.t.Fatalf("event %d of producer %d says %.80q, not %.80q", i, producer, text, want)
		}
		seen[producer]++
	}
	atOnce := 1
	if s.plan.Sizes == "batches" {
		atOnce = runshelf.CrashBatch
	}
	for producer, got := range seen {
		if acked := s.acknowledged(producer); got < acked || got > acked+atOnce {
			s.t.Errorf("producer %d: %d events were acknowledged, and %d are there", producer, acked, got)
		}
	}
}

func number(e event.Event, key string) int {
	value, _ := e.Data.Get(key)
	digits, _ := value.(json.Number)
	n, err := digits.Int64()
	if err != nil {
		return -1
	}
	return int(n)
}

func text(e event.Event) string {
	value, _ := e.Data.Get("text")
	s, _ := value.(string)
	return s
}

// isBlobOf says whether the text of an event stands beside the line. That the blob
// itself is right, the check of the run has said.
func isBlobOf(e event.Event, want string) bool {
	value, _ := e.Data.Get("text")
	object, ok := value.(event.Object)
	if !ok {
		return false
	}
	length, _ := object.Get("bytes")
	preview, _ := object.Get("preview")
	begin, _ := preview.(string)
	return length == json.Number(fmt.Sprint(len(want))) && begin != "" && strings.HasPrefix(want, begin)
}

// recover starts another run on the shelf, or changes what is said of the killed
// one, after which its log is on disk as it was shown.
func (s *stage) recover(byNewRun bool) {
	s.t.Helper()
	if !byNewRun {
		if err := shelf.New(s.plan.Logs).Edit(runshelf.CrashedRun, func(*shelf.Manifest) error { return nil }); err != nil {
			s.t.Error(err)
		}
		s.recovered("only")
		return
	}
	s.newRun()
	s.recovered("first")
	before := snapshot(s.t, s.dir())
	s.newRun()
	if after := snapshot(s.t, s.dir()); after != before {
		s.t.Errorf("a second recovery changed the run:\n%s\n%s", before, after)
	}
}

// mend brings the log of the killed run to an end in one of three ways: by another
// run that starts, by a change of what is said of it, by a repair. It is sound then.
func (s *stage) mend(way int) {
	s.t.Helper()
	if way%3 < 2 {
		s.recover(way%3 == 0)
	} else {
		done, err := shelf.New(s.plan.Logs).Repair(runshelf.CrashedRun)
		if err != nil || !done.After.Verdict.Sound() {
			s.t.Fatalf("repairing: %+v, %v", done, err)
		}
		s.recovered("only")
	}
	run, err := shelf.OpenRun(s.dir())
	if err != nil {
		s.t.Fatal(err)
	}
	if v, err := run.Verify(); err != nil || !v.Verdict.Sound() {
		s.t.Errorf("verifying: %+v, %v", v, err)
	}
}

func (s *stage) newRun() {
	s.t.Helper()
	warn := func(message string) { s.t.Errorf("warned: %s", message) }
	l, err := runshelf.NewEventLogger(runshelf.Options{
		LogsDir: s.plan.Logs, RunID: runshelf.AutoRunID, SourceDir: os.TempDir(), Warn: warn,
	})
	if err == nil {
		err = l.Close()
	}
	if err != nil {
		s.t.Fatal(err)
	}
}

// recovered wants the log to hold exactly what was shown, and no tail.
func (s *stage) recovered(when string) {
	s.t.Helper()
	content, err := os.ReadFile(filepath.Join(s.dir(), shelf.EventsFile))
	if err != nil || !bytes.Equal(content, s.shown) {
		s.t.Errorf("after the %s recovery the log has %d bytes, %d were shown; %v", when, len(content), len(s.shown), err)
	}
	if _, err := os.Lstat(filepath.Join(s.dir(), shelf.TailFile)); !errors.Is(err, fs.ErrNotExist) {
		s.t.Errorf("after the %s recovery there is a tail: %v", when, err)
	}
}

// shownLog returns the event log of a run as readers see it.
func shownLog(t *testing.T, dir string) []byte {
	t.Helper()
	run, err := shelf.OpenRun(dir)
	if err != nil {
		t.Fatal(err)
	}
	events, err := run.OpenEvents()
	if err != nil {
		t.Fatal(err)
	}
	defer events.Close()
	content, err := io.ReadAll(bufio.NewReader(io.NewSectionReader(events, 0, events.Size())))
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// snapshot describes every name below dir by mode, size, time of the last change
// and, for a link, target.
func snapshot(t *testing.T, dir string) string {
	t.Helper()
	var lines strings.Builder
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		target, _ := os.Readlink(path)
		name, _ := filepath.Rel(dir, path)
		fmt.Fprintf(&lines, "%s %v %d %d %s\n", name, info.Mode(), info.Size(), info.ModTime().UnixNano(), target)
		return nil
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	return lines.String()
}

// report returns what the victim saw itself.
func (s *stage) report() runshelf.CrashReport {
	s.t.Helper()
	var r runshelf.CrashReport
	text, err := os.ReadFile(s.plan.Report)
	if err == nil {
		err = json.Unmarshal(text, &r)
	}
	if err != nil {
		s.t.Fatalf("the victim left no report: %v", err)
	}
	return r
}
