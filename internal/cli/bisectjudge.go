package cli

import (
	"fmt"
	"slices"

	"example.org/runshelf/compare"
	"example.org/runshelf/query"
	"example.org/runshelf/shelf"
)

// judge tells good runs from bad ones.
type judge struct {
	good    *shelf.Run
	matcher *query.WhereMatcher // nil: the events decide
	options compare.Options
	at      *compare.Divergence // where those of the bad run part
}

// newJudge finds out what is bad about the bad run. That the good one is bad too,
// or the bad one good, is an error.
func (a *app) newJudge(good, bad *shelf.Run, where *query.Where, o *bisectOptions) (*judge, error) {
	j := &judge{good: good, options: o.compare}
	if where != nil {
		j.matcher = where.Matcher()
		return j, j.checkEnds(bad, where)
	}
	settled, err := a.settledIgnore()
	if err != nil {
		return nil, err
	}
	j.options.Ignore = append(j.options.Ignore, settled...)
	j.options.FirstOnly = true
	if good.Manifest.Kind == kindSimulation {
		// These tell of the settings themselves.
		j.options.Except = append(slices.Clone(j.options.Except), simulationStart, "simulation_end")
	}
	r, err := j.compare(bad)
	if err != nil {
		return nil, err
	}
	if j.at = r.First; j.at == nil {
		return nil, withHint(fmt.Errorf("the events of %s and %s are the same", good.ID, bad.ID), "--bad EXPR says what else is bad")
	}
	return j, nil
}

// checkEnds refuses two runs that the expression does not tell apart as it should.
func (j *judge) checkEnds(bad *shelf.Run, where *query.Where) error {
	for _, end := range []struct {
		run  *shelf.Run
		want bool
		text string
	}{{j.good, false, "%s is bad too: %s holds for it"}, {bad, true, "%s is not bad: %s does not hold for it"}} {
		match, err := j.matcher.MatchRun(end.run)
		if err != nil {
			return err
		}
		if match != end.want {
			return withHint(fmt.Errorf(end.text, end.run.ID, where), "the good run comes first, the bad one second")
		}
	}
	return nil
}

// compare compares the events of a run with those of the good one.
func (j *judge) compare(run *shelf.Run) (*compare.Result, error) {
	a, err := compare.OpenRun(j.good)
	if err != nil {
		return nil, err
	}
	defer a.Close()
	b, err := compare.OpenRun(run)
	if err != nil {
		return nil, err
	}
	defer b.Close()
	return compare.Events(a, b, j.options)
}

// outcome judges a run that has ended, and says why when it is neither good nor
// bad.
func (j *judge) outcome(run *shelf.Run) (compare.Outcome, string, error) {
	if j.matcher == nil {
		return j.byEvents(run)
	}
	match, err := j.matcher.MatchRun(run)
	switch {
	case err != nil:
		return compare.Unresolved, "", err
	case match:
		return compare.Bad, "", nil
	case run.Status == shelf.StatusCompleted || run.Status == j.good.Status:
		return compare.Good, "", nil
	}
	return compare.Unresolved, "it " + string(run.Status) + ": " + run.Manifest.Reason, nil
}

// byEvents judges a run by where its events part from those of the good one.
func (j *judge) byEvents(run *shelf.Run) (compare.Outcome, string, error) {
	r, err := j.compare(run)
	if err != nil {
		return compare.Unresolved, "", err
	}
	d := r.First
	for _, parted := range r.Parted {
		if parted.Stream == j.at.Stream {
			d = parted
		}
	}
	switch {
	case d == nil || d.Stream != j.at.Stream || d.Index > j.at.Index:
		return compare.Good, "", nil
	case d.Index == j.at.Index:
		return compare.Bad, "", nil
	}
	return compare.Unresolved, fmt.Sprintf("it parts earlier, at event %d and not %d", d.Index, j.at.Index), nil
}
