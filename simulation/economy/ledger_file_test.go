package economy

import (
	"bufio"
	"bytes"
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"example.org/runshelf"
	"example.org/runshelf/event"
	"example.org/runshelf/internal/reliability"
)

// loggedBy is a recorder that writes to an event log, as the runner does.
type loggedBy struct{ *runshelf.EventLogger }

func (l loggedBy) Record(cause uint64, eventType string, attrs []slog.Attr) uint64 {
	return l.LogEvent(slog.LevelInfo, cause, eventType, attrs...)
}

// TestLedgerReplaysFromTheFile replays the books from the lines of events.jsonl
// alone: nothing that the encoder, the journal or the decoder does to a number may
// be missed by the auditor, who hears the model itself in the other tests.
func TestLedgerReplaysFromTheFile(t *testing.T) {
	ticks := reliability.Times(300, 15_500)
	logger, err := runshelf.NewEventLogger(runshelf.Options{LogsDir: filepath.Join(t.TempDir(), "logs"), RunID: "books"})
	if err != nil {
		t.Fatal(err)
	}
	w, ctx := begin(t, 42, Definition().Defaults(), loggedBy{logger})
	advance(t, w, ctx, ticks)
	if err := logger.Close(); err != nil {
		t.Fatal(err)
	}
	a := newAuditor()
	readFile(t, logger.Path(), a)
	compare(t, a, w)
	if want := uint64(ticks * 60); a.last < want {
		t.Errorf("%d events, want %d or more", a.last, want)
	}
	t.Logf("%d events", a.last)
}

// readFile gives the auditor every event of a log.
func readFile(t *testing.T, path string, a *auditor) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		e, err := event.Decode(lines.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		a.read(entry{e.Sequence, e.Cause, e.Type, attrsFrom(t, e.Data)})
		a.last = e.Sequence
	}
	if lines.Err() != nil {
		t.Fatal(lines.Err())
	}
}

// attrsFrom makes of a decoded object the attributes it was written from.
func attrsFrom(t *testing.T, object event.Object) []slog.Attr {
	t.Helper()
	attrs := make([]slog.Attr, len(object))
	for i, m := range object {
		attrs[i] = slog.Attr{Key: m.Key, Value: valueFrom(t, m.Value)}
	}
	return attrs
}

func valueFrom(t *testing.T, v any) slog.Value {
	t.Helper()
	switch x := v.(type) {
	case event.Object:
		return slog.GroupValue(attrsFrom(t, x)...)
	case json.Number:
		n, err := x.Int64()
		if err != nil {
			t.Fatalf("%s is no whole number", x)
		}
		return slog.Int64Value(n)
	case []any:
		if _, ok := x[0].(event.Object); ok {
			return slog.AnyValue(listFrom[principalInfo](t, x))
		}
		return slog.AnyValue(listFrom[string](t, x)) // who may read an artifact
	}
	return slog.AnyValue(v)
}

func listFrom[T any](t *testing.T, values []any) (list []T) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(event.AppendValue(nil, values)))
	d.DisallowUnknownFields()
	if err := d.Decode(&list); err != nil {
		t.Fatal(err)
	}
	return list
}
