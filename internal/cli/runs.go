package cli

import (
	"cmp"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"example.org/runshelf"
	"example.org/runshelf/event"
	"example.org/runshelf/query"
	"example.org/runshelf/shelf"
)

// findRun returns the one run that a name means.
func (a *app) findRun(name string) (*shelf.Run, error) {
	s, err := a.shelf()
	if err != nil {
		return nil, err
	}
	run, err := s.Find(name)
	if err == nil && a.ctx != nil {
		run = run.WithContext(a.ctx)
	}
	return run, noRunHint(s, name, err)
}

// noRunHint adds to a failed search what was most likely meant by the name, or that
// there is nothing to be found.
func noRunHint(s *shelf.Shelf, name string, err error) error {
	if !errors.Is(err, shelf.ErrNoRun) {
		return err
	}
	if inTrash(s, name) {
		return withHint(err, "it is in the trash; runshelf restore "+quote(name)+" brings it back")
	}
	if runs, listErr := s.Runs(); listErr == nil && len(runs) == 0 {
		return withHint(err, "there are no runs in "+s.Dir()+"; "+noRunsAdvice(s.Dir()))
	}
	for _, key := range []string{"name:", "tag:"} {
		if _, none := s.Find(key + name); none == nil {
			return withHint(err, "did you mean "+quote(key+name)+"?")
		}
	}
	return err
}

// inTrash reports whether a run of the id was removed and can be brought back.
func inTrash(s *shelf.Shelf, id string) bool {
	trashed, err := s.Trash()
	return err == nil && slices.ContainsFunc(trashed, func(t shelf.Trashed) bool { return t.Run.ID == id })
}

// noRunsAdvice is what to do about a shelf without runs: most likely it is the wrong one
// when there is one close by, below it or where the person stands.
func noRunsAdvice(dir string) string {
	for _, near := range []string{filepath.Join(dir, runshelf.DefaultLogsDir), ".", ".."} {
		if runs, err := shelf.New(near).Runs(); err == nil && len(runs) > 0 {
			return "there are some with --logs-dir " + quote(near)
		}
	}
	return "runshelf sim makes one"
}

// oneRun checks that a command got exactly one name of a run.
func oneRun(cmd *cobra.Command, args []string) error {
	switch {
	case len(args) == 0:
		return withHint(usageErrorf("%s needs the name of a run", cmd.Name()), cmd.CommandPath()+" latest")
	case len(args) > 1:
		return withHint(usageErrorf("%s takes one run, and %q is too much", cmd.Name(), args[1]),
			cmd.CommandPath()+" --help shows how")
	}
	return nil
}

// noArgs checks that a command got no words.
func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return withHint(usageErrorf("%s takes no argument, and got %q", cmd.Name(), args[0]),
		cmd.CommandPath()+" --help shows how")
}

// completeRuns offers the ids of the runs, each with a description.
func (a *app) completeRuns(_ *cobra.Command, args []string, word string) ([]cobra.Completion, cobra.ShellCompDirective) {
	s, err := a.shelf()
	if err != nil || len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	runs, err := s.Runs()
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var found []cobra.Completion
	for _, run := range append(latestRun(runs), runs...) {
		if strings.HasPrefix(run.ID, word) {
			found = append(found, cobra.CompletionWithDesc(safe(run.ID), a.describe(run)))
		}
	}
	return found, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
}

// latestRun is the newest run under the name that people type.
func latestRun(runs []*shelf.Run) []*shelf.Run {
	if len(runs) == 0 {
		return nil
	}
	newest := *runs[0]
	newest.ID = shelf.LatestLink
	return []*shelf.Run{&newest}
}

// describe says in a few words what a run is.
func (a *app) describe(run *shelf.Run) string {
	m := &run.Manifest
	words := []string{string(run.Status)}
	for _, w := range []string{m.Name, m.Program.Name} {
		if w != "" {
			words = append(words, w)
		}
	}
	if !m.StartedAt.IsZero() {
		words = append(words, localTime(m.StartedAt))
	}
	return safe(strings.Join(words, ", "))
}

// durationText is how long a run took, or has been taking; "" when nobody knows.
func (a *app) durationText(run *shelf.Run) string {
	m := &run.Manifest
	switch {
	case run.Status == shelf.StatusRunning && !m.StartedAt.IsZero():
		return shortDuration(a.now().Sub(m.StartedAt))
	case !m.EndedAt.IsZero():
		return shortDuration(time.Duration(m.DurationS * float64(time.Second)))
	}
	if newest, ok := newestEvent(run); ok {
		if d, ok := leastDuration(m, newest); ok {
			return atLeast + shortDuration(d) + ", until its newest event"
		}
	}
	return ""
}

// recordedDuration is how long the run in dir took by its manifest, which is what
// every other command says; what was measured stands in for it.
func recordedDuration(dir string, measured time.Duration) time.Duration {
	run, err := shelf.OpenRun(dir)
	if err != nil || run.Manifest.EndedAt.IsZero() {
		return measured
	}
	return time.Duration(run.Manifest.DurationS * float64(time.Second))
}

// newestEvent is the last event that a run has.
func newestEvent(run *shelf.Run) (event.Event, bool) {
	var newest event.Event
	_, err := query.Last(run, query.Filter{}, 1, func(l *query.Line) (err error) {
		newest, err = l.Decode()
		return err
	})
	return newest, err == nil
}

// leastDuration is how long a run took at least whose end nobody has recorded: as long as
// it wrote events. It is false when nobody knows that either, and for an import, whose
// events have times of their own.
func leastDuration(m *shelf.Manifest, newest event.Event) (time.Duration, bool) {
	if m.Kind == "import" || m.StartedAt.IsZero() || newest.Time.Before(m.StartedAt) {
		return 0, false
	}
	return newest.Time.Sub(m.StartedAt), true
}

// atLeast stands before what may have been more.
const atLeast = "≥"

// broken tells the person about lines that were skipped. An unfinished last line
// of a living run is no damage.
func (a *app) broken(run *shelf.Run, r query.Report) {
	n := r.Broken
	if r.Torn && run.Status == shelf.StatusRunning {
		n--
	}
	if n <= 0 {
		return
	}
	uncounted := ""
	if r.Sought {
		uncounted = "; lines without the text looked for are not counted"
	}
	a.warn(fmt.Sprintf("%s skipped in %s, the first at byte %d%s",
		plural(n, "broken line"), run.Dir, r.BrokenAt[0], uncounted))
}

// unknown tells a person of names in a condition that no event of the run has: what was
// meant is most likely a text, which the answer need not show, since two missing fields
// are equal. The log may have to be read once more, so it is done for people alone.
func (a *app) unknown(run *shelf.Run, where *query.Where) {
	if where == nil || !a.stderrTerminal() {
		return
	}
	names, _ := where.Unknown(run, a.cacheDir()) // what cannot be read was told of before
	for _, name := range names {
		a.warn(fmt.Sprintf("no event has a field %q; if it is a text, it stands in quotes", name))
	}
}

// safe is a text with nothing in it that a terminal would obey.
func safe(s string) string {
	for i := range len(s) {
		if s[i] < 0x20 || s[i] >= 0x7f {
			return string(event.AppendSafe(nil, s))
		}
	}
	return s
}

// unknown stands for what nobody knows.
const unknown = "?"

// orUnknown shows a text, or that there is none.
func orUnknown(s string) string { return cmp.Or(safe(s), unknown) }
