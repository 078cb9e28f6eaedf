package web

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.org/runshelf/shelf"
)

// livingRun is a run that is being written, with its tail.
type livingRun struct {
	*shelf.Live
	t    *testing.T
	mem  []byte
	tail *shelf.TailWriter
}

func writeRun(t *testing.T) *livingRun {
	t.Helper()
	l, err := shelf.New(filepath.Join(t.TempDir(), "logs")).Create(shelf.CreateOptions{RunID: "run_1"})
	if err != nil {
		t.Fatal(err)
	}
	mem := make([]byte, shelf.TailSize)
	r := &livingRun{Live: l, t: t, mem: mem, tail: shelf.NewTailWriter(mem, l.UUID())}
	t.Cleanup(func() { _ = l.Close() })
	r.show()
	return r
}

// show puts the tail where readers find it.
func (r *livingRun) show() { put(r.t, r.Path(shelf.TailFile), string(r.mem)) }

// log logs an event, into the tail alone.
func (r *livingRun) log() {
	r.tail.Append([]byte(`{"sequence":1,"event_type":"a"}` + "\n"))
	r.show()
}

// end ends the run as its writer does.
func (r *livingRun) end() {
	r.t.Helper()
	half := r.tail.Turn()
	if _, err := r.Events().WriteAt(half.Bytes(), 0); err != nil {
		r.t.Fatal(err)
	}
	if err := os.Remove(r.Path(shelf.TailFile)); err != nil {
		r.t.Fatal(err)
	}
	if err := r.Update(func(m *shelf.Manifest) { m.Status = shelf.StatusCompleted }); err != nil {
		r.t.Fatal(err)
	}
	if err := r.Close(); err != nil {
		r.t.Fatal(err)
	}
}

// A run that says nothing is asked for its head alone; what it says is seen at the next
// look, and its end too.
func TestLookAtAQuietRun(t *testing.T) {
	r := writeRun(t)
	l := &logLook{dir: r.Dir()}
	defer l.close()
	w := &watch{}
	expect := func(status string, size int) {
		t.Helper()
		l.asked = time.Time{} // or the status were that of a moment ago
		l.look(w)
		want := fmt.Sprintf(`"status":"%s","bytes":%d}`, status, size)
		if got := w.picture(); !strings.Contains(string(got.data), want) {
			t.Errorf("%s, want %s", got.data, want)
		}
	}
	line := len(`{"sequence":1,"event_type":"a"}` + "\n")
	expect("running", 0)
	r.log()
	expect("running", line)
	if !lookedOnce(t, l, w) {
		t.Error("all of the log of a run that says nothing is looked at each time")
	}
	r.log()
	expect("running", 2*line)
	r.end()
	expect("completed", 2*line)
}

// lookedOnce reports whether of two looks within the time only one was at all of the log.
func lookedOnce(t *testing.T, l *logLook, w *watch) bool {
	t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); {
		l.looked = time.Time{}
		l.look(w)
		first := l.looked
		l.look(w)
		if l.looked.Equal(first) {
			return true
		}
		if l.looked.Sub(first) < wholeEvery {
			return false
		}
	}
	t.Fatal("two looks take more than a second each time")
	return false
}
