package shelf

import (
	"encoding/json"
	"maps"
	"slices"
)

// field joins one member of a JSON object with one field of the Go struct O. A
// table of them is made once and shared: listing a shelf decodes thousands of
// manifests.
type field[O any] struct {
	key string
	// decode sets the Go field. It returns what of the value was not understood,
	// nil when all was, and the keys of what is of a wrong type.
	decode func(o *O, value json.RawMessage) (rest json.RawMessage, wrong []string)
	// encode returns the member's value, or nil to leave the member out. What
	// decode once returned as rest is given back to it.
	encode func(o *O, rest json.RawMessage) json.RawMessage
}

// decodeFields sets the fields of o from a valid JSON object. It returns the
// members, or parts of them, that were not understood, and the keys of those of a
// wrong type.
func decodeFields[O any](o *O, fields []field[O], object []byte) (extra map[string]json.RawMessage, wrong []string) {
	for key, value := range eachMember(object) {
		rest, inner := decodeMember(o, fields, key, value)
		wrong = append(wrong, inner...)
		if rest == nil {
			continue
		}
		if extra == nil {
			extra = map[string]json.RawMessage{}
		}
		extra[string(key)] = compact(rest)
	}
	return extra, wrong
}

func decodeMember[O any](o *O, fields []field[O], key []byte, value json.RawMessage) (json.RawMessage, []string) {
	for i := range fields {
		if fields[i].key == string(key) {
			return fields[i].decode(o, value)
		}
	}
	return value, nil
}

// encodeFields returns the members of the fields in their order, and then what
// else is in extra, by key.
func encodeFields[O any](o *O, fields []field[O], extra map[string]json.RawMessage) []member {
	members := make([]member, 0, len(fields)+len(extra))
	known := make(map[string]bool, len(fields))
	for _, f := range fields {
		known[f.key] = true
		if value := f.encode(o, extra[f.key]); len(value) > 0 {
			members = append(members, member{f.key, value})
		}
	}
	for _, m := range sortedMembers(extra) {
		if !known[m.key] && len(m.value) > 0 {
			members = append(members, m)
		}
	}
	return members
}

func sortedMembers(values map[string]json.RawMessage) []member {
	members := make([]member, 0, len(values))
	for _, key := range slices.Sorted(maps.Keys(values)) {
		members = append(members, member{key, values[key]})
	}
	return members
}

// presence says when a member is written.
type presence bool

const (
	always  presence = true
	whenSet presence = false
)

// codec is how values of one type are read and written. fromJSON gets a valid
// value that is not null; toJSON returns nil for a value that means nothing.
type codec[T any] struct {
	fromJSON func(json.RawMessage) (T, error)
	toJSON   func(T) json.RawMessage
	zero     string
}

// fieldOf makes a field by a codec. Null is an absent value.
func fieldOf[O, T any](key string, at func(*O) *T, c codec[T], when presence) field[O] {
	decode := func(o *O, value json.RawMessage) (json.RawMessage, []string) {
		if isNull(value) {
			return nil, nil
		}
		v, err := c.fromJSON(value)
		if err != nil {
			return value, []string{key}
		}
		*at(o) = v
		return nil, nil
	}
	encode := func(o *O, rest json.RawMessage) json.RawMessage {
		if value := c.toJSON(*at(o)); value != nil {
			return value
		}
		if rest == nil && when == always {
			return json.RawMessage(c.zero)
		}
		return rest
	}
	return field[O]{key, decode, encode}
}

