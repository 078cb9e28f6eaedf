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

// Member returns what a path leads to in an object, such as a manifest: the same
// rules as for [Field], without an envelope.
func Member(o event.Object, path string) (any, bool) { return member(o, path) }

// Keys returns the keys that a path leads through, the outermost first, since a
// key may hold dots itself.
func Keys(o event.Object, path string) ([]string, bool) {
	var keys []string
	_, ok := follow(o, path, &keys)
	return keys, ok
}

// member finds a path in an object.
func member(o event.Object, path string) (any, bool) { return follow(o, path, nil) }

// follow finds a path in an object, the longest key first, and keeps the keys on
// the way when somebody wants them.
func follow(o event.Object, path string, keys *[]string) (any, bool) {
	if v, ok := o.Get(path); ok {
		push(keys, path)
		return v, true
	}
	for end := strings.LastIndexByte(path, '.'); end > 0; end = strings.LastIndexByte(path[:end], '.') {
		inner, _ := o.Get(path[:end])
		if o, ok := inner.(event.Object); ok {
			push(keys, path[:end])
			if v, ok := follow(o, path[end+1:], keys); ok {
				return v, true
			}
			pop(keys)
		}
	}
	return nil, false
}

func push(keys *[]string, key string) {
	if keys != nil {
		*keys = append(*keys, key)
	}
}

func pop(keys *[]string) {
	if keys != nil {
		*keys = (*keys)[:len(*keys)-1]
	}
}
