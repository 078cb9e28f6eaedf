package economy

// heldBid is a sealed bid whose scrip the mint holds in escrow.
type heldBid struct {
	principal int
	artifact  *artifact
	amount    int64
}

// submit bids scrip for one's own artifact in the next auction.
func (w *world) submit(t *turn) error {
	a, why := w.submittable(t)
	cause := w.report(t, why)
	if why != accepted {
		return nil
	}
	if err := w.ledger.hold(t.self, t.in.amount); err != nil {
		return err
	}
	a.submitted = true
	w.bids = append(w.bids, heldBid{t.self, a, t.in.amount})
	w.emitBid(cause, "mint_submission", t.self, a, t.in.amount)
	return nil
}

func (w *world) submittable(t *turn) (*artifact, refusal) {
	a, why := w.ownFree(t)
	switch {
	case why != accepted:
		return a, why
	case a.minted:
		return a, refusedMinted
	case t.in.amount <= 0:
		return a, refusedAmount
	case !w.windowOpen():
		return a, refusedClosed
	case w.ledger.scrip[t.self] < t.in.amount:
		return a, refusedScrip
	}
	return a, accepted
}

// windowOpen says whether the mint takes bids in this tick: in the last
// mint_window ticks up to an auction, whose own tick is one of them.
func (w *world) windowOpen() bool {
	left := (w.set.mintPeriod - w.ctx.Tick()%w.set.mintPeriod) % w.set.mintPeriod
	return left < w.set.mintWindow
}
