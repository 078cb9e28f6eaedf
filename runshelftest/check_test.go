package runshelftest_test

import (
	"bytes"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"example.org/runshelf"
	"example.org/runshelf/runshelftest"
	"example.org/runshelf/shelf"
)

// makeRun makes a sound run with a bit of everything and returns its directory.
func makeRun(t *testing.T, level runshelf.Durability) string {
	t.Helper()
	l, err := runshelf.NewEventLogger(runshelf.Options{
		LogsDir: filepath.Join(t.TempDir(), "logs"), RunID: "sound", Durability: level,
		SourceDir: os.TempDir(), MaxEventBytes: 2000, Config: map[string]int{"agents": 3},
	})
	if err != nil {
		t.Fatal(err)
	}
	first := l.Log("simulation_start", slog.String("text", "a\x1b[2J\u202eb"))
	for i := range 20 {
		l.LogCause(first, "step", slog.Int("i", i))
	}
	l.LogLevel(slog.LevelWarn, "long", slog.String("text", strings.Repeat("é", 3000)))
	l.Log("looks_like", slog.Any("blob", map[string]any{"$blob": "no", "bytes": 1, "preview": ""}))
	l.Note("a note")
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	return l.Dir()
}

func TestSoundRuns(t *testing.T) {
	for _, level := range []runshelf.Durability{
		runshelf.DurabilityCrash, runshelf.DurabilityEach, runshelf.DurabilityPower, runshelf.DurabilityNone,
	} {
		runshelftest.CheckRun(t, makeRun(t, level))
	}
}

func TestLivingRunIsSound(t *testing.T) {
	l, err := runshelf.NewEventLogger(runshelf.Options{
		LogsDir: filepath.Join(t.TempDir(), "logs"), RunID: runshelf.AutoRunID, SourceDir: os.TempDir(),
	})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	for range 10 {
		l.Log("step")
		runshelftest.CheckRun(t, l.Dir())
	}
}

// damage is one way to spoil a sound run, and a part of what must be said of it.
type damage struct {
	name string
	do   func(t *testing.T, dir string)
	want string
}

// replace changes the first place where old stands in a file.
func replace(name, old, new string) func(*testing.T, string) {
	return func(t *testing.T, dir string) {
		t.Helper()
		path := filepath.Join(dir, name)
		content, err := os.ReadFile(path)
		if err != nil || !bytes.Contains(content, []byte(old)) {
			t.Fatalf("%s has no %q: %v", name, old, err)
		}
		write(t, path, string(bytes.Replace(content, []byte(old), []byte(new), 1)))
	}
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
		t.Fatal(err)
	}
}

func add(name, content string) func(*testing.T, string) {
	return func(t *testing.T, dir string) { write(t, filepath.Join(dir, name), content) }
}

func damages() []damage {
	return append(lineDamages(), []damage{
		{"no manifest", func(t *testing.T, dir string) { remove(t, dir, "run.json") }, "run.json: reading the manifest"},
		{"manifest of noise", add("run.json", "noise"), "run.json:"},
		{"other format", replace("run.json", `"format": 1`, `"format": 2`), "format is 2"},
		{"bad id", replace("run.json", `"run_id": "sound"`, `"run_id": "../x"`), "run id"},
		{"bad uuid", replace("run.json", `"uuid": "`, `"uuid": "x`), "uuid is"},
		{"other status", replace("run.json", `"completed"`, `"finished"`), `status is "finished"`},
		{"other kind", replace("run.json", `"kind": "library"`, `"kind": "toy"`), `kind is "toy"`},
		{"other durability", replace("run.json", `"durability": "crash"`, `"durability": "x"`), "logger.durability"},
		{"no start", replace("run.json", `"started_at"`, `"started_when"`), "started_at is missing"},
		{"no end", replace("run.json", `"ended_at"`, `"ended_when"`), "ended_at is missing"},
		{"ended while running", replace("run.json", `"completed"`, `"running"`), "has not ended"},
		{"other count", replace("run.json", `"count": 23`, `"count": 24`), "events.count is 24, and the events say 23"},
		{"other digest", replace("run.json", `"sha256": "`, `"sha256": "0`), "events.sha256"},
		{"other type", replace("run.json", `"step": 20`, `"stop": 20`), "events.by_type.step is 0, and the events say 20"},
		{"left tail", add(".tail", ""), ".tail: is left over"},
		{"temporary file", add(".run.json.new", ""), ".run.json.new: is a temporary file"},
		{"escape in the text", replace("run.log", "simulation_start", "simulation\x1bstart"), `run.log:1: has bytes that a terminal`},
		{"text without time", replace("run.log", ":", "-"), "run.log:1: is not of the form"},
		{"text at a time that is none", func(t *testing.T, dir string) {
			write(t, filepath.Join(dir, "run.log"), "25:00:00 INFO  x\n")
		}, "run.log:1: parsing time"},
		{"text without end", add("run.log", "12:00:00 INFO  x"), "run.log:1: the last line has no end"},
		{"a blob gone", func(t *testing.T, dir string) { remove(t, dir, firstBlob(t, dir)) }, "names a blob"},
		{"a blob changed", func(t *testing.T, dir string) { replace(firstBlob(t, dir), "é", "e")(t, dir) }, "has the digest"},
		{"a blob's length", replace("events.jsonl", `"bytes":6000`, `"bytes":6001`), "has 6001 bytes, and it has 6000"},
		{"a blob's preview", replace("events.jsonl", `"preview":"é`, `"preview":"e`), "preview"},
	}...)
}

