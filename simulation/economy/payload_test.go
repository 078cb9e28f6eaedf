package economy

import (
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
)

func TestPayloads(t *testing.T) {
	cases := []struct {
		content     string
		input, want int64
		err         error
	}{
		{"add 5", 2, 7, nil},
		{"mul 6; add 1", 7, 43, nil},
		{"xor 3", 5, 6, nil},
		{"mod 10", 47, 7, nil},
		{"over 100", 8, 12, nil},
		{"over 100", 0, 0, errDivision},
		{"square 1", 9, 81, nil},
		{"add 999999", 99, 95, nil},
		{"note 1 2", 0, 0, errNotExecutable},
		{"", 0, 0, errNotExecutable},
		{"add", 0, 0, errNotExecutable},
		{"add 0", 0, 0, errNotExecutable},
		{"add -1", 0, 0, errNotExecutable},
		{"add 99999999999999999999", 0, 0, errNotExecutable},
		{"launch 1", 0, 0, errNotExecutable},
		{"add 1;mul 2", 0, 0, errNotExecutable},
		{"add 1" + strings.Repeat("; add 1", maxSteps-1), 0, maxSteps, nil},
		{"add 1" + strings.Repeat("; add 1", maxSteps), 0, 0, errNotExecutable},
	}
	for _, c := range cases {
		got, err := parsePayload(c.content).run(c.input)
		if got != c.want || !errors.Is(err, c.err) {
			t.Errorf("%q on %d: %d, %v; want %d, %v", c.content, c.input, got, err, c.want, c.err)
		}
	}
}

func TestScore(t *testing.T) {
	for content, want := range map[string]int64{
		"note 1 2 3":    0,
		"add 5":         4*16 + 6,
		"mod 4":         4*4 + 6,
		"mod 1":         4*1 + 6,
		"add 1; mod 1":  4*1 + 12,
		"over 12":       4*7 + 6, // 12 6 4 3 2 1 0; the input 0 fails
		"mod 1; over 9": 12,
		"add 1; mul 2; xor 1; mod 999; square 3; over 999999": 4*16 + 36,
	} {
		if got := parsePayload(content).score(); got != want {
			t.Errorf("%q: %d, want %d", content, got, want)
		}
	}
}

func TestDraftsAreWhatTheyShouldBe(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 1000 {
		steps := 1 + r.IntN(maxSteps)
		content := draftPayload(r, steps)
		if got := parsePayload(content); len(got) != steps {
			t.Fatalf("%q has %d steps, want %d", content, len(got), steps)
		}
		if s := parsePayload(content).score(); s < 0 || s > 100 {
			t.Fatalf("%q scores %d", content, s)
		}
		if note := draftNote(r, 1+r.IntN(9)); parsePayload(note) != nil {
			t.Fatalf("%q has a payload", note)
		}
	}
}

// Any content is scored from 0 to 100, and no payload leaves its range.
func FuzzScore(f *testing.F) {
	f.Add("add 5; mul 7; over 900", int64(3))
	f.Add("note 1", int64(0))
	f.Fuzz(func(t *testing.T, content string, input int64) {
		if s := parsePayload(content).score(); s < 0 || s > 100 || s != parsePayload(content).score() {
			t.Fatalf("%q scores %d", content, s)
		}
		input = (input%payloadModulus + payloadModulus) % payloadModulus
		if v, err := parsePayload(content).run(input); err == nil && (v < 0 || v >= payloadModulus) {
			t.Fatalf("%q gives %d", content, v)
		}
	})
}
