package cli

import (
	"strings"
	"testing"
)

func TestRoffKeepsEveryCharacter(t *testing.T) {
	tests := []struct{ text, want string }{
		{"plain", "plain"},
		{"--run-id", `\-\-run\-id`},
		{`a\b`, `a\eb`},
		{"'mint*' `x` ~/ ^", `\(aqmint*\(aq \(gax\(ga \(ti/ \(ha`},
	}
	for _, tt := range tests {
		if got := roff(tt.text); got != tt.want {
			t.Errorf("roff(%q) = %q, want %q", tt.text, got, tt.want)
		}
	}
}

// A line of text is never taken for a request.
func TestManTextIsNoRequest(t *testing.T) {
	m := &manPage{}
	m.text(".TH evil\n\n'also\nplain")
	for line := range strings.SplitSeq(strings.TrimSpace(m.b.String()), "\n") {
		if strings.HasPrefix(line, "'") || strings.HasPrefix(line, ".") && line != ".PP" {
			t.Errorf("request %q", line)
		}
	}
}
