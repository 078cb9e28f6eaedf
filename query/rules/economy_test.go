package rules_test

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"testing"

	"example.org/runshelf/config"
	"example.org/runshelf/event"
	"example.org/runshelf/query/rules"
	"example.org/runshelf/runner"
	"example.org/runshelf/shelf"
)

// simulate makes a run of the economy and returns it.
func simulate(t testing.TB, logs string, resume *shelf.Run, flags map[string]any) *shelf.Run {
	t.Helper()
	registry, err := runner.Registry()
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]any{"logging.logs_dir": logs, "simulation.seed": "7", "economy.ticks": "40"}
	maps.Copy(all, flags)
	c, err := registry.Load(config.Sources{Dir: logs, UserDir: logs, Env: []string{}, Flags: all})
	if err != nil {
		t.Fatal(err)
	}
	sim, err := runner.New(runner.Options{Config: c, Model: "economy", Resume: resume})
	if err == nil {
		err = sim.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := sim.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	run, err := shelf.OpenRun(sim.Dir())
	if err != nil {
		t.Fatal(err)
	}
	return run
}

// economyLaws are the laws that the economy ships.
func economyLaws(t testing.TB) *rules.File {
	t.Helper()
	def, err := runner.FindModel("economy")
	if err != nil {
		t.Fatal(err)
	}
	f, err := rules.Parse("economy", def.Laws)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func lines(t *testing.T, run *shelf.Run) [][]byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(run.Dir, shelf.EventsFile))
	if err != nil {
		t.Fatal(err)
	}
	return bytes.SplitAfter(bytes.TrimSuffix(text, []byte("\n")), []byte("\n"))
}

// The laws hold for real runs: of several seeds, with a single agent whose price is
// burned, and for one that goes on from another.
func TestEconomyKeepsItsLaws(t *testing.T) {
	laws, logs := economyLaws(t), t.TempDir()
	types := map[string]bool{}
	var runs []*shelf.Run
	for seed := range 6 {
		runs = append(runs, simulate(t, logs, nil, map[string]any{"simulation.seed": strconv.Itoa(seed)}))
	}
	runs = append(runs,
		simulate(t, logs, nil, map[string]any{"economy.agents": "1", "economy.strategies": "bidder_truthful"}),
		simulate(t, logs, nil, map[string]any{"economy.agents": "30", "economy.poor_percent": "80", "economy.poor_budget": "60"}),
		simulate(t, logs, runs[0], map[string]any{"simulation.seed": "-1", "economy.ticks": "60"}))
	for _, run := range runs {
		v, err := rules.Check(run, laws, rules.Options{})
		if err != nil || len(v.Violations) > 0 || v.Events != int64(run.Manifest.Events.Count) {
			t.Errorf("%s: %+v, %v", run.ID, v, err)
		}
		for name := range run.Manifest.Events.ByType {
			types[name] = true
		}
	}
	for _, name := range []string{"burn", "ubi", "mint", "mint_refund", "escrow_purchase", "agent_frozen", "agent_unfrozen"} {
		if !types[name] {
			t.Errorf("no run has a %s", name)
		}
	}
}

// amountFields are the figures of each type of event that the laws follow.
func amountFields() map[string][]string {
	return map[string][]string{
		"transfer":          {"amount", "sender_scrip_after", "recipient_scrip_after"},
		"ubi":               {"amount", "scrip_after"},
		"mint":              {"amount", "scrip_after"},
		"mint_submission":   {"bid", "scrip_after", "escrow_after"},
		"mint_refund":       {"bid", "scrip_after", "escrow_after"},
		"mint_auction":      {"bid", "price"},
		"resource_consumed": {"amount", "balance_after"}, "resource_spent": {"amount", "balance_after"},
		"resource_allocated": {"amount", "used_after", "quota"},
		"escrow_deposit":     {"agent_scrip_after"}, "escrow_purchase": {"agent_scrip_after"},
		"tick": {"escrow", "agent_01"},
	}
}

// One amount that is changed, wherever it stands, is found at its event.
func TestEconomyWithOneChangedAmount(t *testing.T) {
	laws := economyLaws(t)
	run := simulate(t, t.TempDir(), nil, map[string]any{"economy.ticks": "25"})
	all := lines(t, run)
	planted := 0
	for _, typ := range slices.Sorted(maps.Keys(amountFields())) {
		places := placesOf(t, all, typ)
		for _, field := range amountFields()[typ] {
			for by, at := range map[int]int{1: places[0], -1: places[len(places)/2], 2: places[len(places)-1]} {
				if changed, ok := change(all[at], field, by); ok {
					planted++
					checkPlanted(t, laws, all, at, changed, typ+" "+field)
				}
			}
		}
	}
	t.Logf("%d changed amounts were found at their events", planted)
	if planted < 75 {
		t.Errorf("only %d changes were planted", planted)
	}
}

// placesOf finds the lines of a type.
func placesOf(t *testing.T, all [][]byte, typ string) []int {
	t.Helper()
	var places []int
	for i, line := range all {
		if e, err := event.Decode(line); err == nil && e.Type == typ && !bytes.Contains(line, []byte(`"winner":""`)) {
			places = append(places, i)
		}
	}
	if len(places) == 0 {
		t.Fatalf("there is no %s", typ)
	}
	return places
}

// change changes a figure of a line.
func change(line []byte, field string, by int) ([]byte, bool) {
	m := regexp.MustCompile(`"` + field + `":(-?\d+)`).FindSubmatchIndex(line)
	if m == nil {
		return nil, false
	}
	n, err := strconv.Atoi(string(line[m[2]:m[3]]))
	return slices.Concat(line[:m[2]], []byte(strconv.Itoa(n+by)), line[m[3]:]), err == nil
}

// checkPlanted checks a log with one other line: the first violation must be there.
func checkPlanted(t *testing.T, laws *rules.File, all [][]byte, at int, changed []byte, what string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "planted")
	text := bytes.Join(slices.Concat(all[:at], [][]byte{changed}, all[at+1:]), nil)
	if err := os.MkdirAll(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, shelf.EventsFile), append(text, '\n'), 0o666); err != nil {
		t.Fatal(err)
	}
	run, err := shelf.OpenRun(dir)
	if err != nil {
		t.Fatal(err)
	}
	v, err := rules.Check(run, laws, rules.Options{})
	if err != nil || len(v.Violations) != 1 || v.Violations[0].Sequence != uint64(at+1) {
		found := fmt.Sprintf("%+v", v)
		if len(v.Violations) > 0 {
			found = fmt.Sprint(v.Violations[0].Rule, " at ", v.Violations[0].Sequence, ": ", v.Violations[0].Message)
		}
		t.Errorf("%s of event %d: %s, %v", what, at+1, found, err)
	}
}
