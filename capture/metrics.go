package capture

import (
	"encoding/json"
	"maps"
	"math"
	"strings"
	"sync"

	"example.org/runshelf/event"
)

// Bounds of what is taken for metrics, so that a program that logs all it has
// does not fill memory and manifest.
const (
	mostMetrics    = 1000
	deepestMetrics = 8
)

// metrics holds the last value of each number that the program reported. It may
// be used concurrently.
type metrics struct {
	mu     sync.Mutex
	values map[string]float64
	whole  map[string]json.RawMessage // integers that a float64 may not hold, as they were written
}

// take notes the numbers of one object; those of objects in it bear names joined
// by dots. The names of the envelope are no metrics.
func (m *metrics) take(object []byte) {
	value, err := event.DecodeValue(object)
	members, ok := value.(event.Object)
	if err != nil || !ok {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, member := range members {
		switch member.Key {
		case event.KeyTimestamp, event.KeySequence, event.KeyLevel, event.KeyCause:
		default:
			m.put(member.Key, member.Value, deepestMetrics)
		}
	}
}

func (m *metrics) put(name string, value any, depth int) {
	switch v := value.(type) {
	case json.Number:
		if x, err := v.Float64(); err == nil {
			m.set(name, x)
			m.keep(name, string(v))
		}
	case string:
		if x, ok := oddNumber(v); ok {
			m.set(name, x)
		}
	case event.Object:
		for _, member := range v {
			if depth > 0 {
				m.put(name+"."+member.Key, member.Value, depth-1)
			}
		}
	}
}

func (m *metrics) set(name string, x float64) {
	if m.values == nil {
		m.values = map[string]float64{}
	}
	if _, known := m.values[name]; known || len(m.values) < mostMetrics {
		m.values[name] = x
		delete(m.whole, name)
	}
}

// keep keeps the digits of an integer that is longer than a float64 is exact for. None
// that is one has more than 309.
func (m *metrics) keep(name, number string) {
	if _, known := m.values[name]; !known || len(number) <= 15 || strings.Trim(number, "-0123456789") != "" {
		return
	}
	if m.whole == nil {
		m.whole = map[string]json.RawMessage{}
	}
	m.whole[name] = json.RawMessage(number)
}

// oddNumber reads the texts that stand for numbers JSON cannot write.
func oddNumber(text string) (float64, bool) {
	switch text {
	case "NaN":
		return math.NaN(), true
	case "Infinity":
		return math.Inf(1), true
	case "-Infinity":
		return math.Inf(-1), true
	}
	return 0, false
}

// final returns the metrics as they are now, nil when there are none, and as JSON those
// of which the digits count. A stream that was not waited for may still bring others.
func (m *metrics) final() (values map[string]float64, digits json.RawMessage) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.whole) > 0 {
		digits, _ = json.Marshal(m.whole) // cannot fail: they are numbers
	}
	return maps.Clone(m.values), digits
}
