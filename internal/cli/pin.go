package cli

import (
	"github.com/spf13/cobra"

	"example.org/runshelf/shelf"
)

func newPinCommand(a *app) *cobra.Command {
	return remark{
		use:   "pin RUN",
		short: "keep a run whatever is pruned",
		long:  "Pins a run: neither prune nor rm removes it until the pin is taken away.",
		example: `  runshelf pin latest
  runshelf pin latest --remove`,
		remove: "take the pin away",
		change: pinChange,
	}.command(a)
}

// pinChange pins a run, or takes the pin away.
func pinChange(words []string, remove bool) (func(*shelf.Manifest) error, error) {
	if len(words) > 0 {
		return nil, usageErrorf("pin takes one run, and %q is too much", words[0])
	}
	return func(m *shelf.Manifest) error { m.Pinned = !remove; return nil }, nil
}
