package runshelf

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"
)

// allMethods are calls of every exported method of a logger that takes part in nothing
// but must not panic. Each returns the error that the method told of, if it can.
var allMethods = map[string]func(l *EventLogger) error{
	"Log":         func(l *EventLogger) error { return none(l.Log("x", slog.Int("n", 1))) },
	"LogLevel":    func(l *EventLogger) error { return none(l.LogLevel(slog.LevelError, "x")) },
	"LogCause":    func(l *EventLogger) error { return none(l.LogCause(1, "x")) },
	"LogMap":      func(l *EventLogger) error { return none(l.LogMap("x", map[string]any{"sequence": 1})) },
	"LogEvent":    func(l *EventLogger) error { return none(l.LogEvent(slog.LevelWarn, 1, "x", slog.Any("f", func() {}))) },
	"LogObject":   func(l *EventLogger) error { return none(l.LogObject(0, 0, "x", []byte(`{"a":1}`), longText)) },
	"LogObjectAt": func(l *EventLogger) error { return none(l.LogObjectAt(time.Now(), 0, 0, "x", []byte("no object"))) },
	"Batch": func(l *EventLogger) error {
		b := l.Batch()
		b.Aside()
		form := NewTextForm(0, "x", "text")
		b.LogText(&form, "text")
		b.LogLines(&form, []byte("one\ntwo\n"))
		b.Log(0, "x", slog.Int("timestamp", 1), longText)
		b.LogObjectAt(time.Now(), 0, 0, "x", []byte(`{"a":1}`))
		err := b.LogObject(0, "x", []byte(`{"a":1}`))
		b.Flush()
		return err
	},
	"Handler": func(l *EventLogger) error {
		log := slog.New(l.Handler(&HandlerOptions{AddSource: true})).With("a", 1).WithGroup("g")
		log.Info("a message", "b", 2)
		log.Error("x")
		return log.Handler().Handle(context.Background(), slog.NewRecord(time.Now(), 0, "x", 0))
	},
	"JSONWriter": func(l *EventLogger) error {
		w := l.JSONWriter()
		_, err := w.Write([]byte("{\"a\":1}\nno object\nhalf"))
		return errors.Join(err, w.Close())
	},
	"Recent": func(l *EventLogger) error {
		events, err := l.Recent(0)
		return errors.Join(none(uint64(len(events))), err)
	},
	"RunID":     func(l *EventLogger) error { _ = l.RunID(); return nil },
	"Dir":       func(l *EventLogger) error { _ = l.Dir(); return nil },
	"Path":      func(l *EventLogger) error { _ = l.Path(); return nil },
	"StartedAt": func(l *EventLogger) error { l.StartedAt(); return nil },
	"Keep":      func(l *EventLogger) error { return l.Keep("artifacts/a", []byte("x")) },
	"Note":      func(l *EventLogger) error { l.Note("x"); return nil },
	"End":       func(l *EventLogger) error { l.End(Outcome{Reason: "x"}); return nil },
	"Sync":      func(l *EventLogger) error { return l.Sync() },
	"Err":       func(l *EventLogger) error { return l.Err() },
	"Close":     func(l *EventLogger) error { return l.Close() },
}

var longText = slog.String("text", strings.Repeat("x", DefaultMaxEventBytes+1))

// errRecorded is what must not be: there is nobody to record anything.
var errRecorded = errors.New("it says that something was recorded")

func none(sequence uint64) error {
	if sequence != 0 {
		return errRecorded
	}
	return nil
}

// checkAllMethods checks that none of the methods is left out above.
func checkAllMethods(t *testing.T) {
	t.Helper()
	logger := reflect.TypeFor[*EventLogger]()
	for i := range logger.NumMethod() {
		if name := logger.Method(i).Name; allMethods[name] == nil {
			t.Errorf("what %s does is not tested", name)
		}
	}
}

// A program without a logger goes on as if it had one, and can ask.
func TestNilLogger(t *testing.T) {
	checkAllMethods(t)
	t.Chdir(t.TempDir())
	refuse := map[string]bool{"Err": true, "Sync": true, "Recent": true, "Keep": true}
	for kind, logger := range map[string]*EventLogger{"nil": nil, "zero": {}} {
		for name, call := range allMethods {
			if err := call(logger); refuse[name] != errors.Is(err, ErrNoLogger) || !refuse[name] && err != nil {
				t.Errorf("%s of a %s logger: %v", name, kind, err)
			}
		}
		if logger.Path() != "" || logger.Dir() != "" || logger.RunID() != "" || !logger.StartedAt().IsZero() {
			t.Errorf("a %s logger has the path %q, the id %q", kind, logger.Path(), logger.RunID())
		}
		if logger.Handler(nil).Enabled(t.Context(), slog.LevelError) {
			t.Errorf("the handler of a %s logger takes what it drops", kind)
		}
	}
	if left, _ := filepath.Glob("*"); len(left) > 0 {
		t.Errorf("there is %q", left)
	}
}

// After Close no method panics, writes or hangs.
func TestEachMethodAfterClose(t *testing.T) {
	checkAllMethods(t)
	for name, call := range allMethods {
		l := start(t, Options{LogsDir: t.TempDir(), RunID: "a"})
		l.Log("x")
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		before := fileBytes(t, l.Dir())
		err := call(l)
		if errors.Is(err, errRecorded) && name != "Recent" || name == "Keep" && !errors.Is(err, ErrClosed) {
			t.Errorf("%s: %v", name, err)
		}
		if !reflect.DeepEqual(before, fileBytes(t, l.Dir())) {
			t.Errorf("%s has written", name)
		}
	}
}

// Of a run that somebody has removed, Close says that, and not what failed in its consequence.
func TestCloseOfARemovedRun(t *testing.T) {
	l := start(t, Options{LogsDir: t.TempDir(), RunID: "a"})
	l.Log("x")
	if err := os.RemoveAll(l.Dir()); err != nil {
		t.Skip("a directory in use cannot be removed here:", err)
	}
	l.Log("y")
	err := l.Close()
	if !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "removed or renamed") || strings.Contains(err.Error(), "\n") {
		t.Error(err)
	}
}

// A file that is kept while the logger is closed is there whole, or its Keep says no.
func TestKeepWhileClosing(t *testing.T) {
	for range 5 {
		l := start(t, Options{LogsDir: t.TempDir(), RunID: "a"})
		var work sync.WaitGroup
		kept := make([]error, 8)
		for i := range kept {
			work.Go(func() { kept[i] = l.Keep("artifacts/"+string(rune('a'+i)), []byte("content")) })
		}
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		atClose := fileBytes(t, l.Dir())
		work.Wait()
		if !reflect.DeepEqual(atClose, fileBytes(t, l.Dir())) {
			t.Error("a file was written after Close had returned")
		}
		for i, err := range kept {
			name := filepath.Join("artifacts", string(rune('a'+i)))
			if content, there := atClose[name]; there != (err == nil) || there && content != "content" || err != nil && !errors.Is(err, ErrClosed) {
				t.Errorf("%s: %v, and there it is %t", name, err, there)
			}
		}
	}
}

// fileBytes returns the contents of all files below dir by their names.
func fileBytes(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		b, err := os.ReadFile(path)
		name, _ := filepath.Rel(dir, path)
		files[name] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
