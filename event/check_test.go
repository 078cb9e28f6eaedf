package event

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"
)

// checkLine fails the test unless b is one line of strict JSON: an object whose
// keys at top level are unique, in UTF-8, with one line end at its end.
func checkLine(t *testing.T, b []byte) {
	t.Helper()
	if !json.Valid(b) {
		t.Fatalf("not JSON: %.1000q", b)
	}
	if !utf8.Valid(b) {
		t.Fatalf("not UTF-8: %.1000q", b)
	}
	if bytes.Count(b, []byte("\n")) != 1 || b[len(b)-1] != '\n' {
		t.Fatalf("not one line: %.1000q", b)
	}
	for _, c := range b[:len(b)-1] {
		if c < 0x20 {
			t.Fatalf("a control byte %#x in %.1000q", c, b)
		}
	}
	seen := map[string]bool{}
	for _, key := range topKeys(t, b) {
		if seen[key] {
			t.Fatalf("key %q twice in %.1000q", key, b)
		}
		seen[key] = true
	}
}

// topKeys returns the keys of an object as encoding/json reads them.
func topKeys(t *testing.T, b []byte) []string {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(b))
	if _, err := d.Token(); err != nil {
		t.Fatal(err)
	}
	var keys []string
	for d.More() {
		key, err := d.Token()
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, key.(string))
		var skipped json.RawMessage
		if err := d.Decode(&skipped); err != nil {
			t.Fatal(err)
		}
	}
	return keys
}

// plainValue turns what DecodeValue gives into what encoding/json gives with
// UseNumber.
func plainValue(v any) any {
	switch x := v.(type) {
	case Object:
		m := map[string]any{}
		for _, member := range x {
			m[member.Key] = plainValue(member.Value)
		}
		return m
	case []any:
		list := make([]any, len(x))
		for i := range x {
			list[i] = plainValue(x[i])
		}
		return list
	}
	return v
}

// referenceValue is what encoding/json reads.
func referenceValue(b []byte) (any, error) {
	if !json.Valid(b) {
		return nil, &SyntaxError{}
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	var v any
	err := d.Decode(&v)
	return v, err
}

// nested returns depth arrays, one in the other.
func nested(depth int) string { return strings.Repeat("[", depth) + strings.Repeat("]", depth) }
