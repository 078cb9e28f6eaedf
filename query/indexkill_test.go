package query

import (
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"example.org/runshelf"
	"example.org/runshelf/shelf"
)

// victimRole, when set, makes TestIndexOfAKilledRun log to the shelf that it names,
// until it is killed.
const victimRole = "RUNSHELF_QUERY_TEST_VICTIM"

func logForEver(t *testing.T, logs string) {
	l, err := runshelf.NewEventLogger(runshelf.Options{LogsDir: logs, RunID: "a", SourceDir: os.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	for i := 1; ; i++ {
		kind := "step"
		if i%1000 == 0 {
			kind = "rare"
		}
		l.Log(kind, slog.Int("i", i), slog.String("text", "some text of a usual length"))
		if i > 60_000 && i%100 == 0 {
			time.Sleep(5 * time.Millisecond) // it is there for a while, and not too long
		}
	}
}

// startVictim starts a process that logs, and waits for size bytes.
func startVictim(t *testing.T, size int64) (*exec.Cmd, string) {
	t.Helper()
	logs := filepath.Join(t.TempDir(), "logs")
	cmd := exec.Command(os.Args[0], "-test.run=^TestIndexOfAKilledRun$")
	cmd.Env = append(os.Environ(), victimRole+"="+logs)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	dir := filepath.Join(logs, "a")
	for deadline := time.Now().Add(2 * time.Minute); time.Now().Before(deadline); {
		log, err := os.Stat(filepath.Join(dir, shelf.EventsFile))
		if err == nil && log.Size() >= size {
			return cmd, dir
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal("nothing is logged")
	return nil, ""
}

func openRun(t *testing.T, dir string) *shelf.Run {
	t.Helper()
	run, err := shelf.OpenRun(dir)
	if err != nil {
		t.Fatal(err)
	}
	return run
}

// A run that is killed leaves an index that helps to seek, and does not change an
// answer. So does the index of a living run, while both grow.
func TestIndexOfAKilledRun(t *testing.T) {
	if logs := os.Getenv(victimRole); logs != "" {
		logForEver(t, logs)
	}
	cmd, dir := startVictim(t, 6<<20)
	askLiving(t, dir)
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // it says that it was killed
	run := openRun(t, dir)
	if from, _ := readBetween(t, run, Filter{From: 20_000}); run.Status != shelf.StatusCrashed || from == 0 {
		t.Errorf("%s: read is from %d", run.Status, from)
	}
	index := filepath.Join(dir, shelf.IndexFile)
	questions := []Filter{{}, {From: 20_000, To: 20_100}, {From: 20_000, Types: []string{"rare"}}, {To: 3000}, {Types: []string{"rare"}}, {From: 1 << 40}}
	var with [][]string
	for _, f := range questions {
		with = append(with, answersOf(t, run, f))
	}
	if err := os.Remove(index); err != nil {
		t.Fatal(err)
	}
	for i, f := range questions {
		if without := answersOf(t, run, f); !reflect.DeepEqual(with[i], without) {
			t.Errorf("%+v: with\n%.500s\nwithout\n%.500s", f, with[i], without)
		}
	}
}

// askLiving asks a run that is being written.
func askLiving(t *testing.T, dir string) {
	t.Helper()
	for range 10 {
		run := openRun(t, dir)
		if run.Status != shelf.StatusRunning {
			t.Fatalf("the run is %s", run.Status)
		}
		if n, _, err := Count(run, Filter{From: 5001, To: 25_000}); err != nil || n != 20_000 {
			t.Errorf("%d events, %v", n, err)
		}
		if n, _, err := Count(run, Filter{To: 30_000, Types: []string{"rare"}}); err != nil || n != 30 {
			t.Errorf("%d rare events, %v", n, err)
		}
		checkLastRare(t, run)
		c, _, err := Stats(run, "", Filter{})
		if err != nil || len(c.Groups) != 2 || c.Groups[1].Count != c.Events/1000 || c.Groups[0].First != 1 {
			t.Errorf("%+v, %v", c, err)
		}
	}
}

// checkLastRare wants the newest five events of the rare type, which are one in a
// thousand.
func checkLastRare(t *testing.T, run *shelf.Run) {
	t.Helper()
	var got []uint64
	_, err := Last(run, Filter{Types: []string{"rare"}}, 5, func(l *Line) error {
		e, err := l.Decode()
		got = append(got, e.Sequence)
		return err
	})
	if err != nil || len(got) != 5 || got[0]%1000 != 0 {
		t.Fatalf("the last are %v, %v", got, err)
	}
	for i := range got {
		if want := got[0] + uint64(1000*i); got[i] != want {
			t.Errorf("the last are %v, want %d at %d", got, want, i)
		}
	}
}
