package cli

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"example.org/runshelf/event"
	"example.org/runshelf/query"
	"example.org/runshelf/shelf"
)

func newShowCommand(a *app) *cobra.Command {
	var j jsonFlag
	cmd := &cobra.Command{
		Use:   "show RUN",
		Short: "one run: what it was, how it ended, and what it left",
		Long: `Shows one run: its manifest in words, its events by type, metrics and files, and the
command that would run it again.`,
		Example: `  runshelf show latest
  runshelf show name:baseline
  runshelf show @~1 --json | jq .config`,
		Args: func(cmd *cobra.Command, args []string) error { return oneRun(cmd, j.take(args, 1)) },
		RunE: func(_ *cobra.Command, args []string) error {
			return a.show(j.take(args, 1)[0], &j)
		},
		ValidArgsFunction: a.completeRuns,
	}
	j.add(a, cmd, "the manifest and dir as JSON, with `[FIELDS]` only of these")
	return cmd
}

// show shows one run.
func (a *app) show(name string, j *jsonFlag) error {
	if err := j.check(); err != nil {
		return err
	}
	run, err := a.findRun(name)
	if err != nil {
		return err
	}
	a.startPager()
	if j.on() {
		return a.showJSON(run, j.fields())
	}
	p := &page{out: a.out(), colored: a.stdoutColor()}
	a.showFacts(p, run)
	report := a.showCounts(p, run)
	showMetrics(p, run)
	showFiles(p, run)
	a.showCommand(p, run)
	if run.Problem != nil {
		a.warn(fmt.Sprintf("the manifest of %s: %v", run.ID, run.Problem))
	}
	a.broken(run, report)
	return p.err
}

// showJSON prints the manifest.
func (a *app) showJSON(run *shelf.Run, fields []string) error {
	if err := checkFields([]*shelf.Run{run}, fields); err != nil {
		return err
	}
	b, err := runJSON(run, fields)
	if err != nil {
		return err
	}
	b = appendJSON(nil, indented(b), a.stdoutTerminal())
	_, err = a.out().Write(append(b, '\n'))
	return err
}

// page writes a run in words. It keeps its first error.
type page struct {
	out     *bufio.Writer
	colored bool
	err     error
}

// line writes one line.
func (p *page) line(text string) {
	if _, err := p.out.WriteString(text + "\n"); p.err == nil {
		p.err = err
	}
}

// heading begins a section.
func (p *page) heading(text string) {
	p.line("")
	p.line(paint(p.colored, colorBold, text))
}

// fact writes one name and what is known of it; nothing when nothing is.
func (p *page) fact(name, text string) {
	if text != "" {
		p.line(paint(p.colored, colorFaint, fmt.Sprintf("%-10s", name)) + "  " + safe(text))
	}
}

// table writes a table under a heading.
func (p *page) table(t *table) {
	if err := t.write(p.out, p.colored, "  "); p.err == nil {
		p.err = err
	}
}

// showFacts writes the manifest in words.
func (a *app) showFacts(p *page, run *shelf.Run) {
	m := &run.Manifest
	p.line(paint(p.colored, colorBold, safe(run.ID)))
	p.line("")
	p.fact("Name", m.Name)
	status := paint(p.colored, statusColor(run.Status), string(run.Status))
	p.line(paint(p.colored, colorFaint, fmt.Sprintf("%-10s", "Status")) + "  " + status + safe(reasonText(m)))
	p.fact("Started", timeText(m))
	p.fact("Took", a.durationText(run))
	p.fact("Program", programText(m))
	p.fact("Arguments", strings.Join(quoteAll(m.Program.Argv), " "))
	p.fact("Started in", m.Program.Cwd)
	if m.Seed != nil {
		p.fact("Seed", strconv.FormatUint(*m.Seed, 10))
	}
	p.fact("Parent", m.Parent)
	p.fact("Tags", strings.Join(m.Tags, ", "))
	if m.Pinned {
		p.fact("Pinned", "yes")
	}
	for _, note := range m.Notes {
		p.fact("Note", noteText(note))
	}
	p.fact("Code", gitText(m.Git))
	p.fact("Host", hostText(m.Host))
	p.fact("Used", usageText(m.Usage))
	p.fact("Logger", loggerText(m))
	showCaptured(p, m)
	showConfig(p, m)
}

// showConfig writes the configuration in its own order.
func showConfig(p *page, m *shelf.Manifest) {
	config, err := decodeObject(m.Config)
	if err != nil || len(config) == 0 {
		return
	}
	p.heading("Configuration")
	var t table
	for _, member := range config {
		t.add(cell{text: clip(safe(member.Key), valueWidth)}, cell{text: safe(valueText(member.Value))})
	}
	p.table(&t)
}

// showCounts writes the counts by type.
func (a *app) showCounts(p *page, run *shelf.Run) query.Report {
	counts, report, err := countsOf(run, a.cacheDir())
	if err != nil {
		p.heading("Events")
		p.line("  " + safe(err.Error()))
		return report
	}
	p.heading(eventsHeading(counts, run))
	t := table{right: map[int]bool{1: true}}
	for _, g := range counts.Groups {
		t.add(cell{text: clip(safe(g.Value), valueWidth)}, cell{text: grouped(g.Count)})
	}
	p.table(&t)
	return report
}

// eventsHeading says how many events there are and how many are not.
func eventsHeading(counts *query.Counts, run *shelf.Run) string {
	heading := fmt.Sprintf("Events: %s", grouped(counts.Events))
	if dropped := run.Manifest.Events.Dropped; dropped > 0 {
		heading += fmt.Sprintf(", and %s dropped", grouped(dropped))
	}
	return heading
}

// otherTypes stands for the types that were too many to be counted by name.
const otherTypes = "(all other types)"

// countsOf returns the counts by type. The manifest's own are taken when the
// file still has the size that it was closed with; else the events are counted.
func countsOf(run *shelf.Run, cacheDir string) (*query.Counts, query.Report, error) {
	stated := &run.Manifest.Events
	events, err := run.OpenEvents()
	if err != nil {
		return nil, query.Report{}, err
	}
	size := events.Size()
	_ = events.Close() // nothing was written
	if run.Manifest.EndedAt.IsZero() || size != stated.Bytes || len(stated.ByType) == 0 {
		return query.Stats(run, event.KeyType, query.Filter{CacheDir: cacheDir})
	}
	c := &query.Counts{By: event.KeyType, Events: stated.Count}
	for eventType, n := range stated.ByType {
		if eventType == "" {
			eventType = otherTypes
		}
		c.Groups = append(c.Groups, query.Group{Value: eventType, Count: n})
	}
	slices.SortFunc(c.Groups, func(x, y query.Group) int {
		return cmp.Or(cmp.Compare(y.Count, x.Count), strings.Compare(x.Value, y.Value))
	})
	return c, query.Report{}, nil
}

// showMetrics writes the final figures by name.
func showMetrics(p *page, run *shelf.Run) {
	if len(run.Manifest.Metrics) == 0 {
		return
	}
	p.heading("Metrics")
	t := table{right: map[int]bool{1: true}}
	metrics, _ := decodeObject(run.Manifest.MetricsJSON()) // it is one
	for _, m := range metrics {
		text := fmt.Sprint(m.Value) // NaN and the infinities
		if n, ok := m.Value.(json.Number); ok {
			text = storedMetric(n)
		}
		t.add(cell{text: clip(safe(m.Key), valueWidth)}, cell{text: clip(text, valueWidth)})
	}
	p.table(&t)
}
