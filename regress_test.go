package runshelf

import (
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"example.org/runshelf/internal/vfs"
	"example.org/runshelf/shelf"
)

// tearing is a file system on which large writes to the log stop halfway and
// nothing can be cut off, until it heals.
type tearing struct {
	vfs.FS
	tears, sticks *bool
}

type tearingFile struct {
	vfs.File
	fs *tearing
}

func (t *tearing) OpenFile(name string, flag int, perm fs.FileMode) (vfs.File, error) {
	f, err := t.FS.OpenFile(name, flag, perm)
	if err != nil || filepath.Base(name) != shelf.EventsFile {
		return f, err
	}
	return &tearingFile{f, t}, nil
}

func (f *tearingFile) WriteAt(p []byte, off int64) (int, error) {
	if *f.fs.tears {
		n, _ := f.File.WriteAt(p[:len(p)/2], off)
		return n, syscall.EIO
	}
	return f.File.WriteAt(p, off)
}

func (f *tearingFile) Truncate(size int64) error {
	if *f.fs.sticks {
		return syscall.EIO
	}
	return f.File.Truncate(size)
}

// While a part of a large line cannot be cut off, nothing is taken that would be
// glued to it or lost with it.
func TestTornLargeLineTakesNothingWithIt(t *testing.T) {
	for _, level := range []Durability{DurabilityCrash, DurabilityNone, DurabilityPower, DurabilityEach} {
		t.Run(string(level), func(t *testing.T) {
			var tears, sticks bool
			disk := &tearing{FS: vfs.OS(), tears: &tears, sticks: &sticks}
			l := start(t, Options{RunID: AutoRunID, Durability: level, fs: disk, MaxEventBytes: -1})
			l.Log("before")
			if err := l.Sync(); err != nil {
				t.Fatal(err)
			}
			tears, sticks = true, true
			l.Log("large", slog.String("text", strings.Repeat("y", 300_000)))
			tears = false
			for range 10 {
				l.Log("between")
			}
			sticks = false
			for range 5 {
				l.Log("after")
			}
			var dropped *DroppedError
			if err := l.Close(); !errors.As(err, &dropped) || dropped.Dropped != 11 {
				t.Errorf("Close() = %v, want 11 events lost", err)
			}
			lines := readLines(t, l.Path())
			checkSequences(t, lines)
			if len(lines) != 7 {
				t.Errorf("%d lines, want 7", len(lines))
			}
			checkDigest(t, l.Path(), readManifest(t, l.Dir()))
		})
	}
}

// A program may change its directory while it runs.
func TestRelativeShelfStaysWhereItWas(t *testing.T) {
	home := t.TempDir()
	t.Chdir(home)
	l := start(t, Options{LogsDir: "logs", RunID: "r", MaxEventBytes: 4096})
	if l.Dir() != filepath.Join("logs", "r") {
		t.Errorf("Dir() = %q", l.Dir())
	}
	t.Chdir(t.TempDir())
	l.LogLevel(slog.LevelWarn, "warned")
	l.Log("large", slog.String("text", strings.Repeat("x", 10_000)))
	finish(t, l)
	if entries, err := os.ReadDir("."); err != nil || len(entries) > 0 {
		t.Errorf("files went to the new directory: %v, %v", entries, err)
	}
	dir := filepath.Join(home, "logs", "r")
	if m := readManifest(t, dir); m.Status != shelf.StatusCompleted || m.Events.Count != 2 {
		t.Errorf("the manifest says %+v", m)
	}
	for _, name := range []string{shelf.LogFile, filepath.Join("artifacts", "blobs")} {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			t.Error(err)
		}
	}
}

// Without anybody to tell, a warning stands in run.log.
func TestEarlyWarningsStandInTheReadableLog(t *testing.T) {
	logs := t.TempDir()
	if err := os.Mkdir(filepath.Join(logs, "latest"), 0o777); err != nil {
		t.Fatal(err)
	}
	l := start(t, Options{LogsDir: logs, RunID: AutoRunID})
	finish(t, l)
	if text := readText(t, filepath.Join(l.Dir(), shelf.LogFile)); !strings.Contains(text, "WARN  ") || !strings.Contains(text, "latest") {
		t.Errorf("run.log says %q", text)
	}
}

// A closed run stays as it is, whatever is still logged.
func TestLateLongEventLeavesNoBlob(t *testing.T) {
	l := start(t, Options{RunID: AutoRunID, MaxEventBytes: 1000})
	finish(t, l)
	l.Log("late", slog.String("text", strings.Repeat("x", 5000)))
	if _, err := os.Stat(filepath.Join(l.Dir(), "artifacts")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("artifacts after Close: %v", err)
	}
}

// panicking is a writer that cannot be trusted.
type panicking struct{}

func (panicking) Write([]byte) (int, error) { panic("no writer") }

func TestWriterThatPanics(t *testing.T) {
	l, err := NewStreamLogger(panicking{}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	l.Log("lost")
	var dropped *DroppedError
	if err := l.Close(); !errors.As(err, &dropped) || dropped.Dropped != 1 {
		t.Errorf("Close() = %v", err)
	}
}
