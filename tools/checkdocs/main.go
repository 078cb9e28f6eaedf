// Command checkdocs fails when code changed and none of the documents that
// describe it did.
//
//	checkdocs [--dir DIR] [--base COMMIT] [--couplings docs/coupling.yaml]
//
// The couplings say which documents describe which code:
//
//	couplings:
//	  - name: bytes on disk
//	    code: [shelf/**, event/**]
//	    except: ["**/*_test.go"]
//	    documents: [docs/format.md, docs/architecture/current/*.md]
//
// In a glob * and ? stay within one folder and ** stands for any number of
// folders. What changed is what differs between the base and the files as they
// are now, committed or not. The base is --base, or else the merge base with
// origin/main or main; where there is neither, there is nothing to compare with,
// and nothing to complain of.
//
// Exit codes: 0 when code and documents move together or there is nothing to
// compare with, 1 when a document stayed behind, 2 for wrong usage, an
// unreadable file of couplings, or one that couples what does not exist.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

func main() {
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

// options are what the command line asks for.
type options struct {
	dir       string
	base      string
	couplings string
}

// parse reads the command line.
func parse(args []string, stderr io.Writer) (options, error) {
	var o options
	flags := flag.NewFlagSet("checkdocs", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&o.dir, "dir", ".", "the top `folder` of the repository")
	flags.StringVar(&o.base, "base", "", "the `commit` to compare with (default: the merge base with origin/main or main)")
	flags.StringVar(&o.couplings, "couplings", "docs/coupling.yaml", "the `file` of couplings, below the top folder")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if flags.NArg() > 0 {
		return o, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	return o, nil
}

// run does the work of main and returns the exit code.
func run(args []string, stdout, stderr io.Writer) int {
	o, err := parse(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return 0
	}
	if err != nil {
		return fail(stderr, err)
	}
	couplings, err := readCouplings(filepath.Join(o.dir, filepath.FromSlash(o.couplings)))
	if err != nil {
		return fail(stderr, err)
	}
	return compare(o, couplings, stdout, stderr)
}

// compare finds out what changed and judges it.
func compare(o options, couplings []coupling, stdout, stderr io.Writer) int {
	r := repository{dir: o.dir}
	base, why, err := r.base(o.base)
	if err != nil {
		return fail(stderr, err)
	}
	if base == "" {
		fmt.Fprintf(stdout, "nothing to compare with: %s\n", why)
		return 0
	}
	files, err := r.files()
	if err != nil {
		return fail(stderr, err)
	}
	if err := checkCouplings(couplings, files); err != nil {
		return fail(stderr, err)
	}
	changed, err := r.changed(base)
	if err != nil {
		return fail(stderr, err)
	}
	fmt.Fprintf(stdout, "%d files differ from %.12s (%s)\n", len(changed), base, why)
	if report(stdout, couplings, changed) {
		return 0
	}
	return 1
}

func fail(stderr io.Writer, err error) int {
	fmt.Fprintln(stderr, "checkdocs:", err)
	return 2
}
