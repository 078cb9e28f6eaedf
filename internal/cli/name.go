package cli

import (
	"errors"
	"io/fs"
	"strings"

	"github.com/spf13/cobra"

	"example.org/runshelf/shelf"
)

// remark is a command that changes what a person says about a run: one run, and
// words of its own behind it.
type remark struct {
	use, short, long, example string
	remove                    string // what --remove does
	// change returns the change that the words ask for, or wrong usage.
	change func(words []string, remove bool) (func(*shelf.Manifest) error, error)
}

// command makes a command of it.
func (r remark) command(a *app) *cobra.Command {
	var remove bool
	cmd := &cobra.Command{
		Use: r.use, Short: r.short, Long: r.long, Example: r.example,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return withHint(usageErrorf("%s needs the name of a run", cmd.Name()), firstExample(cmd))
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error {
			change, err := r.change(args[1:], remove)
			if err != nil {
				return err
			}
			return a.edit(args[0], change)
		},
		ValidArgsFunction: a.completeRuns,
	}
	cmd.Flags().BoolVar(&remove, "remove", false, r.remove)
	return cmd
}

// firstExample is a line that shows how a command is used.
func firstExample(cmd *cobra.Command) string {
	line, _, _ := strings.Cut(strings.TrimSpace(cmd.Example), "\n")
	return line
}

// edit changes the manifest of the run that a name means.
func (a *app) edit(name string, change func(*shelf.Manifest) error) error {
	s, err := a.shelf()
	if err != nil {
		return err
	}
	if err := s.Edit(name, change); err != nil {
		return a.editHint(s, name, err)
	}
	return nil
}

// editHint adds what can be done about a run that was not changed.
func (a *app) editHint(s *shelf.Shelf, name string, err error) error {
	run, none := s.Find(name)
	if none == nil && run.Problem != nil && !errors.Is(run.Problem, fs.ErrPermission) && !errors.Is(run.Problem, fs.ErrNotExist) {
		return withHint(err, "runshelf repair "+quote(run.ID)+" makes its manifest again")
	}
	return noRunHint(s, name, err)
}

// errNothingThere says that what is to be taken away is not there.
func errNothingThere(what string) error {
	return withHint(errors.New("the run has no "+what), "runshelf show tells what it has")
}

func newNameCommand(a *app) *cobra.Command {
	return remark{
		use:   "name RUN NAME",
		short: "give a run a name",
		long: `Gives a run a name, in place of the one it had, so that name:NAME means the newest run
of that name.`,
		example: `  runshelf name latest baseline
  runshelf show name:baseline
  runshelf name name:baseline --remove`,
		remove: "take the name away",
		change: nameChange,
	}.command(a)
}

// nameChange sets the name, or takes it away.
func nameChange(words []string, remove bool) (func(*shelf.Manifest) error, error) {
	switch {
	case remove && len(words) > 0:
		return nil, usageErrorf("--remove takes the name away, whatever it is, and %q is too much", words[0])
	case remove:
		return func(m *shelf.Manifest) error { m.Name = ""; return nil }, nil
	case len(words) != 1:
		return nil, withHint(usageErrorf("name needs a run and one name, and got %s for it", plural(int64(len(words)), "word")),
			"quote a name with spaces")
	case isBlankText(words[0]):
		return nil, withHint(usageErrorf("the name is empty"), "--remove takes a name away")
	}
	return func(m *shelf.Manifest) error { m.Name = words[0]; return nil }, nil
}
