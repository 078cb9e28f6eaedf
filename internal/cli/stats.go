package cli

import (
	"fmt"
	"math"
	"strconv"

	"github.com/spf13/cobra"

	"example.org/runshelf/event"
	"example.org/runshelf/query"
	"example.org/runshelf/shelf"
)

func newStatsCommand(a *app) *cobra.Command {
	var o eventOptions
	var by string
	var of []string
	cmd := &cobra.Command{
		Use:   "stats RUN",
		Short: "count the events of a run by type or any field",
		Long: `Counts the events of a run by event type, or by any field: how many, what share of all,
how many a second between the first and the last of all that are counted (nothing when
they share one moment), and the first and last sequence. With --of the numbers of a field are summed up for each group: least, mean, largest, spread (standard deviation) and sum.`,
		Example: `  runshelf stats latest
  runshelf stats latest --by sender --type transfer
  runshelf stats latest --by sender --of amount --where 'event_type == "transfer"'
  runshelf stats latest --by kind --type action --json`,
		Args: oneRun,
		RunE: func(_ *cobra.Command, args []string) error {
			return a.stats(args[0], by, of, &o)
		},
		ValidArgsFunction: a.completeRuns,
	}
	o.addFilters(cmd.Flags())
	cmd.Flags().StringVar(&by, "by", event.KeyType, "the `FIELD` to count by, such as sender or kind")
	cmd.Flags().StringSliceVar(&of, "of", nil, "sum up the numbers of these `FIELDS` for each group")
	o.json.add(a, cmd, "one JSON document")
	return cmd
}

// stats counts the events of one run.
func (a *app) stats(name, by string, of []string, o *eventOptions) error {
	if o.json.fields() != nil || by == "" {
		return usageErrorf("--json takes no fields here, and --by must name one")
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
	if o.json.on() {
		err = a.statsJSON(run, counts)
	} else {
		err = a.statsTable(counts)
	}
	a.broken(run, report)
	return err
}

// statsJSON prints one document. Events in no group are counted beside them.
func (a *app) statsJSON(run *shelf.Run, c *query.Counts) error {
	b := []byte(`{"format":1,"run_id":`)
	b = event.AppendValue(b, run.ID)
	b = append(b, `,"by":`...)
	b = event.AppendValue(b, c.By)
	b = append(b, `,"groups":[`...)
	for i := range c.Groups {
		b = append(b, ",\n"[1-min(i, 1):]...)
		b = appendGroup(b, &c.Groups[i], c)
	}
	b = append(b, "\n"[:min(1, len(c.Groups))]...)
	b = fmt.Appendf(b, "],\"events\":%d,\"missing\":%d,\"other\":%d}\n", c.Events, c.Missing, c.Other)
	_, err := a.out().Write(appendJSON(nil, b, a.stdoutTerminal()))
	return err
}

// appendGroup appends one group on one line.
func appendGroup(b []byte, g *query.Group, c *query.Counts) []byte {
	b = append(b, `{"value":`...)
	b = append(b, g.JSON...)
	b = fmt.Appendf(b, `,"count":%d,"first":%d,"last":%d`, g.Count, g.First, g.Last)
	if seconds := c.Seconds(); seconds > 0 {
		b = fmt.Appendf(b, `,"per_second":%s`, metric(float64(g.Count)/seconds))
	}
	if len(c.Of) > 0 {
		b = appendSummaries(append(b, `,"of":`...), c.Of, g.Of)
	}
	return append(b, '}')
}

// appendSummaries appends an object with a summary for each field. What no number
// says is null.
func appendSummaries(b []byte, fields []string, summaries []query.Summary) []byte {
	for i := range summaries {
		s := &summaries[i]
		b = append(b, "{,"[min(i, 1)])
		b = event.AppendValue(b, fields[i])
		b = fmt.Appendf(b, `:{"count":%d`, s.Count)
		for _, f := range summaryFigures(s) {
			b = fmt.Appendf(b, `,"%s":%s`, f.name, jsonFloat(f.value))
		}
		b = append(b, '}')
	}
	return append(b, '}')
}

// figure is one number with its name.
type figure struct {
	name  string
	value float64
}

// summaryFigures lists what a summary says. Without numbers all are NaN.
func summaryFigures(s *query.Summary) []figure {
	least, most, sum := s.Min, s.Max, s.Sum()
	if s.Count == 0 {
		least, most, sum = math.NaN(), math.NaN(), math.NaN()
	}
	return []figure{{"min", least}, {"mean", s.Mean()}, {"max", most}, {"stddev", s.Deviation()}, {"sum", sum}}
}

// jsonFloat is a number as JSON, null when there is none.
func jsonFloat(x float64) string {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return "null"
	}
	return strconv.FormatFloat(x, 'g', -1, 64)
}

// statsTable prints one row for each group, and what is in no group.
func (a *app) statsTable(c *query.Counts) error {
	t := table{right: map[int]bool{1: true, 2: true, 3: true, 4: true, 5: true}}
	header := []string{safe(c.By), "count", "share", "per second", "first", "last"}
	for _, field := range c.Of {
		for _, f := range summaryFigures(&query.Summary{}) {
			t.right[len(header)] = true
			header = append(header, safe(field)+" "+f.name)
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
		rate = strconv.FormatFloat(float64(g.Count)/s, 'f', 1, 64)
	}
	row := []cell{
		{text: clip(safe(g.Value), valueWidth)}, {text: grouped(g.Count)}, {text: share(g.Count, c.Events)},
		{text: rate}, {text: strconv.FormatUint(g.First, 10)}, {text: strconv.FormatUint(g.Last, 10)},
	}
	for i := range g.Of {
		for _, f := range summaryFigures(&g.Of[i]) {
			row = append(row, cell{text: orNothing(f.value)})
		}
	}
	return row
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
