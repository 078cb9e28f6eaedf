package cli

import (
	"cmp"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"example.org/runshelf/config"
	"example.org/runshelf/event"
	"example.org/runshelf/runner"
	"example.org/runshelf/shelf"
)

func newDoctorCommand(a *app) *cobra.Command {
	var json jsonFlag
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "what is wrong with this shelf and machine, and what to do",
		Long: `Looks at the settings, the shelf, the disk it is on, the locks, "latest", the runs and the
trash, and says what it finds and what to do about it. It reads no events, which runshelf
verify does, and changes nothing. With settings that keep other commands from running the
exit code is 1, and the rest is looked at without the file or variable they stand in.`,
		Example: `  runshelf doctor
  runshelf doctor --json`,
		Args:              noArgs,
		RunE:              func(*cobra.Command, []string) error { return a.doctor(&json) },
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	json.add(a, cmd, "one JSON document")
	return cmd
}

// doctor prints what was found.
func (a *app) doctor(json *jsonFlag) error {
	if json.fields() != nil {
		return usageErrorf("--json takes no fields here")
	}
	findings, s, err := a.examineSettings()
	if err != nil {
		return err
	}
	var ended error
	if len(findings) > 0 {
		ended = &exitError{code: exitFailed} // no other command runs with such settings
	}
	findings = append(findings, s.Examine(a.now())...)
	if json.on() {
		return cmp.Or(a.doctorJSON(findings), ended)
	}
	a.showFindings(findings)
	return ended
}

// examineSettings returns what is wrong with the settings, and the shelf that the others
// name.
func (a *app) examineSettings() ([]shelf.Finding, *shelf.Shelf, error) {
	registry, err := runner.Registry()
	if err != nil {
		return nil, nil, err
	}
	c, faults := registry.LoadSound(a.sources())
	var findings []shelf.Finding
	for _, fault := range faults {
		const after = "until it is mended most commands refuse to run; the rest was looked at without it"
		f := shelf.Finding{Subject: "settings", Message: fault.Error(), Advice: after}
		var known *config.Error
		if errors.As(fault, &known) && known.Hint != "" {
			f.Advice = known.Hint + "; " + after
		}
		findings = append(findings, f)
	}
	return findings, shelf.New(c.String(keyLogsDir)), nil
}

// showFindings prints one line for each, and what to do.
func (a *app) showFindings(findings []shelf.Finding) {
	bad := 0
	for _, f := range findings {
		mark := paint(a.stdoutColor(), colorGreen, "good")
		if !f.Good {
			bad++
			mark = paint(a.stdoutColor(), colorRed, "look")
		}
		fmt.Fprintf(a.out(), "%s  %s: %s\n", mark, safe(f.Subject), safe(f.Message))
		if f.Advice != "" {
			fmt.Fprintf(a.out(), "      %s\n", safe(f.Advice))
		}
	}
	if bad == 0 {
		a.say("nothing is wrong; runshelf verify reads every byte of the runs")
	} else {
		a.say(plural(int64(bad), "thing") + " to look at")
	}
}

// doctorJSON prints one document.
func (a *app) doctorJSON(findings []shelf.Finding) error {
	b := fmt.Appendf(nil, `{"format":1,"as_of":"%s","findings":[`, a.now().UTC().Format(event.TimeLayout))
	for i, f := range findings {
		b = append(b, ",\n"[1-min(i, 1):]...)
		b = fmt.Appendf(b, `{"good":%t,"subject":`, f.Good)
		b = event.AppendValue(b, f.Subject)
		b = event.AppendValue(append(b, `,"message":`...), f.Message)
		b = append(event.AppendValue(append(b, `,"advice":`...), f.Advice), '}')
	}
	b = append(b, "]}\n"...)
	_, err := a.out().Write(appendJSON(nil, b, a.stdoutTerminal()))
	return err
}
