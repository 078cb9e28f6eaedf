package event

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
	"unsafe"
)

// previewRunes is how much of a stored string stays in the line, in characters.
const previewRunes = 200

// span is the place of a string value in a line, quotes included.
type span struct{ start, end int }

// Shorten brings an encoded line within limit bytes by storing long strings
// elsewhere. The longest goes first, then the next, until the line fits: what
// stays is never longer than what went. In its place stands
//
//	{"$blob":"sha256:…","bytes":N,"preview":"first 200 characters"}
//
// and store gets the whole text, in UTF-8, with the hexadecimal SHA-256 of it.
// store may be called with the same text again; it must not keep content. Keys,
// the envelope's own values and strings that the replacement would not make
// shorter stay, so a line without long strings may remain longer than the
// limit. When store fails, or line is not JSON, the line is returned unchanged
// with the error: nothing is ever cut away. A line that fits is returned as it
// is.
func Shorten(line []byte, limit int, store func(sum string, content []byte) error) ([]byte, error) {
	if len(line) <= limit {
		return line, nil
	}
	text := unsafe.String(unsafe.SliceData(line), len(line)) // nobody changes it meanwhile
	spans, err := longValues(text)
	if err != nil {
		return line, fmt.Errorf("shortening an event: %w", err)
	}
	slices.SortStableFunc(spans, func(a, b span) int { return cmp.Compare(b.end-b.start, a.end-a.start) })
	size, chosen := len(line), map[span][]byte{}
	for _, s := range spans {
		if size <= limit {
			break
		}
		marker, err := storeBlob(text[s.start+1:s.end-1], s.end-s.start, store)
		if err != nil {
			return line, err
		}
		if marker != nil {
			chosen[s] = marker
			size -= s.end - s.start - len(marker)
		}
	}
	if len(chosen) == 0 {
		return line, nil
	}
	return replaceSpans(text, chosen), nil
}

// StoreString stores a text and returns the value that stands in for it in a line, as
// [Shorten] does with one that is longer by itself than the line may be. It spares
// whoever has such a text to have it encoded first. When store fails the value is the
// text, with the error.
func StoreString(text string, store func(sum string, content []byte) error) (slog.Value, error) {
	content := validText(text)
	sum := digestOf(content)
	if err := store(sum, content); err != nil {
		return slog.StringValue(text), fmt.Errorf("storing a string of %d bytes: %w", len(content), err)
	}
	return slog.AnyValue(raw(markerOf(sum, content))), nil
}

// validText returns the bytes of a text as a reader of the line would see them.
func validText(text string) []byte {
	if utf8.ValidString(text) {
		return viewOf(text)
	}
	out := make([]byte, 0, len(text)+len(text)/8)
	for _, r := range text {
		out = utf8.AppendRune(out, r)
	}
	return out
}

// viewOf returns the bytes of a text, which must not be changed, without a copy.
func viewOf(text string) []byte { return unsafe.Slice(unsafe.StringData(text), len(text)) }

// storeBlob stores the string that is escaped as inside and returns what stands
// in for it, or nil when that is not shorter than size.
func storeBlob(inside string, size int, store func(string, []byte) error) ([]byte, error) {
	content := viewOf(inside)
	if strings.IndexByte(inside, '\\') >= 0 || !utf8.ValidString(inside) {
		content, _ = appendUnescaped(make([]byte, 0, len(inside)), inside)
	}
	sum := digestOf(content)
	marker := markerOf(sum, content)
	if len(marker) >= size {
		return nil, nil
	}
	if err := store(sum, content); err != nil {
		return nil, fmt.Errorf("storing a string of %d bytes: %w", len(content), err)
	}
	return marker, nil
}

func digestOf(content []byte) string {
	hash := sha256.Sum256(content)
	return hex.EncodeToString(hash[:])
}

// leastMarker is the length of the shortest marker there can be.
const leastMarker = len(`{"$blob":"sha256:","bytes":0,"preview":""}`) + 2*sha256.Size

// markerOf is what stands in a line for a text that is stored elsewhere.
func markerOf(sum string, content []byte) []byte {
	marker := append([]byte(`{"$blob":"sha256:`), sum...)
	marker = append(marker, `","bytes":`...)
	marker = strconv.AppendInt(marker, int64(len(content)), 10)
	marker = append(marker, `,"preview":`...)
	marker = appendString(marker, string(firstRunes(content, previewRunes)))
	return append(marker, '}')
}

// firstRunes returns the first n characters of valid UTF-8.
func firstRunes(b []byte, n int) []byte {
	end := 0
	for ; n > 0 && end < len(b); n-- {
		_, size := utf8.DecodeRune(b[end:])
		end += size
	}
	return b[:end]
}

func replaceSpans(text string, markers map[span][]byte) []byte {
	spans := make([]span, 0, len(markers))
	for s := range markers {
		spans = append(spans, s)
	}
	slices.SortFunc(spans, func(a, b span) int { return cmp.Compare(a.start, b.start) })
	var out []byte
	at := 0
	for _, s := range spans {
		out = append(append(out, text[at:s.start]...), markers[s]...)
		at = s.end
	}
	return append(out, text[at:]...)
}

// longValues finds the strings of a line that are neither keys nor values of
// the envelope, and may be longer than what would stand in for them. A string is a key
// when a colon follows.
func longValues(text string) ([]span, error) {
	var spans []span
	p := parser{text: text}
	key := ""
	for p.at < len(text) {
		switch text[p.at] {
		case '{', '[':
			p.open++
		case '}', ']':
			p.open--
		case '"':
			s := span{start: p.at}
			end, _, _, ok := stringEnd(text, p.at+1)
			if !ok {
				return nil, p.fail("a string does not end")
			}
			s.end, p.at = end+1, end+1
			if p.space(); p.peek() == ':' {
				key = text[s.start+1 : s.end-1]
			} else if s.end-s.start > leastMarker && (p.open > 1 || !isReserved(key)) {
				spans = append(spans, s)
			}
			continue
		}
		p.at++
	}
	return spans, nil
}
