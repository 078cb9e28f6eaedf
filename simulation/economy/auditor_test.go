package economy

import (
	"log/slog"
	"slices"
	"testing"

	"example.org/runshelf/simulation"
)

// recorded returns the events of a short run in which everything happens.
func recorded(t *testing.T) []entry {
	t.Helper()
	l := &listener{}
	w, ctx := begin(t, 7, configWith(simulation.Config{"poor_budget": int64(60), "rescue_budget": int64(40)}), l)
	steps(t, w, ctx, 45)
	if _, err := audit(l.entries, false); err != nil {
		t.Fatal(err)
	}
	return l.entries
}

// falsify returns each way of changing one whole number of an attribute by one.
func falsify(v slog.Value) []slog.Value {
	switch v.Kind() {
	case slog.KindInt64:
		return []slog.Value{slog.Int64Value(v.Int64() + 1), slog.Int64Value(v.Int64() - 1)}
	case slog.KindGroup:
		var all []slog.Value
		for i, a := range v.Group() {
			for _, wrong := range falsify(a.Value) {
				group := slices.Clone(v.Group())
				group[i].Value = wrong
				all = append(all, slog.GroupValue(group...))
			}
		}
		return all
	}
	return nil
}

// The intents of refused actions lead to nothing that they could be compared with.
func refused(e entry) bool { return e.eventType == "action" && !attr(e, "success").Bool() }

func TestAuditorFindsEveryFalseNumber(t *testing.T) {
	entries := recorded(t)
	seen := map[string]int{}
	for i, e := range entries {
		if refused(e) || seen[e.eventType] == 3 {
			continue
		}
		seen[e.eventType]++
		for j, a := range e.attrs {
			for _, wrong := range falsify(a.Value) {
				forged := slices.Clone(entries)
				forged[i].attrs = slices.Clone(e.attrs)
				forged[i].attrs[j].Value = wrong
				if _, err := audit(forged, false); err == nil && !inconsequential(e, a, wrong) {
					t.Errorf("event %d %s: %s = %v passes, was %v", e.sequence, e.eventType, a.Key, wrong, a.Value)
				}
			}
		}
	}
	if len(seen) < 22 {
		t.Errorf("only %d types of event: %v", len(seen), seen)
	}
}

// inconsequential says whether a false number is one that no later event states:
// the input of an invocation that gives the same result.
func inconsequential(e entry, a slog.Attr, wrong slog.Value) bool {
	return e.eventType == "action" && a.Key == "intent" &&
		numOf(wrong.Group(), "input") != numOf(a.Value.Group(), "input")
}

func TestAuditorFindsEveryFalseName(t *testing.T) {
	entries := recorded(t)
	names := []string{"sender", "recipient", "principal", "agent_id", "owner", "seller", "winner", "artifact_id", "resource"}
	seen := map[string]int{}
	for i, e := range entries {
		for j, a := range e.attrs {
			key := e.eventType + "." + a.Key
			if !slices.Contains(names, a.Key) || seen[key] == 3 {
				continue
			}
			seen[key]++
			forged := slices.Clone(entries)
			forged[i].attrs = slices.Clone(e.attrs)
			forged[i].attrs[j].Value = slog.StringValue("agent_99")
			if _, err := audit(forged, false); err == nil {
				t.Errorf("event %d: another %s passes", e.sequence, key)
			}
		}
	}
}

func TestAuditorFindsEveryLostOrDoubledEvent(t *testing.T) {
	entries := recorded(t)
	seen := map[string]int{}
	for i, e := range entries {
		if seen[e.eventType]++; seen[e.eventType] > 4 || i == len(entries)-1 {
			continue
		}
		lost := slices.Delete(slices.Clone(entries), i, i+1)
		if _, err := audit(lost, true); err == nil {
			t.Errorf("the loss of event %d, %s, passes", e.sequence, e.eventType)
		}
		doubled := slices.Insert(slices.Clone(entries), i, e)
		if _, err := audit(doubled, true); err == nil {
			t.Errorf("a second event %d, %s, passes", e.sequence, e.eventType)
		}
	}
}

