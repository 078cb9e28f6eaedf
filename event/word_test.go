package event

import (
	"strings"
	"testing"
)

func TestIsWord(t *testing.T) {
	for message, want := range map[string]bool{
		"started":                    true,
		"http.request-done":          true,
		"größer":                     true,
		strings.Repeat("x", 100):     true,
		strings.Repeat("x", 101):     false,
		"":                           false,
		"two words":                  false,
		"two\u00a0words":             false,
		"line\n":                     false,
		"bell\a":                     false,
		"word\xff":                   false,
		strings.Repeat("\u00e9", 51): false,
	} {
		if got := IsWord(message); got != want {
			t.Errorf("IsWord(%q) = %v", message, got)
		}
	}
}
