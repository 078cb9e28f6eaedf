package runshelf

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"example.org/runshelf/internal/vfs"
	"example.org/runshelf/shelf"
)

func checkDigest(t *testing.T, path string, m shelf.Manifest) {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(content)
	if m.Events.SHA256 != hex.EncodeToString(sum[:]) || m.Events.Bytes != int64(len(content)) {
		t.Errorf("the manifest's digest or length of %s is not the file's", path)
	}
}

func TestFullDiskLeavesAGapAndTheProgramGoesOn(t *testing.T) {
	disk := vfs.NewFaulty(vfs.OS())
	l := start(t, Options{RunID: AutoRunID, fs: disk, Durability: DurabilityEach})
	l.Log("before")
	disk.Fail(vfs.Fault{Op: vfs.OpWrite, Sticky: true, Err: syscall.ENOSPC, Short: 20})
	for i := range 5 {
		l.Log("lost", slog.Int("i", i))
	}
	var dropped *DroppedError
	if err := l.Err(); !errors.As(err, &dropped) || dropped.Dropped != 5 || !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("Err() = %v", err)
	}
	disk.Heal()
	if sequence := l.Log("after"); sequence != 7 {
		t.Errorf("the event after the gap has sequence %d, want 7", sequence)
	}
	if err := l.Close(); !errors.As(err, &dropped) || dropped.Dropped != 5 {
		t.Errorf("Close() = %v", err)
	}
	lines := readLines(t, l.Path())
	checkSequences(t, lines)
	if len(lines) != 3 || lines[1]["reason"] != "no space left on device" || lines[1]["dropped"] != 5.0 {
		t.Errorf("lines %v", lines)
	}
	m := readManifest(t, l.Dir())
	if m.Events.Dropped != 5 || m.Events.Count != 3 || m.Events.LastSequence != 7 {
		t.Errorf("manifest %+v", m.Events)
	}
	checkDigest(t, l.Path(), m)
	if text, _ := os.ReadFile(filepath.Join(l.Dir(), shelf.LogFile)); !strings.Contains(string(text), "log_gap") {
		t.Errorf("run.log says nothing of the gap: %s", text)
	}
}

// A disk that stays full to the end loses events and nothing else.
func TestDiskThatStaysFull(t *testing.T) {
	disk := vfs.NewFaulty(vfs.OS())
	l := start(t, Options{RunID: AutoRunID, fs: disk, Durability: DurabilityEach})
	l.Log("before")
	disk.Fail(vfs.Fault{Op: vfs.OpWrite, Sticky: true, Err: syscall.ENOSPC, Short: 7})
	l.Log("lost")
	if err := l.Close(); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("Close() = %v", err)
	}
	lines := readLines(t, l.Path())
	if len(lines) != 1 || lines[0]["event_type"] != "before" {
		t.Errorf("lines %v", lines)
	}
}

// Each operation of a whole run fails in turn. Whatever fails, the log holds
// whole lines in sequence and the loss is accounted for.
func TestEachOperationFails(t *testing.T) {
	for _, errno := range []syscall.Errno{syscall.ENOSPC, syscall.EIO, syscall.EDQUOT, syscall.EROFS, syscall.EINTR} {
		t.Run(errno.Error(), func(t *testing.T) {
			t.Parallel() // the time goes into waiting for the disk
			for k := 1; ; k++ {
				disk := vfs.NewFaulty(vfs.OS())
				disk.Fail(vfs.Fault{At: k, Err: errno, Short: 11})
				if !runWithFault(t, disk, k) {
					break
				}
			}
		})
	}
}

// runWithFault makes a run on the disk and reports whether its fault was met.
func runWithFault(t *testing.T, disk *vfs.Faulty, k int) (met bool) {
	logs := filepath.Join(t.TempDir(), "logs")
	l, err := NewEventLogger(Options{
		LogsDir: logs, RunID: "a", fs: disk, MaxEventBytes: 500, SourceDir: logs,
	})
	if err != nil {
		if _, err := os.Lstat(filepath.Join(logs, "latest")); err == nil {
			t.Errorf("operation %d failed, and latest has moved", k)
		}
		return true
	}
	for range 4 {
		l.Log("simulation_step", slog.String("text", "some text"))
	}
	l.Log("large", slog.String("text", strings.Repeat("x", 1000)))
	l.Log("last")
	_ = l.Sync()
	closeErr := l.Close()
	lines := readLines(t, l.Path())
	checkSequences(t, lines)
	written := 0
	for _, line := range lines {
		if line["event_type"] != typeGap {
			written++
		}
	}
	var dropped *DroppedError
	lost := 0
	if errors.As(closeErr, &dropped) {
		lost = int(dropped.Dropped)
	}
	if written+lost != 6 {
		t.Errorf("operation %d: %d events written, %d told as lost, of 6", k, written, lost)
	}
	for _, call := range disk.Calls() {
		if call.Err != nil {
			return true
		}
	}
	return false
}

