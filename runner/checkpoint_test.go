package runner

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"example.org/runshelf/shelf"
)

// checkpointed makes a run of 21 ticks with checkpoints at 7, 14 and 21, and one
// of 30 ticks that was never stopped.
func checkpointed(t *testing.T, logs, model string) (half *shelf.Run, whole []string, base []string) {
	t.Helper()
	base = []string{"simulation.seed=5", "agents=8", "simulation.checkpoint_every=7"}
	first, _ := run(t, logs, Options{Model: model}, append(base, "ticks=21")...)
	all, _ := run(t, logs, Options{Model: model}, append(base, "ticks=30")...)
	_, whole = events(t, all.Path())
	return openRun(t, first.Dir()), whole, append(base, "ticks=30")
}

// Whatever lies among the checkpoints of a run, it can be resumed, from the newest
// one that is whole, and goes on as if it had never stopped.
func TestResumeFromDamagedCheckpoints(t *testing.T) {
	read := func(t *testing.T, path string) []byte {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return content
	}
	cut := func(t *testing.T, path string, keep func([]byte) int) {
		content := read(t, path)
		if err := os.WriteFile(path, content[:keep(content)], 0o666); err != nil {
			t.Fatal(err)
		}
	}
	change := func(t *testing.T, path, old, new string) {
		content := read(t, path)
		if !bytes.Contains(content, []byte(old)) {
			t.Fatalf("%s holds no %s", path, old)
		}
		if err := os.WriteFile(path, bytes.Replace(content, []byte(old), []byte(new), 1), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	firstLine := func(b []byte) int { return bytes.IndexByte(b, '\n') + 1 }
	tests := []struct {
		name   string
		damage func(t *testing.T, dir, newest string)
		from   int64 // the tick it must go on from
		warned bool
	}{
		{"whole", func(*testing.T, string, string) {}, 21, false},
		{"left over", func(t *testing.T, dir, newest string) {
			if os.Rename(newest, newest+".tmp") != nil {
				t.Fatal("renaming")
			}
		}, 14, false},
		{"first line alone", func(t *testing.T, _, newest string) { cut(t, newest, firstLine) }, 14, true},
		{"half", func(t *testing.T, _, newest string) { cut(t, newest, func(b []byte) int { return len(b) / 2 }) }, 14, true},
		{"empty", func(t *testing.T, _, newest string) { cut(t, newest, func([]byte) int { return 0 }) }, 14, true},
		{"another model", func(t *testing.T, _, newest string) { change(t, newest, `"model":"`, `"model":"x`) }, 14, true},
		{"another version", func(t *testing.T, _, newest string) { change(t, newest, `"version":"`, `"version":"0.`) }, 14, true},
		{"another format", func(t *testing.T, _, newest string) { change(t, newest, `"format":1`, `"format":2`) }, 14, true},
		{"another tick", func(t *testing.T, _, newest string) { change(t, newest, `"tick":21,"streams"`, `"tick":20,"streams"`) }, 14, true},
		{"another seed", func(t *testing.T, _, newest string) { change(t, newest, `"seed":5`, `"seed":6`) }, 14, true},
		{"a directory", func(t *testing.T, _, newest string) {
			if os.Remove(newest) != nil || os.Mkdir(newest, 0o777) != nil {
				t.Fatal("no directory")
			}
		}, 14, true},
		{"all of them", func(t *testing.T, dir, _ string) {
			for _, file := range checkpointFiles(dir) {
				cut(t, file.path, firstLine)
			}
		}, 21, true},
	}
	for _, model := range []string{"economy", "exchange"} {
		for _, tt := range tests {
			t.Run(model+"/"+tt.name, func(t *testing.T) {
				logs := filepath.Join(t.TempDir(), "logs")
				half, whole, set := checkpointed(t, logs, model)
				tt.damage(t, half.Dir, filepath.Join(half.Dir, shelf.CheckpointsDir, "tick_000000021"))
				warned := false
				rest, _ := run(t, logs, Options{Model: model, Resume: half, Warn: func(string) { warned = true }}, set...)
				all, second := events(t, rest.Path())
				if from, _ := intField(all[0], "from_tick"); from != tt.from || warned != tt.warned {
					t.Errorf("it goes on from tick %d, warned %t", from, warned)
				}
				sameLines(t, "resumed", whole[len(whole)-len(second):], second)
			})
		}
	}
}

// Names are compared as numbers, and a shelf may have any name.
func TestCheckpointFiles(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a[b]*?")
	for _, name := range []string{"tick_1000000000", "tick_000000007", "tick_999999999", "tick_7.tmp", "tick_", "tick_-3",
		"tick_99999999999999999999", "xtick_1", "tick_8\n"} {
		if err := os.MkdirAll(filepath.Join(dir, shelf.CheckpointsDir), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, shelf.CheckpointsDir, name), nil, 0o666); err != nil && !strings.Contains(name, "\n") {
			t.Fatal(err)
		}
	}
	var ticks []int64
	for _, file := range checkpointFiles(dir) {
		ticks = append(ticks, file.tick)
	}
	if !slices.Equal(ticks, []int64{7, 999999999, 1000000000}) {
		t.Errorf("found the checkpoints of %d", ticks)
	}
}

// What the model says of its parameters holds for those that a log names too, and
// is asked before a run is made.
func TestResumeRefusesImpossibleWorlds(t *testing.T) {
	for _, change := range [][2]string{
		{`"agents":8`, `"agents":-8`}, {`"strategies":["saver"`, `"strategies":["sooner"`},
		{`"mint_window":4`, `"mint_window":40`}, {`"rule":"split"`, `"rule":"spleet"`}, {`"lambda":0.5`, `"lambda":5`},
	} {
		model := map[bool]string{true: "exchange", false: "economy"}[strings.Contains(change[0], "rule") || strings.Contains(change[0], "lambda")]
		logs := filepath.Join(t.TempDir(), "logs")
		half, _, set := checkpointed(t, logs, model)
		edit(t, half, func(lines []string) []string {
			lines[0] = strings.Replace(lines[0], change[0], change[1], 1)
			return lines
		})
		if _, err := New(Options{Resume: half, Config: settings(t, model, set...)}); err == nil {
			t.Errorf("resumed with %s", change[1])
		}
	}
}

// A checkpoint that cannot be saved is told of and costs nothing else.
func TestCheckpointThatCannotBeSaved(t *testing.T) {
	logs, warnings := filepath.Join(t.TempDir(), "logs"), []string(nil)
	r, err := New(Options{
		Config: settings(t, "economy", "logging.logs_dir="+logs, "ticks=2", "simulation.checkpoint_every=1"),
		Warn:   func(text string) { warnings = append(warnings, text) },
	})
	if err == nil {
		err = r.Start()
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(r.Dir(), shelf.CheckpointsDir), nil, 0o666)
	}
	if err != nil {
		t.Fatal(err)
	}
	if result, err := r.Run(t.Context()); err != nil || result.Status != shelf.StatusCompleted {
		t.Errorf("%+v, %v", result, err)
	}
	if len(warnings) != 2 || !strings.Contains(warnings[0], "checkpoints/tick_000000001") {
		t.Errorf("told %q", warnings)
	}
}
