package economy

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

// rescue gives llm_budget to a frozen agent, with a chance that makes it wait.
func (w *world) rescue(t *turn) (intent, bool) {
	gift := w.set.rescueBudget
	if w.frozen == 0 || w.resources.llm[t.self]/rescueReserve < gift || !t.chance(15) {
		return intent{}, false
	}
	n := len(w.agents)
	start := t.rand.IntN(n)
	for k := range n {
		if i := (start + k) % n; w.agents[i].frozen {
			return intent{kind: kindTransfer, recipient: i, resource: resourceLLM, amount: gift}, true
		}
	}
	return intent{}, false
}

// alms gives a fiftieth of one's scrip to the poorest other principal.
func (w *world) alms(t *turn) intent {
	poorest := nobody
	for i, s := range w.ledger.scrip {
		if i != t.self && (poorest == nobody || s < w.ledger.scrip[poorest]) {
			poorest = i
		}
	}
	if poorest == nobody {
		return idle("nobody to give to")
	}
	return intent{kind: kindTransfer, recipient: poorest, resource: resourceScrip, amount: 1 + w.ledger.scrip[t.self]/50}
}
