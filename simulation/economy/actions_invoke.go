package economy

import "log/slog"

// invokeArtifact runs an artifact's payload. The compute is spent as soon as it
// runs; the price goes to the owner only when it succeeds.
func (w *world) invokeArtifact(t *turn) error {
	a, why := w.accessible(t, invokePrice)
	if why == accepted && w.resources.compute[t.self] < w.set.invokeCompute {
		why = refusedCompute
	}
	ran := why == accepted
	var result int64
	if ran {
		result, why = a.execute(t.in.input)
	}
	cause := w.report(t, why)
	if ran {
		if err := w.consume(cause, t.self, w.set.invokeCompute); err != nil {
			return err
		}
	}
	if why != accepted {
		w.tally.Failed++
		w.emitFailure(cause, t, a, why)
		return nil
	}
	return w.settleInvocation(cause, t, a, result)
}

// execute runs the payload; an error of it is a reason like any other.
func (a *artifact) execute(input int64) (int64, refusal) {
	result, err := a.payload.run(input)
	if err != nil {
		return 0, refusal(err.Error())
	}
	return result, accepted
}

// settleInvocation pays for an invocation that gave a result.
func (w *world) settleInvocation(cause uint64, t *turn, a *artifact, result int64) error {
	w.tally.Succeeded++
	if err := w.pay(cause, t.self, a.owner, a.invokePrice, "invoke"); err != nil {
		return err
	}
	w.agents[t.self].favourite = a.id
	w.ctx.EmitCause(cause, "invoke_success",
		slog.String("agent_id", w.agents[t.self].id),
		slog.String("artifact_id", a.id),
		slog.String("owner", w.agents[a.owner].id),
		slog.Int64("price", a.invokePrice),
		slog.Int64("result", result))
	return nil
}

// emitFailure tells of an invocation that failed. An artifact that is not there
// has no owner and no price.
func (w *world) emitFailure(cause uint64, t *turn, a *artifact, why refusal) {
	owner, price := "", int64(0)
	if a != nil {
		owner, price = w.agents[a.owner].id, a.invokePrice
	}
	w.ctx.EmitCause(cause, "invoke_failure",
		slog.String("agent_id", w.agents[t.self].id),
		slog.String("artifact_id", t.in.artifact),
		slog.String("owner", owner),
		slog.Int64("price", price),
		slog.String("error", string(why)))
}
