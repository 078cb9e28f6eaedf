package cli

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"example.org/runshelf"
	"example.org/runshelf/capture"
	"example.org/runshelf/shelf"
)

// importOptions are the flags of import.
type importOptions struct {
	name, runID   string
	tags, notes   []string
	dialect, zone string
	maxUnpacked   string
	quiet, json   bool
	settings      settingFlags
}

func newImportCommand(a *app) *cobra.Command {
	var o importOptions
	cmd := &cobra.Command{
		Use:   "import FILE...",
		Short: "make a run of an existing event log",
		Long: `Makes a run of each FILE: a log of JSON lines in any dialect, or of plain text, as it is
or packed by gzip or zstd; - is standard input. Each line becomes an event with the
line's own time and a sequence that counts from 1; all else of it stays as it is. The
file is kept unchanged in artifacts/original.

Lines that are broken are kept as text, counted and told of. An archive is refused,
and so is a file that unpacks to more than 200 times its size.`,
		Example: `  runshelf import app.jsonl
  runshelf import --name baseline --tag paper old/run_*.jsonl.gz
  zcat big.gz | runshelf import --dialect zap -
  runshelf import --zone Europe/Berlin server.log`,
		Args: func(cmd *cobra.Command, args []string) error { return checkImport(cmd, &o, args) },
		RunE: func(cmd *cobra.Command, args []string) error { return a.importFiles(cmd, &o, args) },
	}
	o.declare(cmd)
	return cmd
}

// declare declares the flags on the command.
func (o *importOptions) declare(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringVar(&o.name, "name", "", "a name for the run, so that name:`NAME` finds it")
	flags.StringArrayVar(&o.tags, "tag", nil, "a tag for the run, so that tag:`TAG` finds it (repeatable)")
	flags.StringArrayVar(&o.notes, "note", nil, "a remark on the run, a `TEXT` (repeatable)")
	flags.StringVar(&o.runID, "run-id", "", "the `ID` of the run; it must be new")
	flags.StringVar(&o.dialect, "dialect", "", "the dialect of the lines; found out when absent")
	flags.StringVar(&o.zone, "zone", "UTC", "the time `ZONE` of times that name none, such as Europe/Berlin, or local")
	flags.StringVar(&o.maxUnpacked, "max-unpacked", "", "how large a packed file may unpack, such as `20GB`")
	flags.BoolVarP(&o.quiet, "quiet", "q", false, "say nothing but warnings, and print the ids of the runs")
	flags.BoolVar(&o.json, "json", false, "print the manifests of the runs as one JSON document")
	o.settings.add(flags, "durability", "logging.durability", "LEVEL", "what survives a crash: crash, each, power or none")
	_ = cmd.RegisterFlagCompletionFunc("dialect", cobra.FixedCompletions(capture.Dialects(), cobra.ShellCompDirectiveNoFileComp))
	_ = cmd.RegisterFlagCompletionFunc("durability", cobra.FixedCompletions(
		[]cobra.Completion{"crash", "each", "power", "none"}, cobra.ShellCompDirectiveNoFileComp))
}

// checkImport refuses what cannot work before anything is read or made.
func checkImport(cmd *cobra.Command, o *importOptions, args []string) error {
	if len(args) == 0 {
		return withHint(usageErrorf("import needs a file"), "runshelf import FILE..., or - for standard input")
	}
	stdin := 0
	for _, file := range args {
		switch file {
		case "":
			return usageErrorf("the name of a file is empty")
		case capture.StdinFile:
			stdin++
		}
	}
	if stdin > 1 {
		return usageErrorf("standard input can be imported once")
	}
	if cmd.Flags().Changed("run-id") {
		if len(args) > 1 {
			return withHint(usageErrorf("--run-id names one run, and there are %d files", len(args)), "import them one by one")
		}
		return shelf.ValidateID(o.runID)
	}
	return nil
}

