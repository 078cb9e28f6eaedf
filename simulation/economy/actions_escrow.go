package economy

import (
	"cmp"
	"slices"
)

// In escrow an artifact stays its owner's, and takes the owner's disk, until it is
// bought; but it is tied up: it cannot be changed, deleted or bid for.

// deposit offers an artifact for sale at a price, to anybody or to one buyer.
func (w *world) deposit(t *turn) error {
	a, why := w.ownFree(t)
	switch {
	case why == accepted && t.in.amount <= 0:
		why = refusedAmount
	case why == accepted && t.in.buyer == t.self:
		why = refusedSelf
	}
	cause := w.report(t, why)
	if why != accepted {
		return nil
	}
	a.asking, a.buyer = t.in.amount, t.in.buyer
	w.list(a)
	w.emitEscrow(cause, "escrow_deposit", t.self, a, a.asking, t.self, a.buyer)
	return nil
}

// purchase buys an artifact that is for sale: the price goes to the seller, the
// artifact and the disk it takes to the buyer.
func (w *world) purchase(t *turn) error {
	a, why := w.purchasable(t)
	cause := w.report(t, why)
	if why != accepted {
		return nil
	}
	seller, price := a.owner, a.asking
	if err := w.pay(cause, t.self, seller, price, "purchase"); err != nil {
		return err
	}
	w.unlist(a)
	w.hand(a, t.self)
	w.emitEscrow(cause, "escrow_purchase", t.self, a, price, seller, t.self)
	if err := w.allocate(cause, seller, -a.size()); err != nil {
		return err
	}
	return w.allocate(cause, t.self, a.size())
}

func (w *world) purchasable(t *turn) (*artifact, refusal) {
	a := w.store.byID[t.in.artifact]
	switch {
	case a == nil:
		return nil, refusedMissing
	case a.asking == 0:
		return a, refusedSale
	case a.owner == t.self:
		return a, refusedSelf
	case a.buyer != nobody && a.buyer != t.self:
		return a, refusedBuyer
	case w.ledger.scrip[t.self] < a.asking:
		return a, refusedScrip
	case !w.resources.fits(t.self, a.size()):
		return a, refusedDisk
	}
	return a, accepted
}

// hand makes another principal the owner of an artifact.
func (w *world) hand(a *artifact, to int) {
	from := &w.agents[a.owner]
	from.owned = without(from.owned, a)
	w.agents[to].owned = with(w.agents[to].owned, a)
	a.owner = to
}

// cancel takes an artifact out of escrow again.
func (w *world) cancel(t *turn) error {
	a := w.store.byID[t.in.artifact]
	why := accepted
	switch {
	case a == nil:
		why = refusedMissing
	case a.owner != t.self:
		why = refusedOwner
	case a.asking == 0:
		why = refusedSale
	}
	cause := w.report(t, why)
	if why != accepted {
		return nil
	}
	price, buyer := a.asking, a.buyer
	w.unlist(a)
	w.emitEscrow(cause, "escrow_cancel", t.self, a, price, t.self, buyer)
	return nil
}

// list puts an artifact at the end of the listings. The numbers serve to find it
// again; which ones they are reaches no event.
func (w *world) list(a *artifact) {
	w.listed++
	a.listed = w.listed
	w.listings = append(w.listings, a)
}

// unlist takes an artifact out of the listings, which are in order of deposit.
func (w *world) unlist(a *artifact) {
	at, _ := slices.BinarySearchFunc(w.listings, a.listed, func(l *artifact, n uint64) int { return cmp.Compare(l.listed, n) })
	w.listings = slices.Delete(w.listings, at, at+1)
	a.asking, a.buyer, a.listed = 0, nobody, 0
}
