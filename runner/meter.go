package runner

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"example.org/runshelf/event"
	"example.org/runshelf/shelf"
	"example.org/runshelf/simulation"
)

// meter writes the model's metrics over time to metrics.jsonl, one object a
// line. A nil meter measures nothing. The file is an aid: when it cannot be
// written the run goes on without it.
type meter struct {
	path  string
	every int64
	warn  func(string)
	file  *os.File
	err   error
}

// newMeter returns nil when nothing is to be measured.
func newMeter(dir string, every int64, warn func(string)) *meter {
	if every <= 0 {
		return nil
	}
	return &meter{path: filepath.Join(dir, shelf.MetricsFile), every: every, warn: warn}
}

// measure writes one line when its tick has come.
func (m *meter) measure(tick int64, model simulation.Model) {
	if m == nil || m.err != nil || tick%m.every != 0 {
		return
	}
	metrics := metricsOf(model)
	if metrics == nil {
		return
	}
	if err := m.write(tick, metrics); err != nil {
		m.err = fmt.Errorf("writing metrics to %s: %w", m.path, err)
		m.warn(m.err.Error())
	}
}

func (m *meter) write(tick int64, metrics map[string]float64) (err error) {
	if m.file == nil {
		if m.file, err = os.OpenFile(m.path, os.O_WRONLY|os.O_CREATE|os.O_EXCL|os.O_APPEND, 0o666); err != nil {
			return err
		}
	}
	line := map[string]any{"tick": json.Number(fmt.Sprint(tick))}
	for name, value := range metrics {
		line[name] = value
	}
	_, err = m.file.Write(append(event.AppendValue(nil, line), '\n'))
	return err
}

func (m *meter) close() error {
	if m == nil || m.file == nil {
		return nil
	}
	if err := m.file.Close(); err != nil && m.err == nil {
		m.err = fmt.Errorf("closing %s: %w", m.path, err)
	}
	return m.err
}

// metricsOf asks a model for its metrics; nil when it has none.
func metricsOf(model simulation.Model) map[string]float64 {
	metered, ok := model.(simulation.Metered)
	if !ok {
		return nil
	}
	metrics := map[string]float64{}
	metered.Metrics(func(name string, value float64) { metrics[name] = value })
	return metrics
}
