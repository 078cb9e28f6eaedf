package economy

import "slices"

// rescueReserve is how many rescues a saver could pay before it pays one.
const rescueReserve = 20

// saver does little and keeps much. It gives llm_budget to the frozen and scrip to
// the poorest, as long as it has plenty itself.
func saver(w *world, t *turn) intent {
	if in, ok := w.rescue(t); ok {
		return in
	}
	switch {
	case t.chance(5) && w.ledger.scrip[t.self] > w.set.startingScrip:
		return w.alms(t)
	case t.chance(20):
		return w.browse(t)
	}
	return idle("saving")
}

// rescue gives llm_budget to a frozen agent, the first in id order from a random
// place on, with a chance that makes it wait.
func (w *world) rescue(t *turn) (intent, bool) {
	gift := w.set.rescueBudget
	if len(w.frozen) == 0 || w.resources.llm[t.self]/rescueReserve < gift || !t.chance(15) {
		return intent{}, false
	}
	at, _ := slices.BinarySearch(w.frozen, t.rand.IntN(len(w.agents)))
	next := w.frozen[at%len(w.frozen)]
	return intent{kind: kindTransfer, recipient: next, resource: resourceLLM, amount: gift}, true
}

// alms gives a fiftieth of one's scrip to the poorest other principal.
func (w *world) alms(t *turn) intent {
	poorest := w.ledger.poorestBut(t.self)
	if poorest == nobody {
		return idle("nobody to give to")
	}
	return intent{kind: kindTransfer, recipient: poorest, resource: resourceScrip, amount: 1 + w.ledger.scrip[t.self]/50}
}
