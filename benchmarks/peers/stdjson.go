package peers

import (
	"encoding/json"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// envelope is what stands in front of the data of a line.
type envelope struct {
	Timestamp time.Time `json:"timestamp"`
	Sequence  uint64    `json:"sequence"`
	EventType string    `json:"event_type"`
}

func newEnvelope(sequence uint64, eventType string) envelope {
	return envelope{time.Now().UTC(), sequence, eventType}
}

// jsonWriter hands whole lines as Go values to put.
type jsonWriter struct{ put func(line any) }

func (w *jsonWriter) transfer(sequence uint64, e *transfer) {
	w.put(&struct {
		envelope
		*transfer
	}{newEnvelope(sequence, typeTransfer), e})
}

func (w *jsonWriter) action(sequence uint64, e *action) {
	w.put(&struct {
		envelope
		*action
	}{newEnvelope(sequence, typeAction), e})
}

func (w *jsonWriter) thinking(sequence uint64, e *thinking) {
	w.put(&struct {
		envelope
		*thinking
	}{newEnvelope(sequence, typeThinking), e})
}

func (w *jsonWriter) data(sequence uint64, eventType string, data map[string]any) {
	data["timestamp"] = time.Now().UTC()
	data["sequence"] = sequence
	data["event_type"] = eventType
	w.put(data)
}

// openEncoder is a json.Encoder, shared under a lock.
func openEncoder(out output) func() writer {
	var mu sync.Mutex
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	put := func(line any) {
		mu.Lock()
		defer mu.Unlock()
		// The buffer keeps a failure, and closing it tells.
		_ = encoder.Encode(line)
	}
	return func() writer { return &jsonWriter{put: put} }
}

// openReopening is what many programs do: for each event the file is opened,
// appended to and closed.
func openReopening(dir string, _ Load) (target, error) {
	path := filepath.Join(dir, "events.jsonl")
	var mu sync.Mutex
	var failed error
	put := func(line any) {
		if err := appendOnce(path, line); err != nil {
			mu.Lock()
			defer mu.Unlock()
			failed = err
		}
	}
	return target{
		path:   func() string { return path },
		writer: func() writer { return &jsonWriter{put: put} },
		close:  func() error { return failed },
	}, nil
}

func appendOnce(path string, line any) error {
	b, err := json.Marshal(line)
	if err != nil {
		return err
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o666)
	if err != nil {
		return err
	}
	defer file.Close()
	_, err = file.Write(append(b, '\n'))
	return err
}
