package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"example.org/runshelf/event"
	"example.org/runshelf/query/rules"
	"example.org/runshelf/runner"
	"example.org/runshelf/shelf"
)

// checkOptions are the flags of check.
type checkOptions struct {
	rule  string
	all   bool
	print bool
	json  bool
}

func newCheckCommand(a *app) *cobra.Command {
	var o checkOptions
	cmd := &cobra.Command{
		Use:   "check RUN",
		Short: "do the rules of a file hold for the events of a run?",
		Long: `Reads the events of a run once, in order, and checks them against the rules of a file:
conditions in the filter language that hold always, never or eventually, for the whole
run or between two events, with running sums that are kept for each key. docs/rules.md
says how such a file is written. The first event that violates a rule ends the check.

Without --rule the laws of the simulation that the run is of are taken, when it has
some; --rule economy names those of the economy. --print shows them, as a start for
rules of one's own.

The exit code is 0 when all rules hold, 1 when one does not, 2 for a rule file that is
wrong, with the place.`,
		Example: `  runshelf check latest
  runshelf check latest --rule rules.yaml
  runshelf check name:baseline --rule economy --all
  runshelf check latest --rule rules.yaml --json | jq .violations
  runshelf check --rule economy --print > rules.yaml`,
		Args: func(cmd *cobra.Command, args []string) error {
			if o.print && o.rule != "" && len(args) == 0 {
				return nil
			}
			return oneRun(cmd, args)
		},
		RunE:              func(_ *cobra.Command, args []string) error { return a.check(args, &o) },
		ValidArgsFunction: a.completeRuns,
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringVar(&o.rule, "rule", "", "the rules: a `FILE`, or the name of a simulation for its laws")
	flags.BoolVar(&o.all, "all", false, "go on behind the first violation, and show the first one of every rule")
	flags.BoolVar(&o.print, "print", false, "print the rules and check nothing")
	flags.BoolVar(&o.json, "json", false, "one JSON document")
	_ = cmd.MarkFlagFilename("rule", "yaml", "yml")
	return cmd
}

// check checks a run. An error must not look like a violation, so it is trouble.
func (a *app) check(args []string, o *checkOptions) error {
	var run *shelf.Run
	if len(args) > 0 {
		var err error
		if run, err = a.findRun(args[0]); err != nil {
			return err
		}
	}
	place, text, err := ruleFile(run, o.rule)
	if err != nil {
		return asTrouble(err)
	}
	if o.print {
		_, err := a.out().Write(text)
		return err
	}
	file, err := rules.Parse(place, text)
	if err != nil {
		return asTrouble(withHint(err, ruleHint(err)))
	}
	verdict, err := rules.Check(run, file, rules.Options{All: o.all})
	if err != nil {
		return asTrouble(err)
	}
	a.broken(run, verdict.Report)
	if verdict.Lost > 0 {
		a.warn(fmt.Sprintf("%s of %s are lost: what sums say behind them is not sure", plural(verdict.Lost, "event"), run.ID))
	}
	if err := a.showVerdict(run, file, verdict, o); err != nil {
		return err
	}
	if len(verdict.Violations) > 0 {
		return &exitError{code: exitFailed}
	}
	return nil
}

// ruleHint is what the reader of rule files knows to do about an error.
func ruleHint(err error) string {
	var wrong *rules.Error
	if errors.As(err, &wrong) {
		return wrong.Hint
	}
	return ""
}

// maxRuleFile bounds a rule file in bytes.
const maxRuleFile = 16 << 20

// ruleFile finds the rules and names their place. What is no file may be the name of
// a simulation.
func ruleFile(run *shelf.Run, name string) (place string, text []byte, err error) {
	if name != "" {
		f, err := os.Open(name)
		if err == nil {
			defer f.Close()
			text, err = io.ReadAll(io.LimitReader(f, maxRuleFile+1))
			if err == nil && len(text) > maxRuleFile {
				err = fmt.Errorf("%s is larger than a rule file can be", name)
			}
			return name, text, err
		}
		if def, unknown := runner.FindModel(name); unknown == nil && def.Laws != nil {
			return name, def.Laws, nil
		}
		return "", nil, noRules(name, err)
	}
	def, err := runner.FindModel(run.Manifest.Program.Name)
	if err != nil || def.Laws == nil || run.Manifest.Kind != kindSimulation {
		return "", nil, withHint(fmt.Errorf("there are no rules that belong to %s", run.ID), "runshelf check "+run.ID+" --rule FILE")
	}
	return def.Name, def.Laws, nil
}

// noRules says why a name leads to no rules.
func noRules(name string, err error) error {
	if !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("the rules: %w", err)
	}
	err = fmt.Errorf("there are no rules %q: neither a file nor a simulation has this name", name)
	if _, unknown := runner.FindModel(name); unknown == nil {
		err = fmt.Errorf("the simulation %s has no laws to check a run against, and there is no file %s", name, name)
	}
	return withHint(err, "--rule economy, or a file of rules as docs/rules.md says")
}

