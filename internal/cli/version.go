package cli

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"example.org/runshelf"
	"example.org/runshelf/event"
)

func newVersionCommand(a *app) *cobra.Command {
	asJSON := false
	cmd := &cobra.Command{
		Use:   "version",
		Short: "print the version",
		Example: `  runshelf version
  runshelf version --json`,
		Args:              noArgs,
		RunE:              func(*cobra.Command, []string) error { return a.version(asJSON) },
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "a JSON document")
	return cmd
}

// version prints what this program is and how it was built.
func (a *app) version(asJSON bool) error {
	commit := builtFrom()
	if asJSON {
		line := event.AppendValue(nil, event.Object{
			{Key: "version", Value: runshelf.Version()}, {Key: "commit", Value: commit},
			{Key: "go", Value: runtime.Version()}, {Key: "os", Value: runtime.GOOS}, {Key: "arch", Value: runtime.GOARCH},
		})
		_, err := a.out().Write(append(line, '\n'))
		return err
	}
	text := "runshelf " + runshelf.Version()
	if commit != "" {
		text += " (" + commit + ")"
	}
	_, err := fmt.Fprintf(a.out(), "%s %s %s/%s\n", text, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}

// builtFrom is the commit that this program was built from, shortened, with a
// mark when files had changed since. It is "" when the build did not record it.
func builtFrom() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	commit, modified := "", ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			commit = s.Value[:min(12, len(s.Value))]
		case s.Key == "vcs.modified" && s.Value == "true":
			modified = ", modified"
		}
	}
	if commit == "" {
		return ""
	}
	return commit + modified
}
