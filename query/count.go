package query

import (
	"example.org/runshelf/shelf"
)

// Count returns how many events f wants.
func Count(run *shelf.Run, f Filter) (int64, Report, error) {
	f.KeepBroken = false
	if err := f.Check(); err != nil {
		return 0, Report{}, err
	}
	events, err := run.OpenEvents()
	if err != nil {
		return 0, Report{}, err
	}
	defer events.Close()
	var report Report
	newWork := func() func(*block, *sifted) *sifted { return newSifter(f).block }
	blocks := planned(run, events, f, outlook{counts: true})
	if blocks.keep != nil && f.all() {
		c, report, err := stats(blocks, "", f, nil)
		return int64(c.Events), report, err
	}
	err = inOrderKeeping(blocks, newWork, func(b *block, r *sifted) error {
		report.add(&r.report)
		report.Matched += int64(len(r.hits))
		if b.known != nil {
			report.Lines += int64(b.known.lines)
			for _, n := range b.known.counts.all {
				report.Matched += int64(*n)
			}
		}
		return nil
	})
	return report.Matched, report, err
}
