package shelf

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
)

// member is one member of a JSON object: its key and the bytes of its value.
type member struct {
	key   string
	value json.RawMessage
}

var errNoObject = errors.New("not a JSON object")

// checkObject reports why b is not one JSON object. Nesting deeper than
// encoding/json allows (10,000) is an error like any other.
func checkObject(b []byte) error {
	if !json.Valid(b) {
		var v json.RawMessage
		return fmt.Errorf("parsing JSON: %w", json.Unmarshal(b, &v))
	}
	if !isObject(b) {
		return errNoObject
	}
	return nil
}

// isObject reports whether valid JSON is an object.
func isObject(b []byte) bool {
	b = b[skipSpace(b, 0):]
	return len(b) > 0 && b[0] == '{'
}

// parseObject returns the members of a JSON object in their order, with the bytes
// of their values untouched. Of equal keys the last one counts.
func parseObject(b []byte) ([]member, error) {
	if err := checkObject(b); err != nil {
		return nil, err
	}
	var members []member
	at := map[string]int{}
	for key, value := range eachMember(b) {
		if i, again := at[string(key)]; again {
			members[i].value = value
			continue
		}
		at[string(key)] = len(members)
		members = append(members, member{string(key), value})
	}
	return members, nil
}

// eachMember yields the members of what is known to be a valid JSON object, each
// with its key decoded. The bytes are those of b and not copied.
func eachMember(b []byte) iter.Seq2[[]byte, json.RawMessage] {
	return func(yield func([]byte, json.RawMessage) bool) {
		i := skipSpace(b, skipSpace(b, 0)+1)
		for b[i] != '}' {
			end := endOfValue(b, i)
			key := textOf(b[i:end])
			i = skipSpace(b, skipSpace(b, end)+1) // behind the colon
			end = endOfValue(b, i)
			if !yield(key, b[i:end:end]) {
				return
			}
			if i = skipSpace(b, end); b[i] == ',' {
				i = skipSpace(b, i+1)
			}
		}
	}
}

func skipSpace(b []byte, i int) int {
	for i < len(b) && (b[i] == ' ' || b[i] == '\n' || b[i] == '\t' || b[i] == '\r') {
		i++
	}
	return i
}

// endOfValue returns where the valid value that begins at b[i] ends. It counts
// brackets and does not recurse, so that depth costs nothing.
func endOfValue(b []byte, i int) int {
	depth := 0
	for ; i < len(b); i++ {
		switch b[i] {
		case '"':
			if i = endOfString(b, i); depth == 0 {
				return i + 1
			}
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
		if depth < 0 || depth == 0 && isEnd(b[i]) {
			return i
		}
	}
	return i
}

// isEnd reports whether c comes behind a number or a word.
func isEnd(c byte) bool {
	return c == ',' || c == ':' || c == ' ' || c == '\n' || c == '\t' || c == '\r'
}

// endOfString returns the place of the quote that closes the one at b[i].
func endOfString(b []byte, i int) int {
	for i++; b[i] != '"'; i++ {
		if b[i] == '\\' {
			i++
		}
	}
	return i
}

// textOf decodes a JSON string that is known to be valid. Most are plain and are
// not copied.
func textOf(b []byte) []byte {
	if isPlain(b) {
		return b[1 : len(b)-1]
	}
	var s string
	_ = json.Unmarshal(b, &s) // it is valid
	return []byte(s)
}

// isPlain reports whether the bytes of a JSON string mean themselves.
func isPlain(b []byte) bool {
	for _, c := range b {
		if c >= 0x80 || c == '\\' {
			return false
		}
	}
	return true
}

// marshal encodes v without escaping <, > and &. Only values that cannot fail
// come here.
func marshal(v any) json.RawMessage {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		panic("shelf: encoding a manifest value: " + err.Error())
	}
	return bytes.TrimSuffix(buf.Bytes(), []byte("\n"))
}

// appendObject writes members as one JSON object on one line.
func appendObject(dst []byte, members []member) []byte {
	dst = append(dst, '{')
	for i, m := range members {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, marshal(m.key)...)
		dst = append(dst, ':')
		dst = append(dst, m.value...)
	}
	return append(dst, '}')
}