// showVerdict prints what was found.
func (a *app) showVerdict(run *shelf.Run, file *rules.File, v *rules.Verdict, o *checkOptions) error {
	if o.json {
		b := appendJSON(nil, indented(verdictJSON(run, file, v)), a.stdoutTerminal())
		_, err := a.out().Write(append(b, '\n'))
		return err
	}
	p := &page{out: a.out(), colored: a.stdoutColor()}
	for i := range v.Violations {
		writeViolation(p, file, &v.Violations[i])
	}
	verdict := "all hold"
	switch n := len(v.Violations); {
	case n == 1 && !o.all:
		verdict = "the first violation is shown"
	case n > 0:
		verdict = fmt.Sprintf("%d violated", n)
	}
	p.line(fmt.Sprintf("%s: %s, %s, %s", safe(run.ID), plural(v.Events, "event"), plural(int64(file.Rules()), "rule"), verdict))
	return p.err
}

// writeViolation shows a person one violation: the rule, the event, and why.
func writeViolation(p *page, file *rules.File, v *rules.Violation) {
	p.line(paint(p.colored, colorBold, safe(v.Rule)) + " " +
		paint(p.colored, colorFaint, safe(fmt.Sprintf("(%s, %s:%d)", v.Kind, file.Place, v.RuleLine))))
	if v.Event != nil {
		text := safe(string(v.Event))
		if e, err := event.Decode(v.Event); err == nil {
			text = string(event.AppendText(nil, e))
		}
		p.line(fmt.Sprintf("  #%d ", placeOf(v)) + text)
	}
	p.line("  " + safe(v.Message))
	p.line("")
}

// placeOf is the sequence of the violating event, or its line when it has none.
func placeOf(v *rules.Violation) uint64 {
	if v.Sequence != 0 {
		return v.Sequence
	}
	return uint64(v.Line)
}

// verdictJSON is the document of --json.
func verdictJSON(run *shelf.Run, file *rules.File, v *rules.Verdict) []byte {
	list := make([]any, 0, len(v.Violations))
	for i := range v.Violations {
		w := &v.Violations[i]
		o := event.Object{{Key: "rule", Value: w.Rule}, {Key: "kind", Value: string(w.Kind)}, {Key: "rule_line", Value: w.RuleLine}, {Key: "message", Value: w.Message}}
		if w.Event != nil {
			stored, err := decodeObject(w.Event)
			if err == nil {
				o = append(o, event.Member{Key: "sequence", Value: w.Sequence}, event.Member{Key: "line", Value: w.Line}, event.Member{Key: "event", Value: stored})
			}
		}
		list = append(list, o)
	}
	return event.AppendValue(nil, event.Object{
		{Key: "format", Value: 1}, {Key: "run_id", Value: run.ID}, {Key: "holds", Value: len(v.Violations) == 0},
		{Key: "rules", Value: file.Rules()}, {Key: "events", Value: v.Events}, {Key: "lost", Value: v.Lost}, {Key: "violations", Value: list},
	})
}
