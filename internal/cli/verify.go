package cli

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"example.org/runshelf/event"
	"example.org/runshelf/shelf"
)

// verifyOptions are the flags of verify.
type verifyOptions struct {
	json  jsonFlag
	quiet bool
}

func newVerifyCommand(a *app) *cobra.Command {
	var o verifyOptions
	cmd := &cobra.Command{
		Use:   "verify [RUN...]",
		Short: "is every byte as it was written?",
		Long: `Reads runs from their first byte to their last, without an argument all of the shelf, and
says what that proves:

  intact     every byte is as the writer, or the last repair, sealed it
  gap        intact, and all losses are accounted for by log_gap events
  unsealed   sound, but no digest seals it: the run lives, was killed, has no manifest
             or was to leave the digest out
  truncated  the end is missing
  damaged    bytes are not as they were written

Each fault is named with its place, and so are the lines of a wrapped program that became no
events: those that it left in its side channel, and those of its output that a killed exec
had kept and not recorded yet. Its output has no digest: said is where it is not as long any
more as when the run ended. The exit code is 1 when a run is damaged or truncated.`,
		Example: `  runshelf verify
  runshelf verify latest
  runshelf verify latest --json
  runshelf verify -q | xargs -r -n 1 runshelf repair`,
		RunE: func(_ *cobra.Command, args []string) error { return a.verify(&o, args) },
		ValidArgsFunction: func(cmd *cobra.Command, _ []string, word string) ([]cobra.Completion, cobra.ShellCompDirective) {
			return a.completeRuns(cmd, nil, word)
		},
	}
	o.json.add(a, cmd, "one JSON document")
	cmd.Flags().BoolVarP(&o.quiet, "quiet", "q", false, "only the ids of runs that are damaged or truncated")
	cmd.MarkFlagsMutuallyExclusive("json", "quiet")
	return cmd
}

// verify verifies the runs that the words name.
func (a *app) verify(o *verifyOptions, names []string) error {
	if o.json.fields() != nil {
		return usageErrorf("--json takes no fields here")
	}
	runs, err := a.runsNamed(names)
	if err != nil {
		return err
	}
	var results []*shelf.Verification
	failed := false
	for _, run := range runs {
		v, err := run.Verify()
		if len(names) == 0 && errors.Is(err, shelf.ErrNoRun) {
			continue // it was on the shelf when that was listed
		}
		if err != nil {
			a.complain(err) // one run that cannot be read does not stop the others
			failed = true
			continue
		}
		failed = failed || !v.Verdict.Sound()
		results = append(results, v)
	}
	if len(results) == 0 && failed && !o.json.on() {
		return &exitError{code: exitFailed} // all has been said
	}
	if err := a.showVerified(o, results); err != nil || !failed {
		return err
	}
	return &exitError{code: exitFailed}
}

// runsNamed returns the runs of the names, without a name all, each once.
func (a *app) runsNamed(names []string) ([]*shelf.Run, error) {
	s, err := a.shelf()
	if err != nil {
		return nil, err
	}
	if len(names) == 0 {
		return s.Runs()
	}
	var runs []*shelf.Run
	seen := map[string]bool{}
	for _, name := range names {
		run, err := s.Find(name)
		if err != nil {
			return nil, noRunHint(s, name, err)
		}
		if !seen[run.Dir] {
			runs = append(runs, run)
		}
		seen[run.Dir] = true
	}
	return runs, nil
}

func (a *app) showVerified(o *verifyOptions, results []*shelf.Verification) error {
	switch {
	case o.json.on():
		return a.verifyJSON(results)
	case o.quiet:
		for _, v := range results {
			if !v.Verdict.Sound() {
				fmt.Fprintln(a.out(), safe(v.RunID)) // the buffer keeps an error for finish
			}
		}
		return nil
	}
	return a.verifyTable(results)
}

// verifyJSON prints one document.
func (a *app) verifyJSON(results []*shelf.Verification) error {
	b := []byte(`{"format":1,"runs":[`)
	for i, v := range results {
		b = append(b, ",\n"[1-min(i, 1):]...)
		b = append(b, `{"run_id":`...)
		b = event.AppendValue(b, v.RunID)
		b = append(b, `,"dir":`...)
		b = event.AppendValue(b, v.Dir)
		b = fmt.Appendf(b, `,"verdict":"%s","faults":[`, v.Verdict)
		for j, f := range v.Faults {
			b = append(b, ",\n"[1-min(j, 1):]...)
			b = appendFault(b, f)
		}
		b = appendUnrecorded(append(b, ']'), v.Unrecorded)
		b = append(appendOutputs(b, v.Outputs), '}')
	}
	b = append(b, "\n"[:min(1, len(results))]...)
	b = append(b, "]}\n"...)
	_, err := a.out().Write(appendJSON(nil, b, a.stdoutTerminal()))
	return err
}

// appendFault appends one fault. What is not known of it is null.
func appendFault(b []byte, f shelf.Fault) []byte {
	b = fmt.Appendf(b, `{"kind":"%s","file":`, f.Kind)
	b = event.AppendValue(b, f.File)
	b = fmt.Appendf(b, `,"offset":%d,"length":%d,"line":`, f.Offset, f.Length)
	b = appendKnown(b, uint64(f.Line))
	b = append(b, `,"sequence":`...)
	return append(appendKnown(b, f.Sequence), '}')
}

