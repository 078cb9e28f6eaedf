package economy

// traderDivisor is the score for which a trader expects one unit of scrip from
// whoever buys next.
const traderDivisor = 8

// trader buys what is cheap for its score and offers it again for more. What it
// cannot sell it takes back, to ask less for it.
func trader(w *world, t *turn) intent {
	if a := w.bargain(t, traderDivisor); a != nil && t.chance(60) {
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
	}
	return w.offer(t, a, a.score/traderDivisor+t.rand.Int64N(4)-1)
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
