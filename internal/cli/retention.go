package cli

import (
	"fmt"

	"example.org/runshelf/config"
	"example.org/runshelf/shelf"
)

// The settings that let older runs go when a run has ended.
const (
	keyKeepRuns = "logging.keep_last_n_runs"
	keyKeepSize = "logging.keep_size"
)

// applyRetention removes the runs that the settings let go, and says so. It is
// called when the run id has ended, which stays: it may have begun long before the
// newest. Since nobody looks at the trash after each run, what goes is gone at once.
// What goes wrong is a warning: the run itself is kept.
func (a *app) applyRetention(c *config.Config, id string, say, warn func(string)) {
	s := shelf.New(c.String(keyLogsDir))
	for _, policy := range retention(c) {
		policy.Where = func(r *shelf.Run) (bool, error) { return r.ID != id, nil }
		plan, err := s.PlanPrune(policy, a.now())
		var removed []shelf.Removal
		if err == nil {
			removed, err = s.Prune(plan, shelf.PruneOptions{Purge: true})
		}
		if len(removed) > 0 {
			say(fmt.Sprintf("removed %s, %s, as %s and %s ask for",
				plural(int64(len(removed)), "older run"), byteSize(removedBytes(removed)), keyKeepRuns, keyKeepSize))
		}
		for _, part := range parts(err) {
			warn(part.Error())
		}
	}
}

// retention returns the policies that are set, one after the other: both limits
// are to hold.
func retention(c *config.Config) (policies []shelf.Policy) {
	if n := int(c.Int(keyKeepRuns)); n > 0 {
		policies = append(policies, shelf.Policy{Keep: &n})
	}
	size, ok := config.ParseSize(c.String(keyKeepSize))
	if ok && size > 0 {
		newest := 1
		policies = append(policies, shelf.Policy{Keep: &newest, MaxBytes: &size})
	}
	return policies
}
