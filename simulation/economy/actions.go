package economy

import "fmt"

// Each action follows one pattern: find out whether it can be carried out, report
// it, and only when it can, carry it out. What can be done cannot fail any more;
// an error means that the model is at fault.

// perform carries out the intent of a turn.
func (w *world) perform(t *turn) error {
	switch t.in.kind {
	case kindNoop:
		w.report(t, accepted)
		return nil
	case kindRead:
		return w.readArtifact(t)
	case kindWrite:
		return w.writeArtifact(t)
	case kindDelete:
		return w.deleteArtifact(t)
	case kindInvoke:
		return w.invokeArtifact(t)
	case kindTransfer:
		return w.give(t)
	case kindSubmit:
		return w.submit(t)
	case kindDeposit:
		return w.deposit(t)
	case kindPurchase:
		return w.purchase(t)
	case kindCancel:
		return w.cancel(t)
	}
	return fmt.Errorf("economy: unknown action %q", t.in.kind)
}

// accessible finds the artifact of a turn for reading or invoking it at a price.
func (w *world) accessible(t *turn, price func(*artifact) int64) (*artifact, refusal) {
	a := w.store.byID[t.in.artifact]
	switch {
	case a == nil:
		return nil, refusedMissing
	case !a.allows(t.self):
		return a, refusedAccess
	case a.owner != t.self && w.ledger.scrip[t.self] < price(a):
		return a, refusedScrip
	}
	return a, accepted
}

// ownFree finds the artifact of a turn for something that only its owner may do,
// and only while it is not tied up.
func (w *world) ownFree(t *turn) (*artifact, refusal) {
	a := w.store.byID[t.in.artifact]
	switch {
	case a == nil:
		return nil, refusedMissing
	case a.owner != t.self:
		return a, refusedOwner
	case a.held():
		return a, refusedHeld
	}
	return a, accepted
}