func lineDamages() []damage {
	const name = "events.jsonl"
	return []damage{
		{"torn", func(t *testing.T, dir string) { cut(t, dir) }, "the last line has no end"},
		{"NUL", replace(name, `"step"`, "\"\x00step\""), "events.jsonl:2: has a NUL byte"},
		{"not UTF-8", replace(name, `"step"`, "\"\xffstep\""), "is not UTF-8"},
		{"not JSON", replace(name, `"i":0`, `"i":00`), "events.jsonl:2: is not JSON"},
		{"no object", replace(name, "\n", "\n[1]\n"), "events.jsonl:2: is not one JSON object"},
		{"empty line", replace(name, "\n", "\n\n"), "events.jsonl:2:"},
		{"line end of Windows", replace(name, "\n", "\r\n"), "events.jsonl:1: is not one JSON object"},
		{"glued", replace(name, "\n", ""), "events.jsonl:1: is not JSON"},
		{"a gap", replace(name, `"sequence":3`, `"sequence":4`), "sequence is 4, not 3"},
		{"sequence as text", replace(name, `"sequence":3`, `"sequence":"3"`), "sequence is 3"},
		{"no sequence", replace(name, `"sequence":3`, `"sequel":3`), "sequence is <nil>"},
		{"time backwards", replace(name, "\n{\"timestamp\":\"2", "\n{\"timestamp\":\"1"), "is before"},
		{"time of another form", replace(name, `Z","sequence":2`, `","sequence":2`), "events.jsonl:2: timestamp is"},
		{"time that is none", replace(name, `-`, `-99-`), "timestamp is"},
		{"no type", replace(name, `"event_type":"step"`, `"event_type":""`), "event_type is"},
		{"level INFO", replace(name, `"level":"WARN"`, `"level":"INFO"`), "level is INFO"},
		{"cause of itself", replace(name, `"cause":1,"i":0`, `"cause":2,"i":0`), "cause is 2, and the event is 2"},
		{"no cause", replace(name, `"cause":1,"i":0`, `"cause":0,"i":0`), "cause is 0"},
		{"cause as text", replace(name, `"cause":1,"i":0`, `"cause":"1","i":0`), "cause is 1"},
		{"a name twice", replace(name, `"i":0`, `"i":0,"i":1`), `has "i" twice`},
		{"a gap of wrong figures", replace(name, `"event_type":"step","cause":1,"i":0`,
			`"event_type":"log_gap","level":"WARN","dropped":2,"first_sequence":2,"last_sequence":2,"reason":"x"`), "a log_gap of 2 events"},
		{"a gap without a reason", replace(name, `"event_type":"step","cause":1,"i":0`,
			`"event_type":"log_gap","level":"WARN","dropped":1,"first_sequence":2,"last_sequence":2`), "has no reason"},
		{"a gap that is not counted", replace(name, `"event_type":"step","cause":1,"i":0`,
			`"event_type":"log_gap","level":"WARN","dropped":1,"first_sequence":2,"last_sequence":2,"reason":"x"`), "events.dropped is 0"},
	}
}

