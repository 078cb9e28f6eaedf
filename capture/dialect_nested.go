package capture

import (
	"encoding/json"
	"log/slog"
	"strconv"
	"time"

	"example.org/runshelf/event"
)

// said is what a line says about itself in places that only its dialect knows.
type said struct {
	name    []byte // that may be the event's type
	message []byte
	time    time.Time
	level   slog.Level
	leveled bool // level was said
}

// inside reads the dialects whose lines say all that matters deeper inside. A line that is
// taken for one of them because that was asked for may say nothing there.
func (d *Detector) inside(line []byte, by *dialect) said {
	switch {
	case by.name == DialectLoguru && d.facts.has(slotRecord):
		return d.loguru(d.facts.value[slotRecord])
	case by.name == DialectOTLP && d.facts.has(slotResourceLogs):
		return d.otlp(d.facts.value[slotResourceLogs])
	case by.name == DialectOTLP:
		record, _ := event.DecodeValue(line) // one record without the document around it
		return otlpRecord(record)
	}
	return said{}
}

// nestedLevel reads {"level":"info"}.
func nestedLevel(object []byte) (level slog.Level, ok bool) {
	_ = event.EachMember(object, func(m event.RawMember) {
		if string(m.Key) == "level" {
			level, ok = namedLevel(text(m.Value))
		}
	})
	return level, ok
}

// loguru reads the record beside the text: {"level":{"name":"INFO","no":20},
// "message":…, "time":{"timestamp":1.5}}.
func (d *Detector) loguru(record []byte) said {
	var s said
	_ = event.EachMember(record, func(m event.RawMember) {
		switch string(m.Key) {
		case "message":
			s.message = text(m.Value)
		case "level":
			s.level, s.leveled = loguruLevel(m.Value)
		case "time":
			_ = event.EachMember(m.Value, func(inner event.RawMember) {
				if string(inner.Key) == "timestamp" {
					s.time, _ = parseTime(inner.Value, d.Zone)
				}
			})
		}
	})
	return s
}

// loguruLevel reads the name, or the number of a level of the program's own.
func loguruLevel(object []byte) (level slog.Level, ok bool) {
	_ = event.EachMember(object, func(m event.RawMember) {
		switch string(m.Key) {
		case "name":
			if named, known := namedLevel(text(m.Value)); known {
				level, ok = named, true
			}
		case "no":
			if !ok {
				level, ok = tenfoldLevel(m.Value, 10)
			}
		}
	})
	return level, ok
}

// otlp reads a document of OpenTelemetry (opentelemetry.proto.logs.v1.LogsData in
// its JSON form). It may hold many records; the first of those with the highest
// level speaks for it, and its time is that of the first record.
func (d *Detector) otlp(resourceLogs []byte) said {
	var best said
	value, err := event.DecodeValue(resourceLogs)
	if err != nil {
		return best
	}
	first := time.Time{}
	for _, resource := range list(value) {
		for _, scope := range list(member(resource, "scopeLogs")) {
			for _, record := range list(member(scope, "logRecords")) {
				s := otlpRecord(record)
				if first.IsZero() {
					first = s.time
				}
				if !best.leveled || s.leveled && s.level > best.level {
					best, best.leveled = s, true
				}
			}
		}
	}
	best.time = first
	return best
}

func otlpRecord(record any) said {
	var s said
	name, _ := member(record, "eventName").(string)
	s.name = []byte(name)
	if body, ok := member(member(record, "body"), "stringValue").(string); ok {
		s.message = []byte(body)
	}
	n, _ := strconv.Atoi(scalar(member(record, "severityNumber")))
	s.level, s.leveled = severityLevel(n)
	if !s.leveled {
		s.level, s.leveled = namedLevel([]byte(scalar(member(record, "severityText"))))
	}
	for _, key := range []string{"timeUnixNano", "observedTimeUnixNano"} {
		if t, ok := parseEpoch([]byte(scalar(member(record, key)))); ok {
			s.time = t
			break
		}
	}
	return s
}

// list returns the items of an array, or none.
func list(v any) []any {
	items, _ := v.([]any)
	return items
}

// member returns what an object has under a key, or nil.
func member(v any, key string) any {
	object, _ := v.(event.Object)
	value, _ := object.Get(key)
	return value
}

// scalar returns the text of a string or a number.
func scalar(v any) string {
	switch x := v.(type) {
	case string:
		return x
	case json.Number:
		return string(x)
	}
	return ""
}
