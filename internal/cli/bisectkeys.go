package cli

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"example.org/runshelf/compare"
	"example.org/runshelf/event"
	"example.org/runshelf/shelf"
)

// bisection is a search for the settings that make two runs differ.
type bisection struct {
	app       *app
	o         *bisectOptions
	ignored   int // how many fields the command itself set aside
	good, bad *shelf.Run
	configs   [2]event.Object // of the two, without what says which run it is
	keys      []bisectKey
	judge     *judge
	tag       string
	before    map[string]*shelf.Run // what this bisect has run, by signature

	trials       []trial
	made, reused int
}

// bisectKey is a setting in which the two runs differ.
type bisectKey struct {
	key  string // in the configuration
	seed bool   // the seed of the run, which is no member of it
	name string // for people
}

// trial is a combination that was run.
type trial struct {
	chosen  []int // which keys are as in the bad run
	run     string
	outcome compare.Outcome
	reason  string
}

// combination is what one run is made with.
type combination struct {
	config event.Object
	seed   *uint64
}

// prepare checks that the two are runs of one program that can be run again, and
// finds out what differs.
func (b *bisection) prepare() error {
	for i, run := range []*shelf.Run{b.good, b.bad} {
		if err := checkRepeatable(run); err != nil {
			return err
		}
		if len(run.Manifest.Config) > 0 {
			config, err := decodeObject(run.Manifest.Config)
			if err != nil {
				return fmt.Errorf("reading the configuration of %s: %w", run.ID, err)
			}
			b.configs[i] = config
		}
	}
	if err := b.checkOneProgram(); err != nil {
		return err
	}
	if b.good.Manifest.Kind == kindSimulation {
		for i := range b.configs {
			b.configs[i] = slices.DeleteFunc(b.configs[i], func(m event.Member) bool { return m.Key == "seed" || m.Key == "model" })
		}
	}
	b.findKeys()
	if len(b.keys) == 0 {
		return fmt.Errorf("%s and %s have the same settings and the same seed", b.good.ID, b.bad.ID)
	}
	sum := sha256.Sum256([]byte(identity(b.good) + "\n" + identity(b.bad)))
	b.tag = "bisect-" + hex.EncodeToString(sum[:4])
	return nil
}

// identity is what a run keeps when it is copied or renamed.
func identity(run *shelf.Run) string {
	if run.Manifest.UUID != "" {
		return run.Manifest.UUID
	}
	return run.ID
}

// checkRepeatable refuses a run that cannot be run again.
func checkRepeatable(run *shelf.Run) error {
	m := &run.Manifest
	switch {
	case m.Kind != kindSimulation && m.Kind != kindExec:
		return fmt.Errorf("%s is no run of a simulation or wrapped program, and cannot be run again", run.ID)
	case run.Status != shelf.StatusCompleted && run.Status != shelf.StatusFailed:
		return fmt.Errorf("%s did not come to its end: it is %s", run.ID, run.Status)
	case m.Parent != "":
		return fmt.Errorf("%s goes on from %s, and only runs from the beginning can be bisected", run.ID, m.Parent)
	case m.Kind == kindExec && len(m.Program.Argv) == 0:
		return fmt.Errorf("%s does not say which command it ran", run.ID)
	}
	return checkSecrets(run)
}

// checkOneProgram refuses runs of which more than settings and seed differ.
func (b *bisection) checkOneProgram() error {
	x, y := &b.good.Manifest, &b.bad.Manifest
	switch {
	case x.Kind != y.Kind || x.Program.Name != y.Program.Name:
		return fmt.Errorf("%s is a run of %s and %s one of %s", b.good.ID, orUnknown(x.Program.Name), b.bad.ID, orUnknown(y.Program.Name))
	case x.Kind == kindSimulation:
		return b.checkVersions()
	case !slices.Equal(x.Program.Argv, y.Program.Argv):
		return withHint(fmt.Errorf("%s and %s ran different commands", b.good.ID, b.bad.ID),
			"what is to be bisected must be given by --param, which the program finds in RUNSHELF_PARAMS")
	case x.Program.Cwd != y.Program.Cwd:
		return fmt.Errorf("%s and %s ran in different directories", b.good.ID, b.bad.ID)
	case x.Git != nil && y.Git != nil && x.Git.Commit != y.Git.Commit:
		b.app.warn(fmt.Sprintf("%s and %s ran at different commits; what is run now is the code as it is now", b.good.ID, b.bad.ID))
	}
	return nil
}

// findKeys lists what differs, the seed last: settings are suspected first.
func (b *bisection) findKeys() {
	for _, config := range b.configs {
		for _, m := range config {
			known := slices.ContainsFunc(b.keys, func(k bisectKey) bool { return k.key == m.Key })
			if !known && memberText(b.configs[0], m.Key) != memberText(b.configs[1], m.Key) {
				b.keys = append(b.keys, bisectKey{key: m.Key, name: m.Key})
			}
		}
	}
	x, y := b.good.Manifest.Seed, b.bad.Manifest.Seed
	if (x == nil) == (y == nil) && (x == nil || *x == *y) {
		return
	}
	for i := range b.keys {
		if b.keys[i].key == "seed" {
			b.keys[i].name = "config.seed" // a parameter of this name is not the run's seed
		}
	}
	b.keys = append(b.keys, bisectKey{seed: true, name: "seed"})
}

// memberText is a member as JSON, "" when there is none.
func memberText(o event.Object, key string) string {
	v, ok := o.Get(key)
	if !ok {
		return ""
	}
	return string(event.AppendValue(nil, v))
}

// all are the places of all keys.
func (b *bisection) all() []int {
	all := make([]int, len(b.keys))
	for i := range all {
		all[i] = i
	}
	return all
}

// names are those of the chosen keys; nil chooses all.
func (b *bisection) names(chosen []int) []string {
	if chosen == nil {
		chosen = b.all()
	}
	names := make([]string, 0, len(chosen))
	for _, i := range chosen {
		names = append(names, b.keys[i].name)
	}
	return names
}

// combine returns what a run is made with that has the chosen settings of the bad
// run and the others of the good one.
func (b *bisection) combine(chosen []int) combination {
	c := combination{slices.Clone(b.configs[0]), b.good.Manifest.Seed}
	for _, i := range chosen {
		k := b.keys[i]
		if k.seed {
			c.seed = b.bad.Manifest.Seed
			continue
		}
		at := slices.IndexFunc(c.config, func(m event.Member) bool { return m.Key == k.key })
		v, given := b.configs[1].Get(k.key)
		switch {
		case !given:
			c.config = slices.Delete(c.config, at, at+1)
		case at < 0:
			c.config = append(c.config, event.Member{Key: k.key, Value: v})
		default:
			c.config[at].Value = v
		}
	}
	return c
}

// signature tells combinations apart, in whatever order their settings stand.
func (c combination) signature() string {
	lines := make([]string, 0, len(c.config)+1)
	for _, m := range c.config {
		lines = append(lines, string(event.AppendValue(nil, m.Key))+":"+memberText(c.config, m.Key))
	}
	slices.Sort(lines)
	if c.seed != nil {
		lines = append(lines, fmt.Sprint(*c.seed))
	}
	return strings.Join(lines, "\n")
}

// unresolved counts the combinations of which nobody knows whether they are bad.
func (b *bisection) unresolved() int64 {
	n := int64(0)
	for _, t := range b.trials {
		if t.outcome == compare.Unresolved {
			n++
		}
	}
	return n
}
