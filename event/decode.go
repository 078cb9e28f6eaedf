package event

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"time"
)

// Member is one key and value of an [Object].
type Member struct {
	Key   string
	Value any
}

// Object is a JSON object with its members in the order of the line. Equal keys
// are kept.
type Object []Member

// Get returns the value of the last member with the key.
func (o Object) Get(key string) (any, bool) {
	for i := len(o) - 1; i >= 0; i-- {
		if o[i].Key == key {
			return o[i].Value, true
		}
	}
	return nil, false
}

// Event is one decoded line. What the line does not say is zero. Data holds all
// members that are not the envelope's, and those that bear a name of the
// envelope but not its type. The strings share memory with each other: whoever
// keeps one of them for long should clone it.
type Event struct {
	// Timestamp is the text of the line.
	Timestamp string
	// Time is the timestamp in UTC; zero when it is not RFC 3339 (see [ParseTime]).
	Time     time.Time
	Sequence uint64
	Type     string
	Level    slog.Level
	Cause    uint64
	Data     Object
}

var errNotObject = errors.New("decoding an event: the line is not a JSON object")

// Decode reads one line, with or without its line end. It is strict about JSON
// and lenient about the envelope, since lines may come from anywhere: an event
// without a type, or with a sequence that is text, is decoded all the same. Of
// an envelope's key that stands twice, the last counts. Errors wrap a
// [*SyntaxError] when the line is not JSON. The line may be reused afterwards.
func Decode(line []byte) (Event, error) {
	var e Event
	p := parser{text: string(line), max: maxDepth}
	if p.space(); p.peek() != '{' {
		if _, err := decodeDeep(p.text, maxDepth); err != nil {
			return e, fmt.Errorf("decoding an event: %w", err)
		}
		return e, errNotObject
	}
	e.Data = make(Object, 0, 8)
	err := p.members(func(key string, v any) {
		if !isReserved(key) || !e.take(key, v) {
			e.Data = append(e.Data, Member{key, v})
		}
	})
	if err == nil {
		err = p.end()
	}
	if err != nil {
		return Event{}, fmt.Errorf("decoding an event: %w", err)
	}
	return e, nil
}

// take puts a member into the envelope if it is of the type it has there.
func (e *Event) take(key string, v any) bool {
	switch x := v.(type) {
	case string:
		return e.takeText(key, x)
	case json.Number:
		n, err := strconv.ParseUint(string(x), 10, 64)
		if err != nil {
			return false
		}
		switch key {
		case KeySequence:
			e.Sequence = n
			return true
		case KeyCause:
			e.Cause = n
			return true
		}
	}
	return false
}

func (e *Event) takeText(key, s string) bool {
	switch key {
	case KeyTimestamp:
		e.Timestamp = s
		e.Time, _ = ParseTime(s)
		return true
	case KeyType:
		e.Type = s
		return true
	case KeyLevel:
		level, ok := ParseLevel(s)
		if ok {
			e.Level = level
		}
		return ok
	}
	return false
}

// DecodeValue reads one JSON value: nil, bool, string, [json.Number], []any or
// [Object]. It accepts what encoding/json accepts: nothing but JSON, at most
// 10,000 levels deep, with invalid UTF-8 replaced by U+FFFD. The error is a
// [*SyntaxError].
func DecodeValue(b []byte) (any, error) { return decodeDeep(string(b), maxDepth) }

func decodeDeep(text string, max int) (any, error) {
	p := parser{text: text, max: max}
	v, err := p.value()
	if err == nil {
		err = p.end()
	}
	if err != nil {
		return nil, err
	}
	return v, nil
}
