package economy

import (
	"fmt"
	"slices"
)

// CheckInvariants implements [simulation.Checked]: no scrip is made or lost but by
// the mint and a burn, nothing is negative, the disk in use is what the owned
// artifacts take, escrow is the bids that are held, and the agents without
// llm_budget are the frozen ones.
func (w *world) CheckInvariants() error {
	checks := []func() error{w.ledger.check, w.resources.check, w.checkOwnership, w.checkBids, w.checkListings, w.checkFrozen}
	for _, check := range checks {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

func (w *world) checkOwnership() error {
	owned := 0
	for i := range w.agents {
		var size int64
		for _, a := range w.agents[i].owned {
			if a.owner != i || w.store.byID[a.id] != a {
				return fmt.Errorf("economy: %s is among the artifacts of %s", a.id, w.agents[i].id)
			}
			size += a.size()
		}
		owned += len(w.agents[i].owned)
		if size != w.resources.used[i] {
			return fmt.Errorf("economy: %s uses %d bytes of disk for %d bytes of artifacts", w.agents[i].id, w.resources.used[i], size)
		}
	}
	if owned != len(w.store.list) || owned != len(w.store.byID) {
		return fmt.Errorf("economy: %d artifacts are owned, %d stored, %d known", owned, len(w.store.list), len(w.store.byID))
	}
	return nil
}

func (w *world) checkBids() error {
	var sum int64
	for _, b := range w.bids {
		if b.amount < 1 || b.artifact.owner != b.principal || !b.artifact.submitted {
			return fmt.Errorf("economy: a bid of %d by principal %d is held for %s", b.amount, b.principal, b.artifact.id)
		}
		sum += b.amount
	}
	if sum != w.ledger.escrow {
		return fmt.Errorf("economy: escrow is %d, the bids held are %d", w.ledger.escrow, sum)
	}
	return w.checkCount("submitted", len(w.bids), func(a *artifact) bool { return a.submitted })
}

func (w *world) checkListings() error {
	for _, a := range w.listings {
		if a.asking < 1 || a.submitted {
			return fmt.Errorf("economy: %s is listed for %d", a.id, a.asking)
		}
	}
	return w.checkCount("listed", len(w.listings), func(a *artifact) bool { return a.asking > 0 })
}

// checkCount compares a list of artifacts with the marks on the artifacts.
func (w *world) checkCount(what string, listed int, marked func(*artifact) bool) error {
	n := 0
	for _, a := range w.store.list {
		if marked(a) {
			n++
		}
	}
	if n != listed {
		return fmt.Errorf("economy: %d artifacts are marked as %s, %d are", n, what, listed)
	}
	return nil
}

func (w *world) checkFrozen() error {
	var frozen []int
	for i := range w.agents {
		if w.agents[i].frozen != (w.resources.llm[i] == 0) {
			return fmt.Errorf("economy: %s has llm_budget %d, frozen: %t", w.agents[i].id, w.resources.llm[i], w.agents[i].frozen)
		}
		if w.agents[i].frozen {
			frozen = append(frozen, i)
		}
	}
	if !slices.Equal(frozen, w.frozen) {
		return fmt.Errorf("economy: the agents %d are frozen, known as such are %d", frozen, w.frozen)
	}
	return nil
}
