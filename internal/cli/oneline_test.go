package cli

import (
	"bytes"
	"strings"
	"testing"
)

// TestOneLine cuts what is drawn to the width, and passes on what only moves or
// colours.
func TestOneLine(t *testing.T) {
	for _, tt := range []struct {
		width int
		drawn []string
		want  string
	}{
		{0, []string{"\rtick 403 of 20000"}, "\rtick 403 of 20000"},
		{8, []string{"\rtick 403 of 20000\x1b[0K", "\rtick 404\x1b[0K"}, "\rtick 40\x1b[0K\rtick 40\x1b[0K"},
		{8, []string{"\x1b[1mtick", " 403\x1b[", "0m", "\r\x1b[2K", "ab"}, "\x1b[1mtick 40\x1b[0m\r\x1b[2Kab"},
		{5, []string{"██████", "\n██"}, "████\n██"},
		{1, []string{"\rabc\r"}, "\r\r"},
	} {
		var w bytes.Buffer
		o := &oneLine{w: &w, columns: func() int { return tt.width }}
		for _, part := range tt.drawn {
			if n, err := o.Write([]byte(part)); n != len(part) || err != nil {
				t.Errorf("%q: %d, %v", part, n, err)
			}
		}
		if w.String() != tt.want {
			t.Errorf("%d columns of %q: %q, want %q", tt.width, strings.Join(tt.drawn, ""), w.String(), tt.want)
		}
	}
}
