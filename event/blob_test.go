package event

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

func TestShorten(t *testing.T) {
	long := strings.Repeat("0123456789", 100)
	longer := "é\n" + strings.Repeat("abcdefghij", 200)
	body := Body{Type: "x", Attrs: []slog.Attr{
		slog.String("long", long), slog.Group("g", slog.Any("list", []any{longer, "short"})), slog.Int("n", 1),
	}}
	line := AppendLine(nil, start, 1, body)
	blob := func(s, preview string) string {
		return fmt.Sprintf(`{"$blob":"sha256:%x","bytes":%d,"preview":"%s"}`, sha256.Sum256([]byte(s)), len(s), preview)
	}
	longBlob := blob(long, long[:200])
	longerBlob := blob(longer, `é\n`+longer[3:201])
	head := string(line[:bytes.Index(line, []byte(`"long"`))])
	tests := []struct {
		name  string
		limit int
		want  string
		kept  []string
	}{
		{"fits", len(line), string(line), nil},
		{"the longest only", len(line) - 1, head + `"long":"` + long + `","g":{"list":[` + longerBlob + `,"short"]},"n":1}` + "\n", []string{longer}},
		{"both", 1200, head + `"long":` + longBlob + `,"g":{"list":[` + longerBlob + `,"short"]},"n":1}` + "\n", []string{longer, long}},
		{"cannot fit", 10, head + `"long":` + longBlob + `,"g":{"list":[` + longerBlob + `,"short"]},"n":1}` + "\n", []string{longer, long}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var kept []string
			got, err := Shorten(line, tt.limit, func(sum string, content []byte) error {
				if sum != fmt.Sprintf("%x", sha256.Sum256(content)) {
					t.Errorf("sum %s is not that of the content", sum)
				}
				kept = append(kept, string(content))
				return nil
			})
			if err != nil || string(got) != tt.want {
				t.Errorf("got %s, %v\nwant %s", got, err, tt.want)
			}
			if fmt.Sprint(kept) != fmt.Sprint(tt.kept) {
				t.Errorf("stored %q", kept)
			}
		})
	}
}

// Keys and the envelope stay whole however long they are.
func TestShortenLeavesNames(t *testing.T) {
	long := strings.Repeat("k", 5000)
	line := AppendLine(nil, start, 1, Body{Type: long, Attrs: []slog.Attr{slog.Group("g", slog.Int(long, 1))}})
	got, err := Shorten(line, 100, func(string, []byte) error { return errors.New("nothing to store") })
	if err != nil || !bytes.Equal(got, line) {
		t.Errorf("got %.200s, %v", got, err)
	}
}

func TestShortenFails(t *testing.T) {
	full := errors.New("no space left on device")
	line := AppendLine(nil, start, 1, Body{Type: "x", Attrs: []slog.Attr{slog.String("a", strings.Repeat("a", 2000))}})
	got, err := Shorten(line, 1000, func(string, []byte) error { return full })
	if !errors.Is(err, full) || !bytes.Equal(got, line) {
		t.Errorf("got %.100s, %v", got, err)
	}
	torn := line[:len(line)-100]
	if got, err := Shorten(torn, 1000, nil); err == nil || !bytes.Equal(got, torn) {
		t.Errorf("got %.100s, %v", got, err)
	}
}
