package runshelf

import (
	"strings"
	"testing"

	"example.org/runshelf/shelf"
)

// endedBy makes a run, lets use close it, and returns how it ended.
func endedBy(t *testing.T, use func(l *EventLogger)) (shelf.Status, string) {
	t.Helper()
	l, err := NewEventLogger(Options{LogsDir: t.TempDir(), RunID: "run"})
	if err != nil {
		t.Fatal(err)
	}
	l.Log("begun")
	use(l)
	run, err := shelf.OpenRun(l.Dir())
	if err != nil {
		t.Fatal(err)
	}
	return run.Status, run.Manifest.Reason
}

// deep calls itself n times, and then fn.
func deep(n int, fn func()) {
	if n > 0 {
		deep(n-1, fn)
		return
	}
	fn()
}

// A program that panics calls what it has deferred: its run is not completed.
func TestDeferredCloseOfAPanic(t *testing.T) {
	var nothing *struct{ field int }
	caught := func(fn func()) {
		defer func() {
			if recover() == nil {
				t.Error("the panic was swallowed")
			}
		}()
		fn()
	}
	for _, tt := range []struct {
		name   string
		use    func(l *EventLogger)
		status shelf.Status
		reason string
	}{
		{"panic", func(l *EventLogger) { caught(func() { defer l.Close(); panic("x") }) }, shelf.StatusFailed, "panic"},
		{"error of the runtime", func(l *EventLogger) { caught(func() { defer l.Close(); nothing.field++ }) }, shelf.StatusFailed, "panic"},
		{"deep in the stack", func(l *EventLogger) {
			deep(200, func() { caught(func() { defer l.Close(); deep(200, func() { panic("x") }) }) })
		}, shelf.StatusFailed, "panic"},
		{"metrics alone were stated", func(l *EventLogger) {
			caught(func() { defer l.Close(); l.End(Outcome{Metrics: map[string]float64{"a": 1}}); panic("x") })
		}, shelf.StatusFailed, "panic"},
		{"the end was stated", func(l *EventLogger) {
			caught(func() { defer l.Close(); l.End(Outcome{Status: shelf.StatusInterrupted, Reason: "r"}); panic("x") })
		}, shelf.StatusInterrupted, "r"},
		{"no panic", func(l *EventLogger) { deep(200, func() { defer l.Close() }) }, shelf.StatusCompleted, ""},
		{"a panic that was over", func(l *EventLogger) { caught(func() { panic("x") }); l.Close() }, shelf.StatusCompleted, ""},
	} {
		if status, reason := endedBy(t, tt.use); status != tt.status || reason != tt.reason {
			t.Errorf("%s: %s (%q), want %s (%q)", tt.name, status, reason, tt.status, tt.reason)
		}
	}
}

// A logger that was made because of a panic has no part in it.
func TestLoggerOfAPanic(t *testing.T) {
	defer func() { _ = recover() }()
	defer func() {
		if status, _ := endedBy(t, func(l *EventLogger) { l.Close() }); status != shelf.StatusCompleted {
			t.Errorf("%s", status)
		}
	}()
	panic("x")
}

// A status that there is not would leave a run of which nobody knows how it ended.
func TestStatusThatThereIsNot(t *testing.T) {
	for _, status := range []shelf.Status{"done", shelf.StatusRunning, shelf.StatusCrashed, shelf.StatusUnknown} {
		var err error
		got, reason := endedBy(t, func(l *EventLogger) {
			l.End(Outcome{Status: status})
			err = l.Close()
		})
		if got != shelf.StatusFailed || !strings.Contains(reason, string(status)) || err == nil || !strings.Contains(err.Error(), string(status)) {
			t.Errorf("%s: %s (%q), %v", status, got, reason, err)
		}
	}
}