// importFiles makes a run of each file. One that fails does not keep the next
// from being imported.
func (a *app) importFiles(cmd *cobra.Command, o *importOptions, args []string) error {
	plan, err := a.planImport(cmd, o)
	if err != nil {
		return err
	}
	ctx, stop := a.interruptible(cmd.Context())
	defer stop()
	talk := &importTalk{app: a, quiet: o.quiet || o.json}
	var runs []*shelf.Run
	var failure error
	for _, file := range args {
		plan.File = file
		result, err := talk.importOne(ctx, plan)
		if result.ID != "" {
			runs = append(runs, openImported(result))
		}
		if cause := context.Cause(ctx); cause != nil {
			failure = cause
			break
		}
		if err != nil {
			failure = a.failImport(err)
		}
	}
	return errors.Join(a.showImported(o, runs), failure)
}

// failImport tells at once why a file was not imported, and returns the error
// that makes the exit code.
func (a *app) failImport(err error) error {
	var refused *capture.RefusedError
	if errors.As(err, &refused) {
		err = withHint(err, refused.Hint)
	}
	err = startError(err)
	a.complain(err)
	return &exitError{code: exitCode(err)}
}

// planImport resolves settings and flags.
func (a *app) planImport(cmd *cobra.Command, o *importOptions) (capture.ImportOptions, error) {
	plan := capture.ImportOptions{Stdin: a.stdin, Dialect: o.dialect, Warn: a.warn}
	if _, err := capture.NewDetector(o.dialect); err != nil {
		return plan, asUsage(err)
	}
	var err error
	if plan.Zone, err = zoneNamed(o.zone); err != nil {
		return plan, err
	}
	if cmd.Flags().Changed("max-unpacked") {
		if plan.MaxUnpacked, err = byteCount(o.maxUnpacked); err != nil {
			return plan, err
		}
	}
	sources := a.sources()
	o.settings.give(cmd.Flags(), sources.Flags)
	c, err := a.load(sources)
	if err != nil {
		return plan, err
	}
	plan.Run = loggerOptions(c)
	plan.Run.Name, plan.Run.Tags, plan.Run.Notes = o.name, o.tags, o.notes
	if o.runID != "" {
		plan.Run.RunID = o.runID
	} else {
		plan.Run.RunID = runshelf.AutoRunID
	}
	return plan, nil
}

// zoneNamed finds a time zone.
func zoneNamed(name string) (*time.Location, error) {
	if strings.EqualFold(name, "local") {
		return time.Local, nil
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil, withHint(usageErrorf("--zone %q is no time zone known here", name), "such as UTC, local or Europe/Berlin")
	}
	return zone, nil
}

// byteCount reads a number of bytes: 1000, 20GB, 4GiB.
func byteCount(text string) (int64, error) {
	digits := strings.TrimRight(text, "kKMGTiB ")
	unit := strings.ToUpper(strings.TrimSpace(text[len(digits):]))
	base := int64(1000)
	if strings.Contains(unit, "I") {
		base, unit = 1024, strings.Replace(unit, "I", "", 1)
	}
	power := strings.Index("KMGT", strings.TrimSuffix(unit, "B")) + 1
	if unit == "" || unit == "B" {
		power = 0
	} else if power == 0 || len(strings.TrimSuffix(unit, "B")) != 1 {
		return 0, notBytes(text)
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	for range power {
		if n > 1<<52 {
			return 0, notBytes(text)
		}
		n *= base
	}
	if err != nil || n <= 0 {
		return 0, notBytes(text)
	}
	return n, nil
}

func notBytes(text string) error {
	return withHint(usageErrorf("--max-unpacked %q is no number of bytes", text), "such as 500MB or 20GB")
}

// openImported returns the run as it stands on the shelf.
func openImported(result capture.ImportResult) *shelf.Run {
	run, err := shelf.OpenRun(result.Dir)
	if err != nil {
		return &shelf.Run{ID: result.ID, Dir: result.Dir, Problem: err}
	}
	return run
}

// showImported prints what --json and --quiet ask for.
func (a *app) showImported(o *importOptions, runs []*shelf.Run) error {
	switch {
	case o.json:
		return a.lsJSON(runs, nil, false)
	case o.quiet:
		for _, run := range runs {
			fmt.Fprintln(a.out(), safe(run.ID)) // the buffer keeps an error for finish
		}
	}
	return nil
}
