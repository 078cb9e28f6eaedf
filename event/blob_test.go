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

// A text that is stored before it is encoded leaves the same line and the same content as
// one that is stored because its line is too long.
func TestStoreString(t *testing.T) {
	for _, text := range []string{
		strings.Repeat("plain text ", 100), strings.Repeat("\"é\"\n\\ \u2028", 100), strings.Repeat("a\xffb\xc3\x28\xed\xa0\x80", 100), strings.Repeat("\x00", 1000),
	} {
		var kept [2]string
		keep := func(i int) func(string, []byte) error {
			return func(sum string, content []byte) error {
				kept[i] = sum + string(content)
				return nil
			}
		}
		line := func(v slog.Value) []byte {
			return AppendLine(nil, start, 1, Body{Type: "x", Attrs: []slog.Attr{{Key: "text", Value: v}, slog.Int("n", 1)}})
		}
		want, err := Shorten(line(slog.StringValue(text)), 100, keep(0))
		if err != nil {
			t.Fatal(err)
		}
		v, err := StoreString(text, keep(1))
		if got := line(v); err != nil || string(got) != string(want) || kept[0] != kept[1] || kept[0] == "" {
			t.Errorf("%.20q: %v\n got %s\nwant %s\nof %.90q and %.90q", text, err, got, want, kept[1], kept[0])
		}
	}
	no := errors.New("no space")
	if v, err := StoreString("text", func(string, []byte) error { return no }); !errors.Is(err, no) || v.String() != "text" {
		t.Errorf("%v, %v", v, err)
	}
}
