package query

import (
	"encoding/json"
	"strconv"
	"strings"

	"example.org/runshelf/event"
)

// Field returns a field of an event: one of the envelope or of the data, or by
// a path with dots a member of an object inside. A key that holds dots itself
// ("data.level") is found before a path of the same spelling. Numbers are
// [json.Number].
//
// A member of the envelope that has the wrong type is data, and found as stored.
// The level of an event without one is "INFO". A cause that is absent is not
// found; neither is a timestamp, sequence or type.
func Field(e *event.Event, path string) (any, bool) {
	if v, ok := member(e.Data, path); ok {
		return v, true
	}
	return envelope(e, path)
}

// envelope returns a field that belongs to the logger.
func envelope(e *event.Event, key string) (any, bool) {
	switch key {
	case event.KeyTimestamp:
		return e.Timestamp, e.Timestamp != ""
	case event.KeySequence:
		return number(e.Sequence), e.Sequence != 0
	case event.KeyType:
		return e.Type, e.Type != ""
	case event.KeyLevel:
		return levelName(e), true
	case event.KeyCause:
		return number(e.Cause), e.Cause != 0
	}
	return nil, false
}

// levelName is the level with INFO spelt out.
func levelName(e *event.Event) string {
	if name := event.LevelName(e.Level); name != "" {
		return name
	}
	return "INFO"
}

// number is an unsigned integer as the decoder gives numbers.
func number(n uint64) json.Number { return json.Number(strconv.FormatUint(n, 10)) }

// member finds a path in an object, the longest key first.
func member(o event.Object, path string) (any, bool) {
	if v, ok := o.Get(path); ok {
		return v, true
	}
	for end := strings.LastIndexByte(path, '.'); end > 0; end = strings.LastIndexByte(path[:end], '.') {
		inner, ok := o.Get(path[:end])
		if !ok {
			continue
		}
		if o, ok := inner.(event.Object); ok {
			if v, ok := member(o, path[end+1:]); ok {
				return v, true
			}
		}
	}
	return nil, false
}
