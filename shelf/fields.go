package shelf

import (
	"encoding/json"
	"errors"
	"maps"
	"math"
	"slices"
	"time"

	"example.org/runshelf/event"
)

// field joins one member of a JSON object with one field of a Go struct.
type field struct {
	key string
	// decode sets the Go field. It returns what of the value was not understood,
	// nil when all was, and the keys of what is of a wrong type.
	decode func(value json.RawMessage) (rest json.RawMessage, wrong []string)
	// encode returns the member's value, or nil to leave the member out. What
	// decode once returned as rest is given back to it.
	encode func(rest json.RawMessage) json.RawMessage
}

// decodeFields sets the fields from members. It returns the members, or parts of
// them, that were not understood, and the keys of those of a wrong type.
func decodeFields(fields []field, members []member) (extra map[string]json.RawMessage, wrong []string) {
	for _, m := range members {
		rest := m.value
		if i := slices.IndexFunc(fields, func(f field) bool { return f.key == m.key }); i >= 0 {
			var inner []string
			rest, inner = fields[i].decode(m.value)
			wrong = append(wrong, inner...)
		}
		if rest != nil {
			if extra == nil {
				extra = map[string]json.RawMessage{}
			}
			extra[m.key] = rest
		}
	}
	return extra, wrong
}

// encodeFields returns the members of the fields in their order, and then what
// else is in extra, by key.
func encodeFields(fields []field, extra map[string]json.RawMessage) []member {
	members := make([]member, 0, len(fields)+len(extra))
	known := make(map[string]bool, len(fields))
	for _, f := range fields {
		known[f.key] = true
		if value := f.encode(extra[f.key]); len(value) > 0 {
			members = append(members, member{f.key, value})
		}
	}
	for _, key := range slices.Sorted(maps.Keys(extra)) {
		if !known[key] && len(extra[key]) > 0 {
			members = append(members, member{key, extra[key]})
		}
	}
	return members
}

// presence says when a member is written.
type presence bool

const (
	always   presence = true
	whenSet  presence = false
	nullText          = "null"
)

// codec is how values of one type are read and written. fromJSON is never given
// null; toJSON returns nil for a value that means nothing.
type codec[T any] struct {
	fromJSON func(json.RawMessage) (T, error)
	toJSON   func(T) json.RawMessage
	zero     string
}

// of makes a field by a codec. Null is an absent value.
func (c codec[T]) of(key string, p *T, when presence) field {
	decode := func(value json.RawMessage) (json.RawMessage, []string) {
		if string(value) == nullText {
			return nil, nil
		}
		v, err := c.fromJSON(value)
		if err != nil {
			return value, []string{key}
		}
		*p = v
		return nil, nil
	}
	encode := func(rest json.RawMessage) json.RawMessage {
		if value := c.toJSON(*p); value != nil {
			return value
		}
		if rest == nil && when == always {
			return json.RawMessage(c.zero)
		}
		return rest
	}
	return field{key, decode, encode}
}

// plain is the codec of a type that encoding/json reads and writes as wanted.
func plain[T comparable](zero string) codec[T] {
	return codec[T]{
		fromJSON: func(b json.RawMessage) (v T, err error) { err = json.Unmarshal(b, &v); return v, err },
		toJSON: func(v T) json.RawMessage {
			if v == *new(T) {
				return nil
			}
			return marshal(v)
		},
		zero: zero,
	}
}

func textField[T ~string](key string, p *T, when presence) field {
	return plain[T](`""`).of(key, p, when)
}

func boolField(key string, p *bool) field { return plain[bool]("false").of(key, p, always) }

func intField[T int | int64 | uint64](key string, p *T, when presence) field {
	return plain[T]("0").of(key, p, when)
}

// pointerField is a value that is known or not; it is left out when it is not.
func pointerField[T bool | int | uint64](key string, p **T) field {
	c := codec[*T]{
		fromJSON: func(b json.RawMessage) (*T, error) { v := new(T); return v, json.Unmarshal(b, v) },
		toJSON: func(v *T) json.RawMessage {
			if v == nil {
				return nil
			}
			return marshal(*v)
		},
	}
	return c.of(key, p, whenSet)
}

func floatField(key string, p *float64, when presence) field {
	return codec[float64]{floatFromJSON, func(v float64) json.RawMessage {
		if v == 0 {
			return nil
		}
		return floatToJSON(v)
	}, "0"}.of(key, p, when)
}

