package query

import (
	"context"
	"encoding/binary"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"example.org/runshelf/shelf"
)

// TestWatchDozes shows that who waits without the scheduler is woken by an event, by the
// time and by the end of the context, goes on waiting after a signal, and does not keep
// the garbage collector waiting.
func TestWatchDozes(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(2))
	run := runOf(t, sample(1))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	made, err := newWatch(ctx, run.Dir, true)
	if err != nil {
		t.Fatal(err)
	}
	defer made.close()
	w, until := made.(*inotify), time.Now().Add(2*time.Minute)
	appendTo := func() {
		f, err := os.OpenFile(filepath.Join(run.Dir, shelf.EventsFile), os.O_APPEND|os.O_WRONLY, 0)
		if err == nil {
			_, err = f.WriteString(sample(1))
			_ = f.Close()
		}
		if err != nil {
			t.Error(err)
		}
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	thread := unix.Gettid()
	woken := func(what string, dozes bool, happen func()) {
		t.Helper()
		if w.dozes != dozes {
			t.Fatalf("%s: it dozes: %t", what, w.dozes)
		}
		done := make(chan struct{})
		go func() {
			defer close(done)
			happen()
		}()
		if !w.wait(until) {
			t.Fatalf("%s: it was not woken", what)
		}
		<-done
	}
	woken("parked", false, appendTo)
	if w.take() {
		t.Error("an event is told as something else")
	}
	woken("dozing", true, appendTo)
	w.take()
	woken("collected", w.dozes, func() { runtime.GC(); appendTo() })
	w.take()
	woken("signalled", w.dozes, func() {
		for range 5 {
			_ = unix.Tgkill(os.Getpid(), thread, unix.SIGURG)
			time.Sleep(time.Millisecond)
		}
		appendTo()
	})
	w.take()
	w.calm, w.dozes = time.Time{}, true
	woken("another file", true, func() { _ = os.WriteFile(filepath.Join(run.Dir, shelf.ManifestFile+".new"), nil, 0o666) })
	if !w.take() {
		t.Error("another name is not told")
	}
	w.until, w.dozes = time.Now().Add(20*time.Millisecond), false
	w.set(w.until)
	w.dozes = true
	if w.wait(w.until) || w.dozes {
		t.Errorf("at the time it was woken, or dozes on: %t", w.dozes)
	}
	woken("the end", false, cancel)
}

// TestWatchIsAbout shows what is a reason for a look at the whole run.
func TestWatchIsAbout(t *testing.T) {
	told := func(watch int32, name string) []byte {
		b := make([]byte, syscall.SizeofInotifyEvent, syscall.SizeofInotifyEvent+len(name))
		binary.NativeEndian.PutUint32(b, uint32(watch))
		binary.NativeEndian.PutUint32(b[12:], uint32(len(name)))
		return append(b, name...)
	}
	w := &inotify{names: 1}
	for _, tt := range []struct {
		name string
		told []byte
		want bool
	}{
		{"nothing", nil, false},
		{"the log", told(2, ""), false},
		{"the log twice", append(told(2, ""), told(2, "")...), false},
		{"a name", told(1, "run.json\x00\x00\x00\x00"), true},
		{"the log and a name", append(told(2, ""), told(1, "run.json\x00\x00\x00\x00")...), true},
		{"too much", told(-1, ""), true},
		{"half", told(2, "run.json")[:18], true},
	} {
		if got := w.about(tt.told); got != tt.want {
			t.Errorf("%s: %t", tt.name, got)
		}
	}
}
