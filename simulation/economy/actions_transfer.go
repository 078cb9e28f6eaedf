package economy

// give transfers scrip or llm_budget to another principal.
func (w *world) give(t *turn) error {
	why := w.givable(t)
	cause := w.report(t, why)
	if why != accepted {
		return nil
	}
	if t.in.resource == resourceScrip {
		return w.pay(cause, t.self, t.in.recipient, t.in.amount, "transfer")
	}
	if err := w.spend(cause, t.self, t.in.amount); err != nil {
		return err
	}
	if err := w.spend(cause, t.in.recipient, -t.in.amount); err != nil {
		return err
	}
	w.unfreeze(t.in.recipient, t.self, cause)
	return nil
}

func (w *world) givable(t *turn) refusal {
	switch {
	case t.in.amount <= 0:
		return refusedAmount
	case t.in.recipient == t.self:
		return refusedSelf
	case t.in.resource == resourceScrip && w.ledger.scrip[t.self] < t.in.amount:
		return refusedScrip
	case t.in.resource == resourceLLM && w.resources.llm[t.self] < t.in.amount:
		return refusedBudget
	}
	return accepted
}
