package compare

import (
	"path/filepath"
	"slices"
	"testing"
)

// foreignVolatile is what differs from recording to recording in the two logs of
// another system in testdata, at several depths.
func foreignVolatile() []string {
	return []string{"timestamp", "duration_ms", "cpu_seconds", "submission_id", "created_at", "updated_at"}
}

// openTestdata opens a log of testdata.
func openTestdata(t testing.TB, name string) *Log {
	t.Helper()
	log, err := OpenFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { log.Close() })
	return log
}

func foreignEvents(t testing.TB, o Options) *Result {
	t.Helper()
	r, err := Events(openTestdata(t, "run_a.jsonl"), openTestdata(t, "run_b.jsonl"), o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// paths lists where fields stand.
func paths(fields []Field) []string {
	var all []string
	for _, f := range fields {
		all = append(all, f.Path)
	}
	return all
}

// TestForeignPair compares two logs of another system, whose first differences
// are known for each way to look at them.
func TestForeignPair(t *testing.T) {
	thinking := []string{"output_tokens", "thinking_cost", "compute_after"}
	tests := []struct {
		name                string
		options             Options
		index, lineA, lineB int64
		fields              []string
	}{
		{"six set aside", Options{Ignore: foreignVolatile()}, 13, 13, 13, thinking},
		{"the envelope set aside", Options{}, 13, 13, 13, thinking},
		{"timestamp alone", Options{Strict: true, Ignore: []string{"timestamp"}}, 13, 13, 13, thinking},
		{"nothing set aside", Options{Strict: true}, 1, 1, 1, []string{"timestamp"}},
		{"quota_set", Options{Ignore: foreignVolatile(), Only: []string{"quota_set"}}, 0, 0, 0, nil},
		{"world_init", Options{Ignore: foreignVolatile(), Only: []string{"world_init"}}, 0, 0, 0, nil},
		{"tick", Options{Ignore: foreignVolatile(), Only: []string{"tick"}}, 2, 22, 23, []string{"artifact_count"}},
		{"action", Options{Ignore: foreignVolatile(), Only: []string{"action"}}, 1, 18, 18, nil},
		{"mint", Options{Ignore: foreignVolatile(), Only: []string{"mint"}}, 1, 125, 120, []string{"principal_id", "amount", "scrip_after"}},
		{"mint_auction", Options{Ignore: foreignVolatile(), Only: []string{"mint_auction"}}, 1, 127, 122, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := foreignEvents(t, tt.options)
			if tt.index == 0 {
				if !r.Same || r.First != nil {
					t.Fatalf("they part at %+v", r.First)
				}
				return
			}
			if r.Same || r.First == nil {
				t.Fatal("no difference was found")
			}
			if d := r.First; d.Index != tt.index || d.A.Line != tt.lineA || d.B.Line != tt.lineB {
				t.Errorf("index %d, lines %d and %d; want %d, %d and %d", d.Index, d.A.Line, d.B.Line, tt.index, tt.lineA, tt.lineB)
			}
			if got := paths(r.First.Fields); tt.fields != nil && !slices.Equal(got, tt.fields) {
				t.Errorf("fields %q, want %q", got, tt.fields)
			}
		})
	}
}

func TestForeignCounts(t *testing.T) {
	r := foreignEvents(t, Options{Ignore: foreignVolatile()})
	want := []TypeCount{
		{"action", 192, 195}, {"intent_rejected", 8, 5}, {"invoke_failure", 57, 55}, {"invoke_success", 56, 56},
		{"mint", 3, 3}, {"mint_auction", 4, 4}, {"mint_auction_resolved", 3, 3}, {"mint_cancellation", 0, 1},
		{"mint_submission", 4, 4}, {"quota_set", 10, 10}, {"thinking", 192, 195}, {"tick", 40, 40}, {"world_init", 1, 1},
	}
	if !slices.Equal(r.Counts, want) {
		t.Errorf("counts %v, want %v", r.Counts, want)
	}
	if r.A.Events != 570 || r.B.Events != 572 || r.Equal+r.Changed+r.Removed != 570 || r.Equal+r.Changed+r.Added != 572 {
		t.Errorf("%+v does not add up", r)
	}
}