func remove(t *testing.T, dir, name string) {
	t.Helper()
	if err := os.Remove(filepath.Join(dir, name)); err != nil {
		t.Fatal(err)
	}
}

func cut(t *testing.T, dir string) {
	t.Helper()
	path := filepath.Join(dir, "events.jsonl")
	info, err := os.Stat(path)
	if err == nil {
		err = os.Truncate(path, info.Size()-3)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func firstBlob(t *testing.T, dir string) string {
	t.Helper()
	blobs, err := os.ReadDir(filepath.Join(dir, "artifacts", "blobs"))
	if err != nil || len(blobs) == 0 {
		t.Fatal("no blobs", err)
	}
	return filepath.Join("artifacts", "blobs", blobs[0].Name())
}

func TestEachDamageIsFound(t *testing.T) {
	sound := makeRun(t, runshelf.DurabilityCrash)
	for _, d := range damages() {
		t.Run(d.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "sound")
			if err := os.CopyFS(dir, os.DirFS(sound)); err != nil {
				t.Fatal(err)
			}
			runshelftest.CheckRun(t, dir)
			d.do(t, dir)
			err := runshelftest.Verify(dir)
			var found *runshelftest.FaultsError
			if !errors.As(err, &found) || !strings.Contains(err.Error(), d.want) {
				t.Errorf("the verdict is %v, want %q", err, d.want)
			}
		})
	}
}

func TestModesAndKinds(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("there are no such modes on Windows")
	}
	dir := makeRun(t, runshelf.DurabilityEach)
	tests := []struct {
		do   func() error
		undo func() error
		want string
	}{
		{func() error { return os.Chmod(filepath.Join(dir, "run.json"), 0o755) },
			func() error { return os.Chmod(filepath.Join(dir, "run.json"), 0o644) }, "run.json: is a file of mode"},
		{func() error { return os.Chmod(filepath.Join(dir, "run.log"), 0o400) },
			func() error { return os.Chmod(filepath.Join(dir, "run.log"), 0o600) }, "its owner cannot use"},
		{func() error { return os.Symlink("run.json", filepath.Join(dir, "other")) },
			func() error { return os.Remove(filepath.Join(dir, "other")) }, "other: is neither a file nor a directory"},
	}
	for _, test := range tests {
		if err := test.do(); err != nil {
			t.Fatal(err)
		}
		if err := runshelftest.Verify(dir); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("the verdict is %v, want %q", err, test.want)
		}
		if err := test.undo(); err != nil {
			t.Fatal(err)
		}
	}
	runshelftest.CheckRun(t, dir)
}

func TestArtifactsAreTheUsers(t *testing.T) {
	dir := makeRun(t, runshelf.DurabilityEach)
	if err := os.MkdirAll(filepath.Join(dir, "artifacts", "mine"), 0o777); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"artifacts/tool", "artifacts/mine/.x.new"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o777); err != nil {
			t.Fatal(err)
		}
	}
	runshelftest.CheckRun(t, dir)
}

func TestNoRunToVerify(t *testing.T) {
	var found *runshelftest.FaultsError
	if err := runshelftest.Verify(t.TempDir()); !errors.Is(err, shelf.ErrNoRun) || errors.As(err, &found) {
		t.Errorf("the verdict is %v", err)
	}
	dir := makeRun(t, runshelf.DurabilityEach)
	remove(t, dir, "events.jsonl")
	if err := runshelftest.Verify(dir); !errors.As(err, &found) || !strings.Contains(err.Error(), "events.jsonl") {
		t.Errorf("the verdict is %v", err)
	}
}

// A run of nothing but damage is judged within bounds.
func TestManyFaults(t *testing.T) {
	dir := makeRun(t, runshelf.DurabilityEach)
	write(t, filepath.Join(dir, "events.jsonl"), strings.Repeat("noise\n", 5000))
	err := runshelftest.Verify(dir)
	var found *runshelftest.FaultsError
	if !errors.As(err, &found) || len(found.Faults) != 1000 || found.More < 4000 {
		t.Fatalf("%d faults and %d more", len(found.Faults), found.More)
	}
	if lines := strings.Count(err.Error(), "\n"); lines > 12 {
		t.Errorf("the text has %d lines", lines)
	}
}
