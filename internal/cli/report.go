package cli

import (
	"bytes"
	"errors"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"example.org/runshelf/shelf"
	"example.org/runshelf/web"
)

func newReportCommand(a *app) *cobra.Command {
	var output string
	cmd := &cobra.Command{
		Use:   "report RUN...",
		Short: "one HTML file about some runs",
		Long: `Writes one HTML document about one run or more, which needs no other file and no network:
what each was, its metrics, counts, curves and events, and of several what differs.`,
		Example: `  runshelf report latest -o report.html
  runshelf report latest~1 latest > both.html`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return withHint(usageErrorf("report needs a run"), "runshelf report latest -o report.html")
			}
			return nil
		},
		RunE:              func(_ *cobra.Command, args []string) error { return a.writeReport(args, output) },
		ValidArgsFunction: a.completeRuns,
	}
	cmd.Flags().StringVarP(&output, "output", "o", "", "write to `FILE`, which may not exist yet")
	_ = cmd.MarkFlagFilename("output", "html")
	return cmd
}

// writeReport writes a report about the runs that the names mean. A file that is
// there already stays.
func (a *app) writeReport(names []string, output string) error {
	if output == "" && a.stdoutTerminal() {
		return withHint(usageErrorf("a report is nothing for a terminal"), "-o report.html writes a file")
	}
	var runs []*shelf.Run
	for _, name := range names {
		run, err := a.findRun(name)
		if err != nil {
			return err
		}
		runs = append(runs, run)
	}
	ignore, err := a.settledIgnore()
	if err != nil {
		return err
	}
	var page bytes.Buffer
	if err := web.WriteReport(&page, runs, a.now(), a.rerunText, ignore); err != nil {
		return err
	}
	if output == "" {
		_, err := a.out().Write(page.Bytes())
		return err
	}
	return writeNew(output, page.Bytes())
}

// writeNew writes a file that must not exist.
func writeNew(name string, content []byte) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if errors.Is(err, fs.ErrExist) {
		return withHint(err, "take another name: a file that is there already stays")
	}
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	return err
}
