package query

import (
	"fmt"
	"strings"
	"testing"
)

func TestOrder(t *testing.T) {
	var entries []Entry
	for i, value := range []string{`"b"`, `10`, `null`, `9`, `"a"`, `""`, `12345678901234567891`, `12345678901234567890`, `1e1`} {
		entries = append(entries, Entry{ID: fmt.Sprint(i), JSON: []byte(`{"config":{"x":` + value + `}}`)})
	}
	entries = append(entries, Entry{ID: "none", JSON: []byte(`{}`)})
	ids := func() string {
		var b strings.Builder
		for _, e := range entries {
			b.WriteString(e.ID + " ")
		}
		return strings.TrimSpace(b.String())
	}
	for _, tt := range []struct {
		descending bool
		want       string
	}{{false, "3 1 8 7 6 4 0 2 5 none"}, {true, "0 4 6 7 1 8 3 2 5 none"}} {
		Order(entries, "config.x", tt.descending)
		if got := ids(); got != tt.want {
			t.Errorf("descending %t: %s, want %s", tt.descending, got, tt.want)
		}
	}
}
