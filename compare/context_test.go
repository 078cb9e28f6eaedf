package compare

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"example.org/runshelf/shelf"
)

// A comparison of logs whose context ends says so, whatever it was about to find.
func TestContextEnds(t *testing.T) {
	var text bytes.Buffer
	for i := range 40_000 { // several chunks
		fmt.Fprintf(&text, `{"sequence":%d,"event_type":"a","text":"took %d.5 ms"}`+"\n", i, i%7)
	}
	dir := filepath.Join(t.TempDir(), "run_1")
	file := filepath.Join(dir, shelf.EventsFile)
	if err := os.Mkdir(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, text.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
	other := NewLog("b", bytes.NewReader(bytes.Replace(text.Bytes(), []byte("took 3"), []byte("took 4"), 1)), int64(text.Len()))
	run, err := shelf.OpenRun(dir)
	if err != nil {
		t.Fatal(err)
	}
	reason := errors.New("enough")
	open := map[string]func(context.Context) (*Log, error){
		"run":  func(ctx context.Context) (*Log, error) { return OpenRun(run.WithContext(ctx)) },
		"file": func(ctx context.Context) (*Log, error) { return OpenFileContext(ctx, file) },
	}
	ask := map[string]func(a, b *Log) error{
		"events":    func(a, b *Log) error { _, err := Events(a, b, Options{}); return err },
		"parts":     func(a, b *Log) error { _, err := Events(b, a, Options{Ignore: []string{"text~number"}}); return err },
		"bags":      func(a, b *Log) error { _, err := Events(a, b, Options{AnyOrder: true}); return err },
		"learn":     func(a, b *Log) error { _, err := Learn(a, b, Options{}); return err },
		"pairwise":  func(a, b *Log) error { _, err := Pairwise([]*Log{a, b}, Options{}); return err },
		"compare":   func(a, b *Log) error { _, err := Compare(a, b, Options{Context: 3}); return err },
		"tolerance": func(a, b *Log) error { _, err := Events(b, a, Options{Tolerance: 1e-9}); return err },
	}
	for kind, open := range open {
		for name, ask := range ask {
			ctx, end := context.WithCancelCause(t.Context())
			log, err := open(ctx)
			if err != nil {
				t.Fatal(err)
			}
			if err := ask(log, other); err != nil {
				t.Errorf("%s, %s: %v", kind, name, err)
			}
			end(reason)
			if err := ask(log, other); !errors.Is(err, reason) {
				t.Errorf("%s, %s: after its end %v", kind, name, err)
			}
			log.Close()
		}
	}
	ctx, end := context.WithCancelCause(t.Context())
	end(reason)
	if _, err := OpenRun(run.WithContext(ctx)); !errors.Is(err, reason) {
		t.Errorf("a run of an ended context is opened: %v", err)
	}
}