// floatFromJSON reads a number, or one of the three strings that stand for what
// JSON has no number for.
func floatFromJSON(b json.RawMessage) (v float64, err error) {
	switch string(b) {
	case `"NaN"`:
		return math.NaN(), nil
	case `"Infinity"`:
		return math.Inf(1), nil
	case `"-Infinity"`:
		return math.Inf(-1), nil
	}
	err = json.Unmarshal(b, &v)
	return v, err
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

func timeField(key string, p *time.Time) field {
	return codec[time.Time]{timeFromJSON, timeToJSON, ""}.of(key, p, whenSet)
}

func timeFromJSON(b json.RawMessage) (time.Time, error) {
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return time.Time{}, err
	}
	t, err := time.Parse(time.RFC3339, s)
	return t.UTC(), err
}

func timeToJSON(t time.Time) json.RawMessage {
	if t.IsZero() {
		return nil
	}
	return marshal(t.UTC().Format(event.TimeLayout))
}

func textsField(key string, p *[]string, when presence) field {
	return codec[[]string]{
		fromJSON: func(b json.RawMessage) (v []string, err error) { err = json.Unmarshal(b, &v); return v, err },
		toJSON: func(v []string) json.RawMessage {
			if len(v) == 0 {
				return nil
			}
			return marshal(v)
		},
		zero: "[]",
	}.of(key, p, when)
}

// rawField is any JSON value, kept as it is.
func rawField(key string, p *json.RawMessage) field {
	return codec[json.RawMessage]{
		fromJSON: func(b json.RawMessage) (json.RawMessage, error) { return compact(b), nil },
		toJSON: func(v json.RawMessage) json.RawMessage {
			if len(v) == 0 {
				return nil
			}
			return v
		},
	}.of(key, p, whenSet)
}

// objectField is a struct with fields of its own, which begin makes ready to be
// set. It is left out while isSet says no.
func objectField(key string, isSet func() bool, begin func(), fields func() []field) field {
	decode := func(value json.RawMessage) (json.RawMessage, []string) {
		if string(value) == nullText {
			return nil, nil
		}
		members, err := splitObject(value)
		if err != nil {
			return value, []string{key}
		}
		begin()
		extra, wrong := decodeFields(fields(), members)
		for i := range wrong {
			wrong[i] = key + "." + wrong[i]
		}
		return restOf(extra), wrong
	}
	encode := func(rest json.RawMessage) json.RawMessage {
		if !isSet() {
			return rest
		}
		return appendObject(nil, encodeFields(fields(), extraOf(rest)))
	}
	return field{key, decode, encode}
}

// mapField is an object whose keys are data. A value of a wrong type concerns its
// own key only.
func mapField[V any](key string, p *map[string]V, c codec[V], when presence) field {
	decode := func(value json.RawMessage) (json.RawMessage, []string) {
		members, err := splitObject(value)
		if errors.Is(err, errNoObject) && string(value) != nullText {
			return value, []string{key}
		}
		var wrong []string
		extra := map[string]json.RawMessage{}
		values := make(map[string]V, len(members))
		for _, m := range members {
			if v, err := c.fromJSON(m.value); err == nil && string(m.value) != nullText {
				values[m.key] = v
			} else {
				extra[m.key] = m.value
				wrong = append(wrong, key+"."+m.key)
			}
		}
		*p = values
		return restOf(extra), wrong
	}
	encode := func(rest json.RawMessage) json.RawMessage {
		if len(*p) == 0 && (rest != nil || when == whenSet) {
			return rest
		}
		extra := extraOf(rest)
		if extra == nil {
			extra = map[string]json.RawMessage{}
		}
		for k, v := range *p {
			extra[k] = c.toJSON(v)
		}
		return appendObject(nil, encodeFields(nil, extra))
	}
	return field{key, decode, encode}
}

// restOf and extraOf turn what was not understood of an object into an object
// and back.
func restOf(extra map[string]json.RawMessage) json.RawMessage {
	if len(extra) == 0 {
		return nil
	}
	return appendObject(nil, encodeFields(nil, extra))
}

func extraOf(rest json.RawMessage) map[string]json.RawMessage {
	members, err := parseObject(rest)
	if err != nil {
		return nil
	}
	extra := make(map[string]json.RawMessage, len(members))
	for _, m := range members {
		extra[m.key] = m.value
	}
	return extra
}
