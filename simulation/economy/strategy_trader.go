package economy

// traderDivisor is the score for which a trader expects one unit of scrip from
// whoever buys next.
const traderDivisor = 8

// resale is what a trader expects to get for an artifact.
func resale(a *artifact) int64 { return a.score / traderDivisor }

// trader buys what is cheap for its score and offers it again for more. What it
// cannot sell it takes back, to ask less for it or to make room.
func trader(w *world, t *turn) intent {
	if in, ok := w.patronage(t); ok {
		return in
	}
	if a := w.bargain(t, resale); a != nil && t.chance(60) {
		return on(kindPurchase, a)
	}
	owned := w.agents[t.self].owned
	if len(owned) == 0 || t.chance(40) {
		return w.browse(t)
	}
	a := owned[t.rand.IntN(len(owned))]
	switch {
	case a.asking > 0 && t.chance(30):
		return on(kindCancel, a)
	case a.held():
		return w.browse(t)
	case t.chance(10) && w.resources.used[t.self] > w.resources.quota/2:
		return w.clearOut(t)
	}
	return w.offer(t, a, resale(a)+t.rand.Int64N(4)-1)
}

// offer puts an artifact up for sale; now and then to one other principal alone.
func (w *world) offer(t *turn, a *artifact, price int64) intent {
	buyer := nobody
	if t.chance(10) {
		if i := t.rand.IntN(len(w.agents)); i != t.self {
			buyer = i
		}
	}
	return intent{kind: kindDeposit, artifact: a.id, amount: max(1, price), buyer: buyer}
}

// wealth is how many times its even share of all scrip an agent has that is rich
// enough for patronage.
const wealth = 3

// patronage lets the rich give to the poor now and then, so that scrip that has
// gathered in few hands comes back into circulation.
func (w *world) patronage(t *turn) (intent, bool) {
	share := w.ledger.total() / int64(len(w.agents))
	if w.ledger.scrip[t.self] <= wealth*share || !t.chance(20) {
		return intent{}, false
	}
	return w.alms(t), true
}