func TestFailedSyncIsNeverCalledGood(t *testing.T) {
	disk := vfs.NewFaulty(vfs.OS())
	l := start(t, Options{RunID: AutoRunID, fs: disk})
	l.Log("a")
	disk.Fail(vfs.Fault{Op: vfs.OpDatasync, Err: syscall.EIO})
	if err := l.Sync(); !errors.Is(err, syscall.EIO) {
		t.Fatalf("Sync() = %v", err)
	}
	disk.Heal()
	l.Log("b")
	if err := l.Sync(); !errors.Is(err, syscall.EIO) {
		t.Errorf("a second Sync() = %v", err)
	}
	if err := l.Close(); !errors.Is(err, syscall.EIO) {
		t.Errorf("Close() = %v", err)
	}
	if m := readManifest(t, l.Dir()); !strings.Contains(m.Logger.Error, "input/output error") {
		t.Errorf("the manifest's logger is %+v", m.Logger)
	}
}

func TestBlobsKeepLongStrings(t *testing.T) {
	l := start(t, Options{RunID: AutoRunID, MaxEventBytes: 2000})
	long := strings.Repeat("é\n", 50_000)
	l.Log("said", slog.String("text", long), slog.String("short", "stays"))
	l.LogMap("said", map[string]any{"text": long, "sequence": 7})
	finish(t, l)
	lines := readLines(t, l.Path())
	checkSequences(t, lines)
	for _, line := range lines {
		blob := line["text"].(map[string]any)
		sum := strings.TrimPrefix(blob["$blob"].(string), "sha256:")
		content, err := os.ReadFile(filepath.Join(l.Dir(), "artifacts", "blobs", sum))
		if err != nil || string(content) != long || blob["bytes"] != float64(len(long)) {
			t.Errorf("the blob %s: %d bytes, %v", sum, len(content), err)
		}
	}
	if lines[0]["short"] != "stays" || lines[1]["data.sequence"] != 7.0 {
		t.Errorf("lines %v", lines)
	}
	entries, _ := os.ReadDir(filepath.Join(l.Dir(), "artifacts", "blobs"))
	if len(entries) != 1 {
		t.Errorf("%d files in blobs, want 1", len(entries))
	}
}

func TestReadableLog(t *testing.T) {
	l := start(t, Options{RunID: AutoRunID, ReadableEvents: []string{"key_*"}})
	l.Log("key_event", slog.String("text", "a\x1b[2Jb"))
	l.Log("other")
	l.LogLevel(slog.LevelDebug, "key_debug")
	l.LogLevel(slog.LevelWarn, "other")
	l.Note("checkpoint saved")
	finish(t, l)
	content, err := os.ReadFile(filepath.Join(l.Dir(), shelf.LogFile))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(string(content), "\n"), "\n")
	for i, want := range []string{"INFO  key_event", "WARN  other", "INFO  checkpoint saved"} {
		if i >= len(lines) || len(lines[i]) < 9 || !strings.HasPrefix(lines[i][9:], want) {
			t.Fatalf("run.log is %q", lines)
		}
	}
	if len(lines) != 3 || strings.ContainsRune(string(content), '\x1b') {
		t.Errorf("run.log is %q", content)
	}
}

// A disk that becomes full in a flood, for which space is set aside, leaves a log that ends
// with what was written: none of that space is in it.
func TestFloodOnADiskThatBecomesFull(t *testing.T) {
	for _, level := range []Durability{DurabilityNone, DurabilityCrash, DurabilityEach} {
		t.Run(string(level), func(t *testing.T) {
			disk := vfs.NewFaulty(vfs.OS())
			l := start(t, Options{RunID: AutoRunID, fs: disk, Durability: level})
			text := slog.String("text", strings.Repeat("x", 60_000))
			for range 50 {
				l.Log("flood", text)
			}
			disk.Fail(vfs.Fault{Op: vfs.OpWrite, Sticky: true, Err: syscall.ENOSPC})
			for range 3 {
				l.Log("waits", text)
			}
			if err := l.Close(); !errors.Is(err, syscall.ENOSPC) {
				t.Errorf("Close() = %v", err)
			}
			content, err := os.ReadFile(l.Path())
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(string(content), "\x00") || !strings.HasSuffix(string(content), "\n") {
				t.Errorf("the log does not end with an event: %q", content[len(content)-20:])
			}
		})
	}
}

// The events that a log_gap stands for are counted once, also when it is lost itself.
func TestGapThatIsLost(t *testing.T) {
	l := start(t, Options{RunID: AutoRunID})
	l.mu.Lock()
	for sequence := range uint64(2) {
		l.gap.add(sequence+1, syscall.ENOSPC)
	}
	at := l.clock.order(l.clock.read())
	line := l.gapLine(at)
	if !l.fillGap(at) {
		t.Error("the gap was not written")
	}
	l.forget(line, syscall.ENOSPC)
	if l.gap.total != 2 || l.tally.count != 0 {
		t.Errorf("%d events are lost, and %d are in the log", l.gap.total, l.tally.count)
	}
	l.mu.Unlock()
	_ = l.Close() // it tells of the loss
}
