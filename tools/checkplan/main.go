// Command checkplan holds a plan to its word: every test that the plan asks for
// must exist, run and pass.
//
//	checkplan --plan 56 [--dir DIR] [--timeout 10m]
//
// It reads the tables of docs/plans/056-*.md whose columns are called test,
// package and what it proves, finds each test function in the source, runs the
// tests of each package with "go test -json", and prints a table of what became
// of each. Progress goes to stderr. A test that is missing, skipped (it or a
// part of it), or not run at all counts as failed, and so does a plan that asks
// for nothing.
//
// Exit codes: 0 when every test ran and passed, 1 when one did not, 2 for wrong
// usage or a plan that cannot be read.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// options are what the command line asks for.
type options struct {
	plan    int
	dir     string
	timeout time.Duration
}

// parse reads the command line.
func parse(args []string, stderr io.Writer) (options, error) {
	var o options
	flags := flag.NewFlagSet("checkplan", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.IntVar(&o.plan, "plan", 0, "the `number` of the plan, as in docs/plans/056-….md")
	flags.StringVar(&o.dir, "dir", ".", "the `folder` of the module that the plan is about")
	flags.DurationVar(&o.timeout, "timeout", 10*time.Minute, "the longest time the tests of one package may take")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if flags.NArg() > 0 {
		return o, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	if o.plan <= 0 {
		return o, errors.New("the number of a plan is missing: give --plan 56")
	}
	return o, nil
}

// run does the work of main and returns the exit code.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	o, err := parse(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return 0
	}
	if err != nil {
		return fail(stderr, err)
	}
	name, err := planFile(o.dir, o.plan)
	if err != nil {
		return fail(stderr, err)
	}
	wanted, err := readPlan(name)
	if err != nil {
		return fail(stderr, err)
	}
	fmt.Fprintf(stderr, "plan %d asks for %d tests (%s)\n", o.plan, len(wanted), name)
	results := check(ctx, o, wanted, stderr)
	if report(stdout, results) {
		return 0
	}
	return 1
}

func fail(stderr io.Writer, err error) int {
	fmt.Fprintln(stderr, "checkplan:", err)
	return 2
}

// check finds and runs the wanted tests, package by package in the order of the
// plan.
func check(ctx context.Context, o options, wanted []requirement, progress io.Writer) []result {
	results := make([]result, len(wanted))
	groups, order := map[string][]int{}, []string{}
	for i, w := range wanted {
		results[i] = result{requirement: w, verdict: verdictMissing}
		place, err := find(o.dir, w)
		if err != nil {
			results[i].detail = err.Error()
			continue
		}
		results[i].place = place
		if len(groups[w.pkg]) == 0 {
			order = append(order, w.pkg)
		}
		groups[w.pkg] = append(groups[w.pkg], i)
	}
	for _, pkg := range order {
		members := make([]*result, len(groups[pkg]))
		for i, at := range groups[pkg] {
			members[i] = &results[at]
		}
		runPackage(ctx, o, pkg, members, progress)
	}
	return results
}
