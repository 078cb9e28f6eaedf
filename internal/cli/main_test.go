package cli

import (
	"bytes"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain lets the scripts and the tests start this very binary as runshelf.
func TestMain(m *testing.M) {
	testscript.Main(attentive{m}, map[string]func(){
		"runshelf": func() {
			if err := becomeTestUser(); err != nil {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(3)
			}
			os.Exit(Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr, os.Environ()))
		},
	})
}

// attentive are the tests, run so that the programs they start obey Ctrl-C, also when
// the tests themselves do not: a shell has what it starts in the background ignore it,
// and so would all that is started from there.
type attentive struct{ testscript.TestingM }

func (a attentive) Run() int {
	if signal.Ignored(os.Interrupt) {
		signal.Notify(make(chan os.Signal, 1), os.Interrupt) // caught by us, it is obeyed by them
	}
	return a.TestingM.Run()
}

// TestScripts runs testdata/scripts. Besides the commands of testscript they
// have some of their own. The clock of the scripts stands in UTC, and
// nobody's own settings are seen.
func TestScripts(t *testing.T) {
	t.Parallel()
	samples, err := filepath.Abs("../../testdata/runs")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/scripts",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       os.Getenv("UPDATE_SCRIPTS") != "",
		Setup: func(e *testscript.Env) error {
			e.Setenv("SAMPLES", samples)
			e.Setenv("TZ", "UTC")
			e.Setenv("XDG_CONFIG_HOME", filepath.Join(e.WorkDir, "home"))
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"sample": sampleCommand, "append": appendCommand, "exits": exitsCommand, "fifo": fifoCommand,
			"deep": deepCommand, "printable": printableCommand, "firstlines": firstLinesCommand, "five": fiveCommand,
		},
	})
}

// sampleCommand (`sample NAME…`) puts sample runs on the shelf logs.
func sampleCommand(ts *testscript.TestScript, neg bool, args []string) {
	for _, name := range args {
		to := ts.MkAbs(filepath.Join("logs", name))
		ts.Check(os.CopyFS(to, os.DirFS(filepath.Join(ts.Getenv("SAMPLES"), name))))
	}
}

// appendCommand (`append FILE TEXT`) appends a text in which Go's escapes count.
func appendCommand(ts *testscript.TestScript, neg bool, args []string) {
	f, err := os.OpenFile(ts.MkAbs(args[0]), os.O_APPEND|os.O_WRONLY, 0)
	ts.Check(err)
	_, err = f.WriteString(strings.NewReplacer(`\n`, "\n", `\x00`, "\x00").Replace(args[1]))
	ts.Check(err)
	ts.Check(f.Close())
}

// exitsCommand (`exits CODE WORD…`) runs a command and checks its exit code and
// that an error is one line with perhaps a hint, with nothing on stdout.
func exitsCommand(ts *testscript.TestScript, neg bool, args []string) {
	err := ts.Exec(args[1], args[2:]...)
	code := 0
	if exit, ok := err.(interface{ ExitCode() int }); ok {
		code = exit.ExitCode()
	}
	if fmt.Sprint(code) != args[0] {
		ts.Fatalf("exit code %d, want %s", code, args[0])
	}
	stdout, stderr := ts.ReadFile("stdout"), ts.ReadFile("stderr")
	lines := strings.SplitAfter(stderr, "\n")
	if code != 0 && (stdout != "" || !strings.HasPrefix(stderr, "runshelf: ") || len(lines) > 3 ||
		len(lines) == 3 && !strings.HasPrefix(lines[1], "hint: ")) {
		ts.Fatalf("not one line of error: stdout %q, stderr %q", stdout, stderr)
	}
}

// fifoCommand (`fifo FILE`) makes a pipe that nobody writes to.
func fifoCommand(ts *testscript.TestScript, neg bool, args []string) {
	ts.Check(makeFIFO(ts.MkAbs(args[0])))
}

// deepCommand (`deep FILE N`) writes arrays nested 100,000 deep as a manifest.
func deepCommand(ts *testscript.TestScript, neg bool, args []string) {
	const depth = 100_000
	text := `{"run_id":"x","config":` + strings.Repeat("[", depth) + strings.Repeat("]", depth) + "}"
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text), 0o666))
}

// printableCommand (`printable FILE`) checks that there is nothing in a text that
// a terminal would obey.
func printableCommand(ts *testscript.TestScript, neg bool, args []string) {
	if at := firstUnsafe(ts.ReadFile(args[0])); at != "" {
		ts.Fatalf("%s in the output", at)
	}
}

// fiveCommand (`five`) makes the runs r1 to r5, with the seeds 1 to 5.
func fiveCommand(ts *testscript.TestScript, neg bool, args []string) {
	for _, n := range []string{"1", "2", "3", "4", "5"} {
		ts.Check(ts.Exec("runshelf", "sim", "exchange", "--ticks", "2", "-q", "--run-id", "r"+n, "--seed", n))
	}
}

// firstLinesCommand (`firstlines N FROM TO`) writes the first lines of a file to
// another one.
func firstLinesCommand(ts *testscript.TestScript, neg bool, args []string) {
	n, err := strconv.Atoi(args[0])
	ts.Check(err)
	lines := strings.SplitAfter(ts.ReadFile(args[1]), "\n")
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), []byte(strings.Join(lines[:n], "")), 0o666))
}

// firstUnsafe names the first forbidden character of an output. It says itself
// what is forbidden, for it judges the program.
func firstUnsafe(text string) string {
	for _, forbidden := range []string{"\x00", "\x07", "\x1b", "\x7f", "\u009b", "\u202e", "\u2028", "\u2066"} {
		if i := strings.Index(text, forbidden); i >= 0 {
			return fmt.Sprintf("%q at byte %d", forbidden, i)
		}
	}
	if i := bytes.IndexByte([]byte(strings.ToValidUTF8(text, "\x01")), 1); i >= 0 {
		return fmt.Sprintf("a byte that is no UTF-8 near %d", i)
	}
	return ""
}
