package cli

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestExecScripts runs testdata/exec, in which other programs are run. What is
// not installed is skipped, with the reason.
func TestExecScripts(t *testing.T) {
	t.Parallel()
	examples, err := filepath.Abs("../../examples")
	if err != nil {
		t.Fatal(err)
	}
	python := pythonWith("SimPy")
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/exec",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(e *testscript.Env) error {
			e.Setenv("EXAMPLES", examples)
			e.Setenv("PYTHON", python)
			e.Setenv("NODE_PATH", os.Getenv("NODE_PATH")) // where .ci/run has put pino
			e.Setenv("TZ", "UTC")
			e.Setenv("XDG_CONFIG_HOME", filepath.Join(e.WorkDir, "home"))
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"exits": exitsCommand, "code": codeCommand},
		Condition: func(condition string) (bool, error) {
			kind, library, _ := strings.Cut(condition, ":")
			switch kind {
			case "python":
				return pythonWith(library) != "", nil
			case "node":
				return exec.Command("node", "-e", fmt.Sprintf("require(%q)", library)).Run() == nil, nil
			}
			return false, fmt.Errorf("condition %q is not known", condition)
		},
	})
}

// pythonWith returns the Python that has a library, "" when none does. The one
// of the system may have more than the first in PATH.
func pythonWith(library string) string {
	for _, python := range []string{"python3", "/usr/bin/python3"} {
		if exec.Command(python, "-c", "import "+library).Run() == nil {
			return python
		}
	}
	return ""
}

// codeCommand (`code N WORD…`) runs a command and checks its exit code.
func codeCommand(ts *testscript.TestScript, neg bool, args []string) {
	err := ts.Exec(args[1], args[2:]...)
	code := 0
	if exit, ok := err.(interface{ ExitCode() int }); ok {
		code = exit.ExitCode()
	}
	if fmt.Sprint(code) != args[0] {
		ts.Fatalf("exit code %d, want %s", code, args[0])
	}
}
