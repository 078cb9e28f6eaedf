package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"example.org/runshelf/event"
	"example.org/runshelf/shelf"
)

func newDoctorCommand(a *app) *cobra.Command {
	var json jsonFlag
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "what is wrong with this shelf and machine, and what to do",
		Long: `Looks at the shelf, the disk it is on, the locks, "latest", the runs and the trash, and
says what it finds and what to do about it. It reads no events, which runshelf verify does,
and changes nothing.`,
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
	s, err := a.shelf()
	if err != nil {
		return err
	}
	findings := s.Examine(a.now())
	if json.on() {
		return a.doctorJSON(findings)
	}
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
	return nil
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
