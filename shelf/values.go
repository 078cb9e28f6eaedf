package shelf

import (
	"encoding/json"
	"errors"
	"math"
	"strconv"
	"time"

	"example.org/runshelf/event"
)

var errWrongType = errors.New("value of a wrong type")

func textCodec[T ~string]() codec[T] {
	return codec[T]{
		fromJSON: func(b json.RawMessage) (T, error) { s, err := textFromJSON(b); return T(s), err },
		toJSON: func(v T) json.RawMessage {
			if v == "" {
				return nil
			}
			return marshal(v)
		},
		zero: `""`,
	}
}

func textFromJSON(b json.RawMessage) (string, error) {
	if b[0] != '"' {
		return "", errWrongType
	}
	return string(textOf(b)), nil
}

func boolCodec() codec[bool] {
	return codec[bool]{
		fromJSON: boolFromJSON,
		toJSON: func(v bool) json.RawMessage {
			if !v {
				return nil
			}
			return json.RawMessage("true")
		},
		zero: "false",
	}
}

func boolFromJSON(b json.RawMessage) (bool, error) {
	if s := string(b); s != "true" && s != "false" {
		return false, errWrongType
	}
	return b[0] == 't', nil
}

func intCodec[T int | int64]() codec[T] {
	return codec[T]{
		fromJSON: intFromJSON[T],
		toJSON: func(v T) json.RawMessage {
			if v == 0 {
				return nil
			}
			return strconv.AppendInt(nil, int64(v), 10)
		},
		zero: "0",
	}
}

func intFromJSON[T int | int64](b json.RawMessage) (T, error) {
	n, err := strconv.ParseInt(string(b), 10, 64)
	if int64(T(n)) != n {
		err = strconv.ErrRange
	}
	return T(n), err
}

func uintCodec() codec[uint64] {
	return codec[uint64]{
		fromJSON: uintFromJSON,
		toJSON: func(v uint64) json.RawMessage {
			if v == 0 {
				return nil
			}
			return uintToJSON(v)
		},
		zero: "0",
	}
}

func uintFromJSON(b json.RawMessage) (uint64, error) { return strconv.ParseUint(string(b), 10, 64) }

func uintToJSON(v uint64) json.RawMessage { return strconv.AppendUint(nil, v, 10) }

// knownCodec is a value that is known or not, where the zero value is a fact.
func knownCodec[T any](fromJSON func(json.RawMessage) (T, error)) codec[*T] {
	return codec[*T]{
		fromJSON: func(b json.RawMessage) (*T, error) { v, err := fromJSON(b); return &v, err },
		toJSON: func(v *T) json.RawMessage {
			if v == nil {
				return nil
			}
			return marshal(*v)
		},
	}
}

func floatCodec() codec[float64] {
	return codec[float64]{
		fromJSON: floatFromJSON,
		toJSON: func(v float64) json.RawMessage {
			if v == 0 {
				return nil
			}
			return floatToJSON(v)
		},
		zero: "0",
	}
}

// floatFromJSON reads a number, or one of the three strings that stand for what
// JSON has no number for.
func floatFromJSON(b json.RawMessage) (float64, error) {
	switch string(b) {
	case `"NaN"`:
		return math.NaN(), nil
	case `"Infinity"`:
		return math.Inf(1), nil
	case `"-Infinity"`:
		return math.Inf(-1), nil
	}
	if b[0] != '-' && !isDigit(b[0]) {
		return 0, errWrongType
	}
	return strconv.ParseFloat(string(b), 64)
}

func floatToJSON(v float64) json.RawMessage {
	switch {
	case math.IsNaN(v):
		return json.RawMessage(`"NaN"`)
	case math.IsInf(v, 1):
		return json.RawMessage(`"Infinity"`)
	case math.IsInf(v, -1):
		return json.RawMessage(`"-Infinity"`)
	}
	return marshal(v)
}

func timeCodec() codec[time.Time] {
	return codec[time.Time]{
		fromJSON: timeFromJSON,
		toJSON: func(t time.Time) json.RawMessage {
			if t.IsZero() {
				return nil
			}
			return marshal(t.UTC().Format(event.TimeLayout))
		},
	}
}

func timeFromJSON(b json.RawMessage) (time.Time, error) {
	s, err := textFromJSON(b)
	if err != nil {
		return time.Time{}, err
	}
	t, err := time.Parse(time.RFC3339, s)
	return t.UTC(), err
}

func textsCodec() codec[[]string] {
	return codec[[]string]{
		fromJSON: func(b json.RawMessage) (v []string, err error) { err = json.Unmarshal(b, &v); return v, err },
		toJSON: func(v []string) json.RawMessage {
			if len(v) == 0 {
				return nil
			}
			return marshal(v)
		},
		zero: "[]",
	}
}

// rawCodec is any JSON value, kept as it is but for white space.
func rawCodec() codec[json.RawMessage] {
	return codec[json.RawMessage]{
		fromJSON: func(b json.RawMessage) (json.RawMessage, error) { return compact(b), nil },
		toJSON:   func(v json.RawMessage) json.RawMessage { return v },
	}
}
