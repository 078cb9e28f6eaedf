package economy

import "log/slog"

// principalInfo is one element of the principals of world_init.
type principalInfo struct {
	ID          string `json:"id"`
	Strategy    string `json:"strategy"`
	Scrip       int64  `json:"scrip"`
	LLMBudget   int64  `json:"llm_budget"`
	DiskQuota   int64  `json:"disk_quota"`
	ComputeRate int64  `json:"compute_rate"`
}

func (w *world) emitInit() {
	principals := make([]principalInfo, len(w.agents))
	for i := range w.agents {
		principals[i] = principalInfo{
			ID:          w.agents[i].id,
			Strategy:    w.agents[i].name,
			Scrip:       w.ledger.scrip[i],
			LLMBudget:   w.resources.llm[i],
			DiskQuota:   w.resources.quota,
			ComputeRate: w.resources.rate,
		}
	}
	w.ctx.Emit("world_init", slog.Any("principals", principals))
}

// emitTick states the world at the beginning of a tick. The groups are in id
// order and reuse their memory.
func (w *world) emitTick() {
	for i := range w.agents {
		id := w.agents[i].id
		w.balances[i] = slog.Int64(id, w.ledger.scrip[i])
		w.computes[i] = slog.Int64(id, w.resources.compute[i])
		w.budgets[i] = slog.Int64(id, w.resources.llm[i])
	}
	w.ctx.Emit("tick",
		group("balances", w.balances),
		slog.Int64("escrow", w.ledger.escrow),
		group("compute", w.computes),
		group("llm_budget", w.budgets),
		slog.Int("artifacts", len(w.store.list)))
}

// group makes a nested object of attributes without copying them.
func group(key string, attrs []slog.Attr) slog.Attr {
	return slog.Attr{Key: key, Value: slog.GroupValue(attrs...)}
}

// report tells of the action of a turn: what was intended and what came of it.
// It returns the event's sequence, the cause of all effects of the action.
func (w *world) report(t *turn, why refusal) uint64 {
	return w.ctx.EmitCause(t.thinking, "action",
		slog.String("agent_id", w.agents[t.self].id),
		slog.String("kind", string(t.in.kind)),
		group("intent", w.describe(&t.in)),
		slog.Bool("success", why == accepted),
		slog.String("error", string(why)))
}

func (w *world) emitFrozen(cause uint64, eventType string, self int, reason string) {
	w.ctx.EmitCause(cause, eventType,
		slog.String("agent_id", w.agents[self].id), slog.String("reason", reason))
}

// emitArtifact tells that an artifact was written, read or deleted. The price is
// that of reading it.
func (w *world) emitArtifact(cause uint64, eventType string, self int, a *artifact) {
	w.ctx.EmitCause(cause, eventType,
		slog.String("agent_id", w.agents[self].id),
		slog.String("artifact_id", a.id),
		slog.String("owner", w.agents[a.owner].id),
		slog.Int64("bytes", a.size()),
		slog.Int64("price", a.readPrice))
}

// emitEscrow tells of a step of a sale.
func (w *world) emitEscrow(cause uint64, eventType string, self int, a *artifact, price int64, seller, buyer int) {
	w.ctx.EmitCause(cause, eventType,
		slog.String("agent_id", w.agents[self].id),
		slog.String("artifact_id", a.id),
		slog.Int64("price", price),
		slog.String("seller", w.agents[seller].id),
		slog.String("buyer", w.nameOf(buyer)),
		slog.Int64("agent_scrip_after", w.ledger.scrip[self]))
}

// emitBid tells that a bid went into escrow, or some of it came back.
func (w *world) emitBid(cause uint64, eventType string, principal int, a *artifact, amount int64) {
	w.ctx.EmitCause(cause, eventType,
		slog.String("principal", w.agents[principal].id),
		slog.String("artifact_id", a.id),
		slog.Int64("bid", amount),
		slog.Int64("scrip_after", w.ledger.scrip[principal]),
		slog.Int64("escrow_after", w.ledger.escrow))
}

// emitIncome tells that a principal received scrip from the mint.
func (w *world) emitIncome(cause uint64, eventType string, recipient int, amount int64) {
	w.ctx.EmitCause(cause, eventType,
		slog.String("recipient", w.agents[recipient].id),
		slog.Int64("amount", amount),
		slog.Int64("scrip_after", w.ledger.scrip[recipient]))
}