// appendUnrecorded appends which lines of a program are no events, if there are any.
func appendUnrecorded(b []byte, left []shelf.Unrecorded) []byte {
	if len(left) == 0 {
		return b
	}
	b = append(b, `,"unrecorded":[`...)
	for i, u := range left {
		b = append(b, ",\n"[1-min(i, 1):]...)
		b = fmt.Appendf(b, `{"file":"%s","offset":%d,"length":%d,"lines":%d}`, u.File, u.Offset, u.Length, u.Lines)
	}
	return append(b, ']')
}

// appendOutputs appends which outputs are not as long as they were, if there are any.
func appendOutputs(b []byte, changed []shelf.Output) []byte {
	if len(changed) == 0 {
		return b
	}
	b = append(b, `,"outputs":[`...)
	for i, o := range changed {
		b = append(b, ",\n"[1-min(i, 1):]...)
		b = fmt.Appendf(b, `{"file":"%s","bytes":`, o.File)
		if o.Bytes < 0 {
			b = append(b, "null"...)
		} else {
			b = strconv.AppendInt(b, o.Bytes, 10)
		}
		b = fmt.Appendf(b, `,"recorded_bytes":%d}`, o.Recorded)
	}
	return append(b, ']')
}

func appendKnown(b []byte, n uint64) []byte {
	if n == 0 {
		return append(b, "null"...)
	}
	return strconv.AppendUint(b, n, 10)
}

// verifyTable prints a row for each run and the faults under it.
func (a *app) verifyTable(results []*shelf.Verification) error {
	var t table
	for _, v := range results {
		t.add(cell{safe(v.RunID), colorBold}, cell{string(v.Verdict), verdictColor(v.Verdict)}, cell{text: proved(v)})
	}
	var rows bytes.Buffer
	w := bufio.NewWriter(&rows)
	if err := errors.Join(t.write(w, a.stdoutColor(), ""), w.Flush()); err != nil {
		return err
	}
	out := a.out()
	for i, row := range strings.SplitAfter(strings.TrimSuffix(rows.String(), "\n"), "\n") {
		if i == len(results) {
			break
		}
		fmt.Fprintln(out, strings.TrimSuffix(row, "\n"))
		for _, f := range results[i].Faults {
			fmt.Fprintln(out, "  "+faultText(f))
		}
		if more := results[i].FaultCount - len(results[i].Faults); more > 0 {
			fmt.Fprintln(out, "  and "+plural(int64(more), "more fault"))
		}
		for _, u := range results[i].Unrecorded {
			fmt.Fprintln(out, "  "+unrecordedText(u))
		}
		for _, o := range results[i].Outputs {
			fmt.Fprintln(out, "  "+outputText(o))
		}
	}
	if len(results) == 0 {
		a.say("no run to verify")
	}
	return nil
}

// proved says what a verification went by.
func proved(v *shelf.Verification) string {
	text := plural(int64(v.Events), "event") + ", " + byteSize(v.Bytes)
	switch {
	case v.Verdict == shelf.VerdictGap:
		text += "; " + plural(int64(v.Dropped), "event") + " lost and accounted for"
	case v.Verdict == shelf.VerdictUnsealed:
		text += "; " + string(v.Status)
	case v.FaultCount > 0:
		text += "; " + plural(int64(v.FaultCount), "fault")
	}
	return text
}

// faultText is one fault in words.
func faultText(f shelf.Fault) string {
	text := string(f.Kind) + " in " + safe(f.File)
	if f.Offset > 0 || f.Length > 0 || f.Line > 0 {
		text += fmt.Sprintf(" at byte %d", f.Offset)
	}
	if f.Length > 0 {
		text += ", " + plural(f.Length, "byte")
	}
	if f.Line > 0 {
		text += fmt.Sprintf(", line %d", f.Line)
	}
	if f.Sequence > 0 {
		text += fmt.Sprintf(", sequence %d", f.Sequence)
	}
	return text
}

// unrecordedText says where the lines of a program are that became no events.
func unrecordedText(u shelf.Unrecorded) string {
	source := "output"
	if u.File == shelf.SideFile {
		source = "side channel"
	}
	return fmt.Sprintf("%s of the %s became no events: in %s from byte %d on, %s",
		plural(u.Lines, "line"), source, u.File, u.Offset, plural(u.Length, "byte"))
}

// outputText says that an output was changed.
func outputText(o shelf.Output) string {
	now := "is not there"
	if o.Bytes >= 0 {
		now = "has " + plural(o.Bytes, "byte")
	}
	return fmt.Sprintf("%s %s, and had %s when the run ended", o.File, now, plural(o.Recorded, "byte"))
}

// verdictColor is the colour in which a verdict is seen at a glance.
func verdictColor(v shelf.Verdict) string {
	switch {
	case !v.Sound():
		return colorRed
	case v == shelf.VerdictIntact:
		return colorGreen
	}
	return colorYellow
}
