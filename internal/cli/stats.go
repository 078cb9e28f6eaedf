package cli

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/spf13/cobra"

	"example.org/runshelf/event"
	"example.org/runshelf/query"
	"example.org/runshelf/shelf"
)

func newStatsCommand(a *app) *cobra.Command {
	var o eventOptions
	var by, form string
	var of []string
	cmd := &cobra.Command{
		Use:   "stats RUN",
		Short: "count the events of a run by type or any field",
		Long: `Counts the events of a run by event type, or by any field: how many, what share of all,
how many a second between the first and the last of all that are counted (nothing when
they share one moment), and the first and last sequence. With --of the numbers of a field
are summed up for each group: least, mean, largest, spread (standard deviation) and sum.`,
		Example: `  runshelf stats latest
  runshelf stats latest --by sender --type transfer
  runshelf stats latest --by sender --of amount --where 'event_type == "transfer"'
  runshelf stats latest --by kind --type action --json
  runshelf stats latest -o markdown`,
		Args: oneRun,
		RunE: func(_ *cobra.Command, args []string) error {
			if o.json.on() {
				form = formJSON
			}
			return a.stats(args[0], by, form, of, &o)
		},
		ValidArgsFunction: a.completeRuns,
	}
	o.addFilters(cmd.Flags())
	cmd.Flags().StringVar(&by, "by", event.KeyType, "the `FIELD` to count by, such as sender or kind")
	cmd.Flags().StringSliceVar(&of, "of", nil, "sum up the numbers of these `FIELDS` for each group")
	cmd.Flags().StringVarP(&form, "output", "o", formTable, "table, csv, json or markdown")
	o.json.add(a, cmd, "one JSON document, as -o json")
	cmd.MarkFlagsMutuallyExclusive("output", "json")
	_ = cmd.RegisterFlagCompletionFunc("output", cobra.FixedCompletions(
		[]cobra.Completion{formTable, formCSV, formJSON, formMarkdown}, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

// stats counts the events of one run.
func (a *app) stats(name, by, form string, of []string, o *eventOptions) error {
	if o.json.fields() != nil || by == "" {
		return usageErrorf("--json takes no fields here, and --by must name one")
	}
	if !slices.Contains([]string{formTable, formCSV, formJSON, formMarkdown}, form) {
		return usageErrorf("-o is %q, and must be table, csv, json or markdown", form)
	}
	filter, err := o.filter(a)
	if err != nil {
		return asUsage(err)
	}
	run, err := a.findRun(name)
	if err != nil {
		return err
	}
	counts, report, err := query.Stats(run, by, filter, of...)
	if err != nil {
		return err
	}
	switch form {
	case formJSON:
		err = a.statsJSON(run, counts)
	case formTable:
		err = a.statsTable(counts)
	default:
		err = a.statsRows(form, counts)
	}
	a.broken(run, report)
	a.unknown(run, filter.Where)
	return err
}

// statsJSON prints one document.
func (a *app) statsJSON(run *shelf.Run, c *query.Counts) error {
	b := c.AppendJSON(nil, run.ID, 0)
	_, err := a.out().Write(appendJSON(nil, b, a.stdoutTerminal()))
	return err
}

// statsTable prints one row for each group, and what is in no group.
func (a *app) statsTable(c *query.Counts) error {
	t := table{right: map[int]bool{1: true, 2: true, 3: true, 4: true, 5: true}}
	header := []string{safe(c.By), "count", "share", "per second", "first", "last"}
	for _, field := range c.Of {
		for _, f := range new(query.Summary).Figures() {
			t.right[len(header)] = true
			header = append(header, safe(field)+" "+f.Name)
		}
	}
	t.header(header...)
	for i := range c.Groups {
		t.add(groupRow(&c.Groups[i], c)...)
	}
	addRest(&t, "(without it)", c.Missing, c.Events)
	addRest(&t, "(other values)", c.Other, c.Events)
	return t.write(a.out(), a.stdoutColor(), "")
}

// addRest adds a row for events that are in no group, when there are any.
func addRest(t *table, name string, n, all uint64) {
	if n > 0 {
		t.add(cell{name, colorFaint}, cell{text: grouped(n)}, cell{text: share(n, all)}, cell{}, cell{}, cell{})
	}
}

// groupRow is one group as a row.
func groupRow(g *query.Group, c *query.Counts) []cell {
	rate := ""
	if s := c.Seconds(); s > 0 {
		rate = rateText(float64(g.Count) / s)
	}
	row := []cell{
		{text: clip(safe(g.Value), valueWidth)}, {text: grouped(g.Count)}, {text: share(g.Count, c.Events)},
		{text: rate}, {text: strconv.FormatUint(g.First, 10)}, {text: strconv.FormatUint(g.Last, 10)},
	}
	for i := range g.Of {
		for _, f := range g.Of[i].Figures() {
			row = append(row, cell{text: orNothing(f.Value)})
		}
	}
	return row
}

// rateText is how many a second, with two digits of meaning also when they are few.
func rateText(rate float64) string {
	if rate < 0.1 {
		return strconv.FormatFloat(rate, 'g', 2, 64)
	}
	return strconv.FormatFloat(rate, 'f', 1, 64)
}

// orNothing shows a figure, or nothing where there is none.
func orNothing(x float64) string {
	if math.IsNaN(x) {
		return ""
	}
	return metric(x)
}

// share is a part of all in per cent.
func share(n, all uint64) string { return fmt.Sprintf("%.1f%%", 100*float64(n)/float64(max(all, 1))) }
