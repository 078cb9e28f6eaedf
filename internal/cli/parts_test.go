package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"syscall"
	"testing"
)

func TestParts(t *testing.T) {
	full := &fs.PathError{Op: "write", Path: "logs/a/events.jsonl", Err: syscall.ENOSPC}
	lost := fmt.Errorf("7 events could not be written: %w", full)
	second := errors.New("second")
	tests := []struct {
		name string
		err  error
		want []string
	}{
		{"none", nil, nil},
		{"one", second, []string{"second"}},
		{"joined", errors.Join(lost, second), []string{lost.Error(), "second"}},
		{"wrapped", fmt.Errorf("closing logs/a/events.jsonl: %w", errors.Join(lost, second)), []string{
			"closing logs/a/events.jsonl: 7 events could not be written: write: no space left on device",
			"closing logs/a/events.jsonl: second",
		}},
		{"another path", fmt.Errorf("closing logs/b: %w", errors.Join(full)), []string{
			"closing logs/b: write logs/a/events.jsonl: no space left on device",
		}},
		{"joined twice", errors.Join(fmt.Errorf("x: %w", errors.Join(second, second)), second),
			[]string{"x: second", "x: second", "second"}},
		{"wrapped twice", fmt.Errorf("y: %w", fmt.Errorf("x: %w", errors.Join(second, full))),
			[]string{"y: x: second", "y: x: " + full.Error()}},
		{"in the middle", fmt.Errorf("x: %w, and so on", errors.Join(second, second)),
			[]string{"x: second\nsecond, and so on"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, part := range parts(tt.err) {
				got = append(got, part.Error())
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
	if all := parts(errors.Join(lost, second)); !errors.Is(all[0], syscall.ENOSPC) {
		t.Error("a part forgets what it wraps")
	}
}
