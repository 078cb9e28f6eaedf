package query

import (
	"fmt"
	"testing"

	"example.org/runshelf/shelf"
)

// manyRuns is a shelf of so many runs.
func manyRuns(b *testing.B, n int) *shelf.Shelf {
	m := map[string]string{}
	for i := range n {
		id := fmt.Sprintf("run_20260115_%06d", i)
		m[id] = fmt.Sprintf(`{"run_id":%q,"status":"completed","started_at":"2026-01-15T12:%02d:%02d.000000Z","program":{"name":"economy","argv":["runshelf","sim","economy"]},`+
			`"config":{"model":"economy","seed":%d,"agents":12,"ticks":200},"seed":%d,"events":{"count":12345,"by_type":{"tick":200,"action":9000}},"metrics":{"gini":0.%d}}`, id, i/60%60, i%60, i, i, i)
	}
	return shelfOf(b, m)
}

func BenchmarkListTenThousand(b *testing.B) {
	s := manyRuns(b, 10_000)
	b.Run("cold", func(b *testing.B) { benchmarkList(b, s, ListOptions{}) })
	o := ListOptions{CacheDir: b.TempDir()}
	b.Run("warm", func(b *testing.B) { benchmarkList(b, s, o) })
	o.Brief = true
	b.Run("brief", func(b *testing.B) { benchmarkList(b, s, o) })
}

func benchmarkList(b *testing.B, s *shelf.Shelf, o ListOptions) {
	for b.Loop() {
		if runs, err := List(s, o); err != nil || len(runs) != 10_000 {
			b.Fatal(len(runs), err)
		}
	}
}
