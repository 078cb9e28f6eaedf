package cli

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"example.org/runshelf/shelf"
)

// words splits a command line as a shell would one without quotes.
func commandOf(t *testing.T, shown string) []string {
	t.Helper()
	_, rest, ok := strings.Cut(shown, "Run again\n  ")
	if !ok {
		t.Fatalf("nothing to run again in %s", shown)
	}
	line, _, _ := strings.Cut(rest, "\n")
	return strings.Fields(line)
}

// The command that show gives makes a run with the same configuration, limits and
// parent.
func TestRunAgain(t *testing.T) {
	t.Chdir(t.TempDir())
	sim := func(args ...string) {
		t.Helper()
		if got := runMain(t, append([]string{"sim", "-q"}, args...)...); got.code != 0 {
			t.Fatal(got.stderr)
		}
	}
	again := func(id string) []string {
		t.Helper()
		return commandOf(t, runMain(t, "show", id).stdout)
	}
	sim("--run-id", "limited", "--seed", "0", "--ticks", "9", "--set", "simulation.max_events=150",
		"--set", "simulation.check_invariants=true", "--set", "simulation.checkpoint_every=2", "--metrics-every", "3")
	want := strings.Fields("runshelf sim economy --seed 0 --set simulation.max_events=150 --set simulation.checkpoint_every=2 " +
		"--set simulation.metrics_every=3 --set simulation.check_invariants=true --ticks 9")
	if got := again("limited"); !slices.Equal(got, want) {
		t.Fatalf("to run it again:\n%q, not\n%q", got, want)
	}
	sim(append(again("limited")[2:], "--run-id", "second")...)
	if got := again("second"); !slices.Equal(got, want) {
		t.Errorf("to run it a third time:\n%q", got)
	}
	if m := manifestOf(t, "limited"); m.Reason != "max_events" || m.Reason != manifestOf(t, "second").Reason || *m.Seed != 0 ||
		m.Events.SHA256 == "" || m.Events.Count != manifestOf(t, "second").Events.Count {
		t.Errorf("the run and its double: %+v, %+v", m.Events, manifestOf(t, "second").Events)
	}
	sim("--resume", "limited", "--ticks", "12", "--run-id", "rest")
	want = strings.Fields("runshelf sim economy --resume limited --ticks 12")
	if got := again("rest"); !slices.Equal(got, want) {
		t.Errorf("to resume it again: %q, not %q", got, want)
	}
}

func manifestOf(t *testing.T, id string) shelf.Manifest {
	t.Helper()
	run, err := shelf.OpenRun(filepath.Join("logs", id))
	if err != nil {
		t.Fatal(err)
	}
	return run.Manifest
}

// A resumed run goes on with its own settings. Others that lie about are told of.
func TestResumeTellsOfIgnoredSettings(t *testing.T) {
	t.Chdir(t.TempDir())
	if got := runMain(t, "sim", "-q", "--run-id", "half", "--ticks", "3", "--set", "agents=4"); got.code != 0 {
		t.Fatal(got.stderr)
	}
	if err := os.WriteFile("runshelf.yaml", []byte("economy:\n  agents: 5\n  mint_period: 10\n  ticks: 50\nsimulation:\n  seed: 77\nexchange:\n  agents: 6\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	got := runMain(t, "sim", "-q", "--resume", "half", "--ticks", "4")
	if got.code != 0 {
		t.Fatal(got.stderr)
	}
	for text, want := range map[string]bool{
		"file runshelf.yaml:2: economy.agents does not count": true,
		"file runshelf.yaml:6: simulation.seed does not":      true,
		"mint_period":     false, // it is what the run has
		"economy.ticks":   false, // the flag is stronger
		"exchange.agents": false,
	} {
		if strings.Contains(got.stderr, text) != want {
			t.Errorf("%q told: %t, in\n%s", text, !want, got.stderr)
		}
	}
	got = runMain(t, "sim", "-q", "--resume", "half")
	if got.code != exitUsage || !strings.Contains(got.stderr, "economy.ticks does not count") {
		t.Errorf("ticks of a file: exit code %d, %s", got.code, got.stderr)
	}
}

// Bad settings are told of with file and key before anything is made.
func TestSimRefusesWithPlaceAndKey(t *testing.T) {
	for args, want := range map[string]string{
		"--set logging.readable_events=[": `flag --set: logging.readable_events: "[" is no pattern`,
		"--set strategies=":               "flag --set: economy.strategies: must not be empty",
		"foo":                             `no model "foo" (there are: economy, exchange)`,
		"--set logging.default_recent=0":  "logging.default_recent: must be 1 to",
	} {
		t.Chdir(t.TempDir())
		got := runMain(t, append([]string{"sim"}, strings.Fields(args)...)...)
		if left, err := os.ReadDir("."); got.code != exitUsage || !strings.Contains(got.stderr, want) || err != nil || len(left) > 0 {
			t.Errorf("%s: exit code %d, left %v, %s", args, got.code, left, got.stderr)
		}
	}
}