// Bugs that a world could have; each must break its invariants or its events.
func TestPlantedBugsAreFound(t *testing.T) {
	bugs := map[string]func(*world){
		"scrip from nowhere": func(w *world) { w.ledger.scrip[0]++ },
		"scrip lost":         func(w *world) { w.ledger.scrip[8]-- },
		"silent payment":     func(w *world) { w.ledger.scrip[8]--; w.ledger.scrip[2]++ },
		"silent mint":        func(w *world) { w.ledger.scrip[0]++; w.ledger.minted++ },
		"silent burn":        func(w *world) { w.ledger.scrip[8]--; w.ledger.burned++ },
		"leak from escrow":   func(w *world) { w.ledger.escrow-- },
		"silent hold":        func(w *world) { w.ledger.scrip[8]--; w.ledger.escrow++ },
		"forgotten disk":     func(w *world) { w.resources.used[8]-- },
		"free thought":       func(w *world) { w.resources.llm[8]++ },
		"stolen artifact":    func(w *world) { w.hand(w.store.list[0], (w.store.list[0].owner+1)%len(w.agents)) },
		"wrong content":      func(w *world) { w.store.list[0].content += "x" },
	}
	for name, plant := range bugs {
		t.Run(name, func(t *testing.T) {
			a := newAuditor()
			w, ctx := begin(t, 3, Definition().Defaults(), a)
			steps(t, w, ctx, 18)
			plant(w)
			ctx.Advance()
			err := w.Step(ctx)
			if a.finish() == nil && a.same(w) == nil {
				t.Error("not found from the events", err)
			}
		})
	}
}

func TestPlantedBugsBreakInvariants(t *testing.T) {
	bugs := map[string]func(*world){
		"scrip from nowhere": func(w *world) { w.ledger.scrip[0]++ },
		"negative scrip":     func(w *world) { w.ledger.scrip[0] -= 1000; w.ledger.scrip[1] += 1000 },
		"leak from escrow":   func(w *world) { w.ledger.escrow-- },
		"silent hold":        func(w *world) { w.ledger.scrip[8]--; w.ledger.escrow++ },
		"forgotten disk":     func(w *world) { w.resources.used[8]-- },
		"over quota":         func(w *world) { w.resources.quota = 1 },
		"too much compute":   func(w *world) { w.resources.compute[0] = w.resources.rate + 1 },
		"awake unpaid":       func(w *world) { w.resources.llm[0] = 0 },
		"miscounted frozen":  func(w *world) { w.frozen = append(w.frozen, 0) },
		"two owners":         func(w *world) { w.store.list[0].owner++ },
		"lost artifact":      func(w *world) { w.store.list = w.store.list[1:] },
		"unlisted":           func(w *world) { w.listings = w.listings[1:] },
		"bid forgotten":      func(w *world) { w.bids = w.bids[1:] },
		"released too early": func(w *world) { w.bids[0].artifact.submitted = false },
		"asked for nothing":  func(w *world) { w.listings[0].asking = 0 },
	}
	for name, plant := range bugs {
		t.Run(name, func(t *testing.T) {
			w, ctx := begin(t, 3, Definition().Defaults(), nil)
			steps(t, w, ctx, 18)
			plant(w)
			if w.CheckInvariants() == nil {
				t.Error("no invariant is broken")
			}
		})
	}
}

func TestEverythingHappens(t *testing.T) {
	missing := map[string]bool{}
	for eventType := range eventKeys() {
		missing[eventType] = true
	}
	for _, why := range []refusal{refusedMissing, refusedAccess, refusedOwner, refusedHeld, refusedScrip, refusedBudget,
		refusedCompute, refusedDisk, refusedClosed, refusedMinted, refusedAmount, refusedSelf, refusedSale, refusedBuyer,
		refusedContent, refusal(errDivision.Error()), refusal(errNotExecutable.Error())} {
		missing[string(why)] = true
	}
	for _, changes := range []simulation.Config{
		{"agents": int64(5), "llm_budget": int64(9000), "disk_quota": int64(400)},
		{"agents": int64(5), "compute_rate": int64(14), "write_compute": int64(2), "starting_scrip": int64(5), "disk_quota": int64(100)},
		{"agents": int64(5), "llm_budget": int64(300)},
		{"agents": int64(1)},
	} {
		l := &listener{}
		w, ctx := begin(t, 1, configWith(changes), l)
		unleash(w)
		steps(t, w, ctx, 300)
		for _, e := range l.entries {
			delete(missing, e.eventType)
			if e.eventType == "action" {
				delete(missing, str(e, "error"))
			}
		}
	}
	if len(missing) > 0 {
		t.Error("never happened:", missing)
	}
}
