package economy

import "log/slog"

// pay moves scrip between principals and tells it. Paying oneself, and paying
// nothing, is no movement.
func (w *world) pay(cause uint64, from, to int, amount int64, reason string) error {
	if from == to || amount == 0 {
		return nil
	}
	if err := w.ledger.transfer(from, to, amount); err != nil {
		return err
	}
	w.ctx.EmitCause(cause, "transfer",
		slog.String("sender", w.agents[from].id),
		slog.String("recipient", w.agents[to].id),
		slog.Int64("amount", amount),
		slog.String("reason", reason),
		slog.Int64("sender_scrip_after", w.ledger.scrip[from]),
		slog.Int64("recipient_scrip_after", w.ledger.scrip[to]))
	return nil
}

// consume takes compute and tells it.
func (w *world) consume(cause uint64, principal int, amount int64) error {
	if amount == 0 {
		return nil
	}
	if err := w.resources.consume(principal, amount); err != nil {
		return err
	}
	w.emitResource(cause, "resource_consumed", principal, resourceCompute, amount, w.resources.compute[principal])
	return nil
}

// spend takes llm_budget, or gives it when the amount is negative, and tells it.
func (w *world) spend(cause uint64, principal int, amount int64) error {
	if err := w.resources.spend(principal, amount); err != nil {
		return err
	}
	w.emitResource(cause, "resource_spent", principal, resourceLLM, amount, w.resources.llm[principal])
	return nil
}

func (w *world) emitResource(cause uint64, eventType string, principal int, resource string, amount, after int64) {
	w.ctx.EmitCause(cause, eventType,
		slog.String("principal", w.agents[principal].id),
		slog.String("resource", resource),
		slog.Int64("amount", amount),
		slog.Int64("balance_after", after))
}

// allocate takes disk, or frees it when the amount is negative, and tells it.
func (w *world) allocate(cause uint64, principal int, amount int64) error {
	if amount == 0 {
		return nil
	}
	if err := w.resources.allocate(principal, amount); err != nil {
		return err
	}
	w.ctx.EmitCause(cause, "resource_allocated",
		slog.String("principal", w.agents[principal].id),
		slog.String("resource", resourceDisk),
		slog.Int64("amount", amount),
		slog.Int64("used_after", w.resources.used[principal]),
		slog.Int64("quota", w.resources.quota))
	return nil
}
