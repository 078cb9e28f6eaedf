package economy

// A bidder lives on the mint: it writes or buys artifacts and bids for them. What
// a win is worth to it is the scrip that the score will bring. Bidding exactly that
// is the best it can do against any others (Vickrey 1961).

// bidderTruthful bids what a win is worth.
func bidderTruthful(w *world, t *turn) intent {
	return w.bid(t, func(value int64) int64 { return value })
}

// bidderShading bids less than that, as would be right in an auction in which the
// winner pays its own bid.
func bidderShading(w *world, t *turn) intent {
	return w.bid(t, func(value int64) int64 { return value - (value+2)/3 })
}

// bidderRandom bids anything up to twice that.
func bidderRandom(w *world, t *turn) intent {
	return w.bid(t, func(value int64) int64 { return 1 + t.rand.Int64N(2*value+1) })
}

// bid submits the best artifact while the mint takes bids, and makes sure of
// having one to submit before.
func (w *world) bid(t *turn, amount func(value int64) int64) intent {
	best := w.bestMintable(t)
	switch {
	case best == nil && t.chance(50):
		return w.write(t, draftPayload(t.rand, 3+t.rand.IntN(maxSteps-3)))
	case best != nil && w.windowOpen() && t.chance(60):
		bid := max(1, amount(winnings(best)))
		return intent{kind: kindSubmit, artifact: best.id, amount: min(bid, max(1, w.ledger.scrip[t.self]))}
	}
	if a := w.bargain(t, winnings); a != nil && t.chance(25) {
		return on(kindPurchase, a)
	}
	return w.browse(t)
}

// winnings is the scrip that an artifact would win at the mint, 0 when it cannot be
// bid for any more. It does not matter here that somebody is selling it.
func winnings(a *artifact) int64 {
	if a.minted {
		return 0
	}
	return a.score / scorePerScrip
}

// bestMintable is the own artifact of the highest score that can be bid for, or
// nil.
func (w *world) bestMintable(t *turn) *artifact {
	var best *artifact
	for _, a := range w.agents[t.self].owned {
		if a.mintable() && (best == nil || a.score > best.score) {
			best = a
		}
	}
	return best
}
