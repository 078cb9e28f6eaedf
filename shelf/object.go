package shelf

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// member is one member of a JSON object: its key and the bytes of its value.
type member struct {
	key   string
	value json.RawMessage
}

var errNoObject = errors.New("not a JSON object")

// parseObject splits a JSON object into its members, in their order and with the
// bytes of their values untouched. Of equal keys the last one counts. Nesting
// deeper than encoding/json allows (10,000) is an error like any other.
func parseObject(b []byte) ([]member, error) {
	var whole json.RawMessage
	if err := json.Unmarshal(b, &whole); err != nil {
		return nil, fmt.Errorf("parsing JSON: %w", err)
	}
	return splitObject(b)
}

// splitObject is parseObject for what is known to be valid JSON.
func splitObject(b []byte) ([]member, error) {
	b = bytes.TrimSpace(b)
	if len(b) == 0 || b[0] != '{' {
		return nil, errNoObject
	}
	var members []member
	seen := map[string]int{}
	for i := skipSpace(b, 1); b[i] != '}'; {
		end := endOfValue(b, i)
		key := textOf(b[i:end])
		i = skipSpace(b, skipSpace(b, end)+1) // the colon
		end = endOfValue(b, i)
		if at, again := seen[key]; again {
			members[at].value = b[i:end]
		} else {
			seen[key] = len(members)
			members = append(members, member{key, b[i:end]})
		}
		if i = skipSpace(b, end); b[i] == ',' {
			i = skipSpace(b, i+1)
		}
	}
	return members, nil
}

func skipSpace(b []byte, i int) int {
	for i < len(b) && (b[i] == ' ' || b[i] == '\n' || b[i] == '\t' || b[i] == '\r') {
		i++
	}
	return i
}

// endOfValue returns where the value that begins at b[i] ends. It counts
// brackets and does not recurse, so that depth costs nothing.
func endOfValue(b []byte, i int) int {
	depth := 0
	for ; i < len(b); i++ {
		switch b[i] {
		case '"':
			i = endOfString(b, i)
			if depth == 0 {
				return i + 1
			}
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth <= 0 {
				return i + 1 + depth
			}
		case ',', ':', ' ', '\n', '\t', '\r':
			if depth == 0 {
				return i
			}
		}
	}
	return i
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

// textOf decodes a JSON string that is known to be valid.
func textOf(b []byte) string {
	if bytes.IndexByte(b, '\\') < 0 && isASCII(b) {
		return string(b[1 : len(b)-1])
	}
	var s string
	_ = json.Unmarshal(b, &s) // it is valid
	return s
}

func isASCII(b []byte) bool {
	for _, c := range b {
		if c >= 0x80 {
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