// objectField is a struct with fields of its own. It is left out while at says
// that there is none; begin makes one to decode into.
func objectField[O, S any](key string, at, begin func(*O) *S, fields []field[S]) field[O] {
	decode := func(o *O, value json.RawMessage) (json.RawMessage, []string) {
		if isNull(value) {
			return nil, nil
		}
		if !isObject(value) {
			return value, []string{key}
		}
		extra, wrong := decodeFields(begin(o), fields, value)
		for i := range wrong {
			wrong[i] = key + "." + wrong[i]
		}
		return restOf(extra), wrong
	}
	encode := func(o *O, rest json.RawMessage) json.RawMessage {
		s := at(o)
		if s == nil {
			return rest
		}
		return appendObject(nil, encodeFields(s, fields, extraOf(rest)))
	}
	return field[O]{key, decode, encode}
}

// pointerField is an object that is known or not.
func pointerField[O, S any](key string, at func(*O) **S, fields []field[S]) field[O] {
	begin := func(o *O) *S { *at(o) = new(S); return *at(o) }
	return objectField(key, func(o *O) *S { return *at(o) }, begin, fields)
}

// mapField is an object whose keys are data. A value of a wrong type concerns its
// own key only. A number with digits that V does not hold, such as an integer beyond
// 2^53 among floats, is understood, and as it is stored it is a rest as well: so it is
// written again as long as nobody sets another.
func mapField[O any, V comparable](key string, at func(*O) *map[string]V, c codec[V], when presence) field[O] {
	decode := func(o *O, value json.RawMessage) (rest json.RawMessage, wrong []string) {
		if isNull(value) {
			return nil, nil
		}
		if !isObject(value) {
			return value, []string{key}
		}
		values, extra := decodeMap(value, c)
		for _, m := range sortedMembers(extra) {
			if _, understood := values[m.key]; !understood {
				wrong = append(wrong, key+"."+m.key)
			}
		}
		*at(o) = values
		return restOf(extra), wrong
	}
	encode := func(o *O, rest json.RawMessage) json.RawMessage {
		if len(*at(o)) == 0 && (rest != nil && !isObject(rest) || rest == nil && when == whenSet) {
			return rest
		}
		value := encodeMap(*at(o), extraOf(rest), c)
		if string(value) == "{}" && when == whenSet {
			return nil
		}
		return value
	}
	return field[O]{key, decode, encode}
}

func decodeMap[V any](object json.RawMessage, c codec[V]) (values map[string]V, extra map[string]json.RawMessage) {
	values = map[string]V{}
	for key, value := range eachMember(object) {
		if v, err := c.fromJSON(value); err == nil && !isNull(value) {
			values[string(key)] = v
			if c.keepsDigits(v, value) {
				continue
			}
		}
		if extra == nil {
			extra = map[string]json.RawMessage{}
		}
		extra[string(key)] = compact(value)
	}
	return values, extra
}

// keepsDigits reports whether a value is written with all the digits it was read with. A
// float keeps the first fifteen.
func (c codec[V]) keepsDigits(v V, stored json.RawMessage) bool {
	return len(stored) <= 15 || string(c.toJSON(v)) == string(stored)
}

func encodeMap[V comparable](values map[string]V, extra map[string]json.RawMessage, c codec[V]) json.RawMessage {
	all := make(map[string]json.RawMessage, len(values)+len(extra))
	for k, v := range values {
		all[k] = c.toJSON(v)
	}
	for k, stored := range extra {
		read, err := c.fromJSON(stored)
		now, set := values[k]
		if understood := err == nil && !isNull(stored); understood && read == now && set || !understood && !set {
			all[k] = stored
		}
	}
	return appendObject(nil, sortedMembers(all))
}

func isNull(value json.RawMessage) bool { return string(value) == "null" }

// restOf and extraOf turn what was not understood of an object into an object
// and back.
func restOf(extra map[string]json.RawMessage) json.RawMessage {
	if len(extra) == 0 {
		return nil
	}
	return appendObject(nil, sortedMembers(extra))
}

func extraOf(rest json.RawMessage) map[string]json.RawMessage {
	if checkObject(rest) != nil {
		return nil
	}
	extra := map[string]json.RawMessage{}
	for key, value := range eachMember(rest) {
		extra[string(key)] = value
	}
	return extra
}
