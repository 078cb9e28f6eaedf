package cli

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"example.org/runshelf/event"
	"example.org/runshelf/query"
	"example.org/runshelf/shelf"
)

// Forms of an answer; no command has all of them.
const (
	formPlot     = "plot"
	formCSV      = "csv"
	formTable    = "table"
	formMarkdown = "markdown"
	formParquet  = "parquet"
	formJSON     = "json"
)

// fewestPoints is the least number of points that a series can be thinned to.
const fewestPoints = 4

// seriesOptions are the flags of series.
type seriesOptions struct {
	events eventOptions
	x      string
	y      []string
	points int
	form   string
	json   jsonFlag
}

func newSeriesCommand(a *app) *cobra.Command {
	var o seriesOptions
	cmd := &cobra.Command{
		Use:   "series RUN --y FIELD",
		Short: "numbers of the events along a field",
		Long: `Prints numbers of the events of a run along another field, the sequence unless --x says
another: as a plot on a terminal, as CSV elsewhere. Events without any of the numbers are
passed over. With --points the series is thinned so that the smallest and the largest
numbers stay.`,
		Example: `  runshelf series latest --x tick --y price --type mint_auction
  runshelf series latest --x tick --y gini,variance --type tick -o csv > gini.csv
  runshelf series latest --y amount --where 'sender == "alpha"' --points 500 -o json`,
		Args: oneRun,
		RunE: func(_ *cobra.Command, args []string) error {
			if o.json.on() {
				o.form = formJSON
			}
			return a.series(args[0], &o)
		},
		ValidArgsFunction: a.completeRuns,
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringVar(&o.x, "x", event.KeySequence, "the `FIELD` to go along")
	flags.StringSliceVar(&o.y, "y", nil, "the `FIELD` with the numbers; may be repeated")
	flags.StringVarP(&o.form, "output", "o", "", "plot, csv, json or markdown (default: plot on a terminal, else csv)")
	flags.IntVar(&o.points, "points", 0, "at most `N` points, with the extremes among them (0: all)")
	o.json.add(a, cmd, "one JSON document, as -o json")
	cmd.MarkFlagsMutuallyExclusive("output", "json")
	o.events.addFilters(flags)
	_ = cmd.RegisterFlagCompletionFunc("output", cobra.FixedCompletions(
		[]cobra.Completion{formPlot, formCSV, formJSON, formMarkdown}, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

// check refuses what no series can be.
func (o *seriesOptions) check() error {
	switch {
	case o.json.fields() != nil:
		return withHint(usageErrorf("--json takes no fields here"), "--y names the fields")
	case len(o.y) == 0:
		return withHint(usageErrorf("series needs a field of numbers"), "runshelf series latest --y amount")
	case slices.Contains(o.y, "") || o.x == "":
		return usageErrorf("--x and --y must name fields")
	case o.points < 0 || o.points > 0 && o.points < fewestPoints:
		return usageErrorf("--points is %d, and must be 0 or at least %d", o.points, fewestPoints)
	case !slices.Contains([]string{"", formPlot, formCSV, formJSON, formMarkdown}, o.form):
		return usageErrorf("-o is %q, and must be plot, csv, json or markdown", o.form)
	}
	return nil
}

// series prints one series.
func (a *app) series(name string, o *seriesOptions) error {
	if err := o.check(); err != nil {
		return err
	}
	filter, err := o.events.filter(a)
	if err != nil {
		return asUsage(err)
	}
	run, err := a.findRun(name)
	if err != nil {
		return err
	}
	preferred := formCSV
	if a.stdoutTerminal() {
		preferred = formPlot
	}
	var report query.Report
	switch cmp.Or(o.form, preferred) {
	case formPlot:
		report, err = a.plotSeries(run, o, filter)
	case formJSON:
		report, err = a.jsonSeries(run, o, filter)
	default:
		report, err = a.rowSeries(run, o, filter)
	}
	a.broken(run, report)
	a.unknown(run, filter.Where)
	return err
}

// ask puts the question.
func (o *seriesOptions) ask(run *shelf.Run, f query.Filter, fn func(query.Point) error) (query.Report, error) {
	return query.Series(run, query.SeriesOptions{X: o.x, Y: o.y, Points: o.points}, f, fn)
}

// rowSeries prints a row for each point, nothing for what is missing. Numbers
// keep their digits.
func (a *app) rowSeries(run *shelf.Run, o *seriesOptions, f query.Filter) (query.Report, error) {
	write, flush := a.seriesRows(o.form)
	show := func(s string) string {
		if a.stdoutTerminal() || o.form == formMarkdown {
			return safe(s)
		}
		return s
	}
	var row []string
	for _, field := range append([]string{o.x}, o.y...) {
		row = append(row, show(field))
	}
	if err := write(row); err != nil {
		return query.Report{}, err
	}
	points, placed := 0, 0
	report, err := o.ask(run, f, func(p query.Point) error {
		points, placed = points+1, placed+min(1, len(p.X))
		row = append(row[:0], show(storedText(p.X)))
		for _, y := range p.Y {
			row = append(row, show(storedText(y)))
		}
		return write(row)
	})
	if err = cmp.Or(err, flush()); err == nil {
		a.sayNoPoint(o, points, placed)
	}
	return report, err
}

// seriesRows returns what prints a row, the first of which names the columns, and what
// ends the table.
func (a *app) seriesRows(form string) (write func([]string) error, flush func() error) {
	if form == formMarkdown {
		names := true
		return func(row []string) error {
			err := a.markdownRow(row, names)
			names = false
			return err
		}, func() error { return nil }
	}
	w := csv.NewWriter(a.out())
	return w.Write, func() error {
		w.Flush()
		return w.Error()
	}
}

// sayNoPoint tells that there is nothing to show, or nothing to go along: a field may
// be misspelt. Of the points placed are those with an x.
func (a *app) sayNoPoint(o *seriesOptions, points, placed int) {
	switch {
	case points == 0:
		a.say("no event has a number in " + strings.Join(o.y, ", "))
	case placed == 0:
		a.say("none of these events has a field " + o.x)
	}
}

// storedText is a stored value as a person reads it: a text itself, null and what
// is missing as nothing, anything else as JSON.
func storedText(stored []byte) string {
	if s := string(stored); s == "" || s == "null" {
		return ""
	} else if !strings.HasPrefix(s, `"`) {
		return s
	}
	v, err := event.DecodeValue(stored)
	if err != nil {
		return string(stored)
	}
	return valueText(v)
}

// jsonSeries prints one document with a line for each point.
func (a *app) jsonSeries(run *shelf.Run, o *seriesOptions, f query.Filter) (query.Report, error) {
	terminal, out := a.stdoutTerminal(), a.out()
	b := []byte(`{"format":1,"run_id":`)
	b = event.AppendValue(b, run.ID)
	b = event.AppendValue(append(b, `,"x":`...), o.x)
	for i, y := range o.y {
		b = append(b, []string{`,"y":[`, `,`}[min(i, 1)]...)
		b = event.AppendValue(b, y)
	}
	_, _ = out.Write(appendJSON(nil, append(b, `],"points":[`...), terminal))
	first, points, placed := 1, 0, 0
	report, err := o.ask(run, f, func(p query.Point) error {
		b = append(b[:0], ",\n"[first:]...)
		first, points, placed = 0, points+1, placed+min(1, len(p.X))
		b = p.AppendJSON(b)
		_, err := out.Write(appendJSON(nil, b, terminal))
		return err
	})
	if err != nil {
		return report, err
	}
	a.sayNoPoint(o, points, placed)
	_, err = fmt.Fprintf(out, "%s]}\n", "\n"[first:])
	return report, err
}
