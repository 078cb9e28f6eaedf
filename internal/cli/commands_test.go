package cli

import (
	"io"
	"slices"
	"testing"
)

// TestCommandsByWord shows that each command is found by its word alone, and that who
// needs all of them has them.
func TestCommandsByWord(t *testing.T) {
	of := func(args ...string) (names []string) {
		for _, c := range newRootCommand(newApp(args, nil, io.Discard, io.Discard, nil)).Commands() {
			names = append(names, c.Name())
		}
		return names
	}
	all := of()
	for _, m := range makers {
		got := of(m.word, "--help")
		if !m.all && !slices.Equal(got, []string{m.word}) {
			t.Errorf("%s alone has %q", m.word, got)
		}
		if m.all && !slices.Equal(got, all) || !slices.Contains(all, m.word) {
			t.Errorf("%s, which is about all, has %q", m.word, got)
		}
	}
	for _, args := range [][]string{{"help", "ls"}, {"--color", "never", "ls"}, {"list"}, {"lss"}, {"__complete", "ls", ""}, {"--version"}} {
		if got := of(args...); !slices.Equal(got, all) {
			t.Errorf("%q has %q, want all", args, got)
		}
	}
}
