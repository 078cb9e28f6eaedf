package runshelftest

import (
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"example.org/runshelf/event"
)

// Input is an event as a program gives it, with its place in the log.
type Input struct {
	// Timestamp is RFC 3339 with up to nine decimals and any zone.
	Timestamp string `json:"timestamp"`
	Sequence  uint64 `json:"sequence"`
	EventType string `json:"event_type"`
	// Level is DEBUG, INFO, WARN or ERROR; empty means INFO.
	Level string `json:"level,omitempty"`
	// Cause is a sequence; 0 means none.
	Cause uint64 `json:"cause,omitempty"`
	// MaxEventBytes is the length of a line, without its end, above which long
	// strings move to blobs; 0 means no limit.
	MaxEventBytes int `json:"max_event_bytes,omitempty"`
	// Data is the event's own data in the order in which it is given.
	Data Pairs `json:"data"`
}

// Pairs are names and values in order. A name may come twice. As JSON they are a
// list of lists of two.
type Pairs []Pair

// Pair is a name and a value: nil, bool, string, int64, uint64, [json.Number] for
// integers beyond these, float64, []byte, [time.Time], [time.Duration], error,
// []any, map[string]any, or [Pairs] for a group.
type Pair struct {
	Key   string
	Value any
}

var errPairs = errors.New("not a list of pairs of a name and a value")

// UnmarshalJSON implements json.Unmarshaler. How the types that JSON does not have
// are written, the README of the vectors says.
func (p *Pairs) UnmarshalJSON(text []byte) error {
	value, err := event.DecodeValue(text)
	if err != nil {
		return err
	}
	*p, err = asPairs(value)
	return err
}

func asPairs(value any) (Pairs, error) {
	list, ok := value.([]any)
	if !ok {
		return nil, errPairs
	}
	pairs := Pairs{}
	for _, element := range list {
		two, ok := element.([]any)
		if !ok || len(two) != 2 {
			return nil, errPairs
		}
		key, err := asText(two[0])
		if err != nil {
			return nil, err
		}
		v, err := goValue(two[1])
		if err != nil {
			return nil, fmt.Errorf("the value of %q: %w", key, err)
		}
		pairs = append(pairs, Pair{Key: key, Value: v})
	}
	return pairs, nil
}

// asText is a text, which may be written in hexadecimal when it is no UTF-8.
func asText(value any) (string, error) {
	v, err := goValue(value)
	text, ok := v.(string)
	if err == nil && !ok {
		err = errPairs
	}
	return text, err
}

func goValue(value any) (any, error) {
	switch v := value.(type) {
	case json.Number:
		return integer(v)
	case []any:
		list := make([]any, len(v))
		for i := range v {
			var err error
			if list[i], err = goValue(v[i]); err != nil {
				return nil, err
			}
		}
		return list, nil
	case event.Object:
		if len(v) == 1 && len(v[0].Key) > 1 && v[0].Key[0] == '$' {
			return typed(v[0].Key[1:], v[0].Value)
		}
		return goMap(v)
	}
	return value, nil
}

func goMap(o event.Object) (any, error) {
	m := make(map[string]any, len(o))
	for _, member := range o {
		v, err := goValue(member.Value)
		if err != nil {
			return nil, err
		}
		m[member.Key] = v
	}
	return m, nil
}

func integer(n json.Number) (any, error) {
	if i, err := strconv.ParseInt(string(n), 10, 64); err == nil {
		return i, nil
	}
	u, err := strconv.ParseUint(string(n), 10, 64)
	if errors.Is(err, strconv.ErrRange) {
		return n, nil
	}
	return u, err
}

// typed reads a value of a type that JSON does not have: an object of one member
// that names the type behind a dollar sign.
func typed(kind string, value any) (any, error) {
	if kind == "group" {
		return asPairs(value)
	}
	text, ok := value.(string)
	if !ok {
		return nil, fmt.Errorf("$%s is no text", kind)
	}
	switch kind {
	case "float":
		return strconv.ParseFloat(text, 64)
	case "text_hex":
		b, err := hex.DecodeString(text)
		return string(b), err
	case "bytes_hex":
		return hex.DecodeString(text)
	case "time":
		return time.Parse(time.RFC3339Nano, text)
	case "duration_ns":
		ns, err := strconv.ParseInt(text, 10, 64)
		return time.Duration(ns), err
	case "error":
		return errors.New(text), nil
	}
	return nil, fmt.Errorf("$%s is no type", kind)
}

// littleEndian reports the byte order of this machine.
func littleEndian() bool {
	return binary.NativeEndian.Uint16([]byte{1, 0}) == 1
}
