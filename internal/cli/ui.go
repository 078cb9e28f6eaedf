package cli

import (
	"context"
	"errors"
	"net"
	"os/exec"
	"runtime"
	"strings"

	"github.com/spf13/cobra"

	"example.org/runshelf"
	"example.org/runshelf/provenance"
	"example.org/runshelf/shelf"
	"example.org/runshelf/web"
)

// maxPort is the largest number that a port can have.
const maxPort = 65535

// uiOptions are the flags of ui.
type uiOptions struct {
	port   int
	noOpen bool
}

func newUICommand(a *app) *cobra.Command {
	var o uiOptions
	cmd := &cobra.Command{
		Use:   "ui",
		Short: "look at the shelf in a browser",
		Long: `Serves a page on this machine, for this machine alone, and opens it in a browser when
there is a terminal and a browser. The first line of output is the start link. It holds
a token without which the page changes nothing; a new one is made at each start. Ctrl-C
ends it.`,
		Example: `  runshelf ui
  runshelf ui --port 7777 --no-open`,
		Args:              noArgs,
		RunE:              func(cmd *cobra.Command, _ []string) error { return a.ui(cmd.Context(), &o) },
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	cmd.Flags().SortFlags = false
	cmd.Flags().IntVar(&o.port, "port", 0, "the port, 0 for a free one")
	cmd.Flags().BoolVar(&o.noOpen, "no-open", false, "do not open a browser")
	return cmd
}

// ui serves the page until somebody ends it.
func (a *app) ui(ctx context.Context, o *uiOptions) error {
	if o.port < 0 || o.port > maxPort {
		return usageErrorf("--port is %d, and must be from 0 to %d", o.port, maxPort)
	}
	s, err := a.shelf()
	if err != nil {
		return err
	}
	server, err := web.New(a.pageOptions(s, o.port))
	if listen := new(net.OpError); errors.As(err, &listen) && o.port != 0 {
		return withHint(err, "without --port a free one is taken")
	}
	if err != nil {
		return err
	}
	ctx, stop := a.interruptible(ctx)
	defer stop()
	if _, err := a.out().WriteString(server.StartLink() + "\n"); err != nil {
		return err
	}
	if err := a.out().Flush(); err != nil {
		return err
	}
	if !web.Built() {
		a.warn("the page is not built into this program")
		a.say("hint: make build builds it")
	}
	if !o.noOpen && a.stdoutTerminal() {
		a.openBrowser(server.StartLink())
	}
	if err := server.Serve(ctx); err != nil {
		return err
	}
	return context.Cause(ctx)
}

// pageOptions says what the page needs of the other rooms.
func (a *app) pageOptions(s *shelf.Shelf, port int) web.Options {
	return web.Options{
		Shelf: s, Port: port, Version: runshelf.Version(), CacheDir: a.cacheDir(),
		Rerun: a.rerunText, Redact: provenance.RedactText, Ignore: a.settledIgnore,
	}
}

// settledIgnore is what the settings set aside where runs are compared.
func (a *app) settledIgnore() ([]string, error) {
	c, err := a.load(a.sources())
	if err != nil {
		return nil, err
	}
	return c.Strings(keyIgnore), nil
}

// rerunText is the command that would make a run again, with the directory it
// belongs to.
func (a *app) rerunText(run *shelf.Run) string {
	argv, cwd := a.rerun(run)
	if len(argv) == 0 {
		return ""
	}
	command := strings.Join(quoteAll(argv), " ")
	if cwd != "" && cwd != a.cwd {
		command = "cd " + quote(cwd) + " && " + command
	}
	return command
}

// openBrowser asks the system to open an address. Whoever has no browser sees the
// start link.
func (a *app) openBrowser(address string) {
	words := []string{"xdg-open"}
	switch runtime.GOOS {
	case "darwin":
		words = []string{"open"}
	case "windows":
		words = []string{"rundll32", "url.dll,FileProtocolHandler"}
	}
	cmd := exec.Command(words[0], append(words[1:], address)...)
	if err := cmd.Start(); err != nil {
		return
	}
	go func() { _ = cmd.Wait() }()
}
