package shelf

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"time"
)

// Policy says which runs may go. A run goes only when everything that is set says
// so; the zero value says nothing and removes nothing.
type Policy struct {
	// Keep is the number of newest runs that stay; nil sets nothing. Runs that
	// stay whatever a policy says (pinned, living, of unknown status) do not count.
	Keep *int
	// OlderThan lets go what started longer ago; 0 sets nothing.
	OlderThan time.Duration
	// MaxBytes lets go the oldest runs until all that are left take no more; nil
	// sets nothing.
	MaxBytes *int64
	// Statuses lets go runs of these statuses; nil sets nothing.
	Statuses []Status
	// Where lets go runs for which it is true; nil sets nothing.
	Where func(*Run) (bool, error)
}

// Empty reports whether nothing is set.
func (p *Policy) Empty() bool {
	return p.Keep == nil && p.OlderThan == 0 && p.MaxBytes == nil && len(p.Statuses) == 0 && p.Where == nil
}

// Removal is what is to become of one run.
type Removal struct {
	Run *Run
	// Bytes is the length of all its files.
	Bytes int64
	// Kept says why the run stays although the policy lets it go; empty for a run
	// that goes.
	Kept string
}

// PlanPrune returns what a policy makes of the runs, the oldest first: those that
// go, and those that stay for a reason of their own. It changes nothing.
func (s *Shelf) PlanPrune(p Policy, now time.Time) ([]Removal, error) {
	if p.Empty() {
		return nil, nil
	}
	runs, err := s.Runs()
	if err != nil {
		return nil, err
	}
	var plan []Removal
	total, counted := int64(0), 0
	for _, r := range runs { // the newest first
		entry := Removal{Run: r, Kept: r.keptBecause(s.host, p)}
		if entry.Bytes, err = treeSize(s.fs, r.Dir); err != nil {
			return nil, fmt.Errorf("measuring run %s: %w", r.ID, err)
		}
		total += entry.Bytes
		protected := false
		if entry.Kept == "" {
			counted++
			protected = p.Keep != nil && counted <= *p.Keep
		}
		goes, err := p.matches(r, now)
		if err != nil {
			return nil, fmt.Errorf("judging run %s: %w", r.ID, err)
		}
		if goes && !protected {
			plan = append(plan, entry)
		}
	}
	slices.Reverse(plan)
	return p.shrink(plan, total), nil
}

// matches applies what can be said of a run by itself.
func (p *Policy) matches(r *Run, now time.Time) (bool, error) {
	if p.OlderThan > 0 && now.Sub(r.Start) <= p.OlderThan {
		return false, nil
	}
	if len(p.Statuses) > 0 && !slices.Contains(p.Statuses, r.Status) {
		return false, nil
	}
	if p.Where == nil {
		return true, nil
	}
	return p.Where(r)
}

// shrink lets no more runs go than it takes to come down to MaxBytes.
func (p *Policy) shrink(plan []Removal, total int64) []Removal {
	if p.MaxBytes == nil {
		return plan
	}
	return slices.DeleteFunc(plan, func(entry Removal) bool {
		if total <= *p.MaxBytes {
			return true
		}
		if entry.Kept == "" {
			total -= entry.Bytes
		}
		return false
	})
}

// keptBecause says why a run is not removed by any policy; "" when it may be.
func (r *Run) keptBecause(host machine, p Policy) string {
	switch {
	case r.Manifest.Pinned:
		return "it is pinned"
	case r.Status == StatusRunning:
		return "it is being written"
	case r.Status == StatusUnknown && r.Manifest.Status == StatusRunning && r.elsewhere(host):
		return "it may be written on another machine"
	case r.Status == StatusUnknown && !slices.Contains(p.Statuses, StatusUnknown):
		return "its status is unknown"
	}
	return ""
}

// PruneOptions say how runs are removed.
type PruneOptions struct {
	// Purge removes at once, without the trash.
	Purge bool
	// Failed is told of each run that could not be removed. Nil means nobody is.
	Failed func(*Run, error)
}

// Prune removes the runs of a plan that go. A run that was pinned, came to life
// again or was removed by somebody else in the meantime stays as it is. It
// returns what was removed; the error joins what went wrong.
//
// At any moment, also when the process is killed, a run is either where it was or
// wholly in the trash (or gone), and "latest" names a run that is there.
func (s *Shelf) Prune(plan []Removal, o PruneOptions) (removed []Removal, err error) {
	doomed := map[string]bool{}
	for _, entry := range plan {
		doomed[entry.Run.ID] = entry.Kept == ""
	}
	var failures []error
	for _, entry := range plan {
		if entry.Kept != "" {
			continue
		}
		err := s.remove(entry.Run.ID, doomed, o.Purge)
		switch {
		case err == nil:
			removed = append(removed, entry)
		case errors.Is(err, fs.ErrNotExist), errors.Is(err, ErrPinned), errors.Is(err, ErrLives):
		default:
			failures = append(failures, fmt.Errorf("removing run %s: %w", entry.Run.ID, err))
			if o.Failed != nil {
				o.Failed(entry.Run, err)
			}
		}
	}
	return removed, errors.Join(append(failures, s.mendLatest(), s.sweep())...)
}
