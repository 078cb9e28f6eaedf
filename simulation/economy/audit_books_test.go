package economy

import (
	"cmp"
	"fmt"
	"log/slog"
	"math"
	"slices"
)

func attr(e entry, key string) slog.Value { return attrOf(e.attrs, key) }
func num(e entry, key string) int64       { return numOf(e.attrs, key) }
func str(e entry, key string) string      { return attr(e, key).String() }

// numOf is a whole number, or one that fits nowhere when there is none.
func numOf(attrs []slog.Attr, key string) int64 {
	if v := attrOf(attrs, key); v.Kind() == slog.KindInt64 {
		return v.Int64()
	}
	return math.MinInt64
}

func attrOf(attrs []slog.Attr, key string) slog.Value {
	for i := range attrs {
		if attrs[i].Key == key {
			return attrs[i].Value
		}
	}
	return slog.Value{}
}

// makeBooks says how each type of event is booked.
func (a *auditor) makeBooks() map[string]func(entry) {
	return map[string]func(entry){
		"world_init": a.open, "tick": a.readTick, "thinking": a.readThinking, "action": a.readAction,
		"transfer":         a.readTransfer,
		"artifact_written": a.readWritten, "artifact_read": a.readRead, "artifact_deleted": a.readDeleted,
		"invoke_success": a.readSuccess, "invoke_failure": a.readFailure,
		"escrow_deposit": a.readDeposit, "escrow_purchase": a.readPurchase, "escrow_cancel": a.readCancel,
		"mint_submission": a.readSubmission, "mint_refund": a.readRefund, "mint_auction": a.readAuction,
		"ubi": a.readIncome, "mint": a.readIncome, "burn": a.readBurn,
		"resource_consumed": a.readConsumed, "resource_spent": a.readSpent, "resource_allocated": a.readAllocated,
		"agent_frozen": a.readFrozen, "agent_unfrozen": a.readFrozen,
	}
}

func (a *auditor) open(e entry) {
	for _, p := range attr(e, "principals").Any().([]principalInfo) {
		a.ids = append(a.ids, p.ID)
		a.accounts[p.ID] = &account{
			scrip: p.Scrip, llm: p.LLMBudget, compute: p.ComputeRate, quota: p.DiskQuota, rate: p.ComputeRate}
		a.total += p.Scrip
	}
	if !slices.IsSorted(a.ids) {
		a.fail("ids out of order: %v", a.ids)
	}
}

// readTick compares everything that a tick states, and the sums behind it.
func (a *auditor) readTick(e entry) {
	balances, compute, llm := attr(e, "balances").Group(), attr(e, "compute").Group(), attr(e, "llm_budget").Group()
	if len(balances) != len(a.ids) || len(compute) != len(a.ids) || len(llm) != len(a.ids) {
		a.fail("not every principal is there")
		return
	}
	sum := a.escrow
	for i, id := range a.ids {
		acc := a.accounts[id]
		acc.compute = acc.rate
		a.wantText("id", balances[i].Key+compute[i].Key+llm[i].Key, id+id+id)
		a.want("balance", balances[i].Value.Int64(), acc.scrip)
		a.want("compute", compute[i].Value.Int64(), acc.compute)
		a.want("llm_budget", llm[i].Value.Int64(), acc.llm)
		sum += acc.scrip
		if acc.frozen != (acc.llm == 0) {
			a.fail("%s has llm_budget %d, frozen: %t", id, acc.llm, acc.frozen)
		}
	}
	a.want("escrow", num(e, "escrow"), a.escrow)
	a.want("all scrip", sum, a.total)
	a.want("artifacts", num(e, "artifacts"), int64(len(a.artifacts)))
	a.checkDisk()
}

// checkDisk compares the disk in use with the artifacts owned, when these are
// others than last time.
func (a *auditor) checkDisk() {
	if !a.changed {
		return
	}
	a.changed = false
	sizes := make(map[string]int64, len(a.ids))
	for _, r := range a.artifacts {
		sizes[r.owner] += int64(len(r.content))
	}
	for _, id := range a.ids {
		a.want("disk", a.accounts[id].used, sizes[id])
	}
}

func (a *auditor) readThinking(e entry) {
	a.turn = doing{agent: str(e, "agent_id"), thinking: e.sequence}
	if a.account(a.turn.agent).frozen {
		a.fail("%s thinks while frozen", a.turn.agent)
	}
	if num(e, "compute_cost") > 0 {
		a.due = append(a.due, "resource_consumed")
	}
	a.due = append(a.due, "resource_spent")
	a.turn.intent = cloneAttrs(e.attrs)
}

func (a *auditor) readAction(e entry) {
	t := doing{thinking: a.turn.thinking, agent: str(e, "agent_id"), kind: str(e, "kind"), why: str(e, "error"),
		success: attr(e, "success").Bool(), intent: cloneAttrs(attr(e, "intent").Group()), action: e.sequence}
	if a.turn.thinking > 0 {
		a.wantText("agent", t.agent, a.turn.agent)
	}
	if a.turn.action > 0 {
		a.fail("%s acts twice", t.agent)
	}
	if (t.why == "") != t.success || a.account(t.agent).frozen {
		a.fail("%s: success %t, error %q", t.agent, t.success, t.why)
	}
	a.turn = t
}

// readTransfer books scrip from one principal to another.
func (a *auditor) readTransfer(e entry) {
	from, to, amount := a.account(str(e, "sender")), a.account(str(e, "recipient")), num(e, "amount")
	if amount < 1 || from == to {
		a.fail("a transfer of %d", amount)
	}
	from.scrip -= amount
	to.scrip += amount
	a.want("sender_scrip_after", num(e, "sender_scrip_after"), from.scrip)
	a.want("recipient_scrip_after", num(e, "recipient_scrip_after"), to.scrip)
	a.wantText("sender", str(e, "sender"), a.turn.agent)
	a.checkPrice(e)
}

// checkPrice compares a payment with the price of what is paid for.
func (a *auditor) checkPrice(e entry) {
	id := attrOf(a.turn.intent, "artifact_id").String()
	amount, r := num(e, "amount"), a.artifacts[id]
	switch reason := str(e, "reason"); {
	case reason == "transfer":
		a.want("amount", amount, numOf(a.turn.intent, "amount"))
		a.wantText("recipient", str(e, "recipient"), attrOf(a.turn.intent, "recipient").String())
		a.wantText("kind", a.turn.kind, "transfer")
	case r == nil:
		a.fail("%s is paid for", id)
	default:
		price, ok := map[string]int64{"read": r.readPrice, "invoke": r.invokePrice, "purchase": r.asking}[reason]
		if !ok {
			a.fail("a transfer for %q", reason)
		}
		a.want("amount", amount, price)
		a.wantText("recipient", str(e, "recipient"), r.owner)
	}
}

func (a *auditor) readWritten(e entry) {
	id, in := str(e, "artifact_id"), a.turn.intent
	r := a.artifacts[id]
	if r == nil {
		r = &record{owner: a.turn.agent}
		a.artifacts[id] = r
	}
	if r.asking > 0 || r.submitted {
		a.fail("%s is written while it is held", id)
	}
	r.content, r.minted = attrOf(in, "content").String(), false
	a.changed = true
	r.readPrice, r.invokePrice = numOf(in, "read_price"), numOf(in, "invoke_price")
	a.wantText("owner", r.owner, a.turn.agent)
	a.checkArtifact(e)
}

// checkArtifact compares what an event says of an artifact.
func (a *auditor) checkArtifact(e entry) {
	r := a.artifact(str(e, "artifact_id"))
	a.wantText("agent", str(e, "agent_id"), a.turn.agent)
	a.wantText("owner", str(e, "owner"), r.owner)
	a.want("bytes", num(e, "bytes"), int64(len(r.content)))
	a.want("price", num(e, "price"), r.readPrice)
}

func (a *auditor) readRead(e entry) { a.checkArtifact(e) }

func (a *auditor) readDeleted(e entry) {
	a.checkArtifact(e)
	r := a.artifact(str(e, "artifact_id"))
	if r.owner != a.turn.agent || r.asking > 0 || r.submitted {
		a.fail("%s deletes %+v", a.turn.agent, r)
	}
	delete(a.artifacts, str(e, "artifact_id"))
}

func (a *auditor) readSuccess(e entry) {
	a.wantText("agent", str(e, "agent_id"), a.turn.agent)
	r := a.artifact(str(e, "artifact_id"))
	a.wantText("owner", str(e, "owner"), r.owner)
	a.want("price", num(e, "price"), r.invokePrice)
	result, err := parsePayload(r.content).run(numOf(a.turn.intent, "input"))
	if err != nil {
		a.fail("%v, yet it succeeded", err)
	}
	a.want("result", num(e, "result"), result)
	paid := slices.Contains(a.turn.effects, "transfer")
	if paid != (r.owner != a.turn.agent && r.invokePrice > 0) {
		a.fail("paid: %t", paid)
	}
}

func (a *auditor) readFailure(e entry) {
	a.wantText("agent", str(e, "agent_id"), a.turn.agent)
	a.wantText("error", str(e, "error"), a.turn.why)
	if r := a.artifacts[str(e, "artifact_id")]; r != nil {
		a.wantText("owner", str(e, "owner"), r.owner)
		a.want("price", num(e, "price"), r.invokePrice)
		return
	}
	a.wantText("owner", str(e, "owner"), "")
	a.want("price", num(e, "price"), 0)
}

// checkEscrow compares what an event says of a sale.
func (a *auditor) checkEscrow(e entry, r *record) {
	a.wantText("agent", str(e, "agent_id"), a.turn.agent)
	a.wantText("seller", str(e, "seller"), r.owner)
	a.wantText("buyer", str(e, "buyer"), r.buyer)
	a.want("price", num(e, "price"), r.asking)
	a.want("agent_scrip_after", num(e, "agent_scrip_after"), a.account(a.turn.agent).scrip)
}

func (a *auditor) readDeposit(e entry) {
	r := a.artifact(str(e, "artifact_id"))
	if r.asking > 0 || r.submitted {
		a.fail("%s is offered while it is held", str(e, "artifact_id"))
	}
	r.asking, r.buyer = numOf(a.turn.intent, "price"), attrOf(a.turn.intent, "buyer").String()
	a.wantText("owner", r.owner, a.turn.agent)
	a.checkEscrow(e, r)
}

func (a *auditor) readPurchase(e entry) {
	r := a.artifact(str(e, "artifact_id"))
	if r.asking < 1 || (r.buyer != "" && r.buyer != a.turn.agent) {
		a.fail("%s buys %+v", a.turn.agent, r)
	}
	r.buyer = a.turn.agent
	a.checkEscrow(e, r)
	a.due = append(a.due, "resource_allocated", "resource_allocated")
	r.owner, r.asking, r.buyer = a.turn.agent, 0, ""
	a.changed = true
}

func (a *auditor) readCancel(e entry) {
	r := a.artifact(str(e, "artifact_id"))
	a.wantText("owner", r.owner, a.turn.agent)
	a.checkEscrow(e, r)
	r.asking, r.buyer = 0, ""
}

func (a *auditor) readSubmission(e entry) {
	id, who, bid := str(e, "artifact_id"), str(e, "principal"), num(e, "bid")
	r := a.artifact(id)
	if r.owner != who || who != a.turn.agent || r.asking > 0 || r.submitted || r.minted || bid < 1 {
		a.fail("%s bids %d for %+v", who, bid, r)
	}
	r.submitted = true
	a.want("bid", bid, numOf(a.turn.intent, "bid"))
	a.bids = append(a.bids, held{who, id, bid})
	a.account(who).scrip -= bid
	a.escrow += bid
	a.checkHeld(e)
}

func (a *auditor) readRefund(e entry) {
	a.account(str(e, "principal")).scrip += num(e, "bid")
	a.escrow -= num(e, "bid")
	a.checkHeld(e)
}

func (a *auditor) checkHeld(e entry) {
	a.want("scrip_after", num(e, "scrip_after"), a.account(str(e, "principal")).scrip)
	a.want("escrow_after", num(e, "escrow_after"), a.escrow)
}

// readAuction decides the auction anew, and says what must follow.
func (a *auditor) readAuction(e entry) {
	a.want("submissions", num(e, "submissions"), int64(len(a.bids)))
	var won held
	var price, score int64
	if len(a.bids) > 0 {
		won, price = secondPrice(a.bids)
		r := a.artifact(won.artifact)
		r.minted = true
		score = parsePayload(r.content).score()
		a.expectSettlement(won, price, score)
	}
	a.wantText("winner", str(e, "winner"), won.principal)
	a.wantText("artifact_id", str(e, "artifact_id"), won.artifact)
	a.want("bid", num(e, "bid"), won.amount)
	a.want("price", num(e, "price"), price)
	a.want("score", num(e, "score"), score)
	for _, b := range a.bids {
		a.artifact(b.artifact).submitted = false
	}
	a.bids = nil
}

// secondPrice is the auction by sorting, to have it another way than the model.
func secondPrice(bids []held) (held, int64) {
	sorted := slices.Clone(bids)
	slices.SortStableFunc(sorted, func(x, y held) int { return cmp.Compare(y.amount, x.amount) })
	for _, b := range sorted[1:] {
		if b.principal != sorted[0].principal {
			return sorted[0], b.amount
		}
	}
	return sorted[0], 1
}

func (a *auditor) expectSettlement(won held, price, score int64) {
	for _, b := range a.bids {
		if b == won {
			b.amount -= price
		}
		if b.amount > 0 {
			a.due = append(a.due, fmt.Sprint("mint_refund ", b.principal, " ", b.artifact, " ", b.amount))
		}
	}
	others := slices.DeleteFunc(slices.Clone(a.ids), func(id string) bool { return id == won.principal })
	if len(others) == 0 {
		a.due = append(a.due, fmt.Sprint("burn ", price))
	}
	shares := make([]int64, len(others))
	for left := price; left > 0 && len(others) > 0; left-- {
		shares[(price-left)%int64(len(others))]++
	}
	for i, share := range shares {
		if share > 0 {
			a.due = append(a.due, fmt.Sprint("ubi ", others[i], " ", share))
		}
	}
	if score >= 10 {
		a.due = append(a.due, fmt.Sprint("mint ", won.principal, " ", score/10))
	}
}

func (a *auditor) readIncome(e entry) {
	acc := a.account(str(e, "recipient"))
	acc.scrip += num(e, "amount")
	if e.eventType == "ubi" {
		a.escrow -= num(e, "amount")
	} else {
		a.total += num(e, "amount")
	}
	a.want("scrip_after", num(e, "scrip_after"), acc.scrip)
	a.want("escrow", a.escrow, a.escrow)
}

func (a *auditor) readBurn(e entry) {
	a.escrow -= num(e, "amount")
	a.total -= num(e, "amount")
	a.want("total_after", num(e, "total_after"), a.total)
	a.want("escrow", a.escrow, a.escrow)
}

func (a *auditor) readConsumed(e entry) {
	acc := a.account(str(e, "principal"))
	acc.compute -= num(e, "amount")
	a.wantText("resource", str(e, "resource"), "compute")
	a.wantText("principal", str(e, "principal"), a.turn.agent)
	a.want("balance_after", num(e, "balance_after"), acc.compute)
	if e.cause == a.turn.thinking {
		a.want("amount", num(e, "amount"), numOf(a.turn.intent, "compute_cost"))
		return
	}
	a.turn.consumed = num(e, "amount")
}

func (a *auditor) readSpent(e entry) {
	acc, who := a.account(str(e, "principal")), str(e, "principal")
	acc.llm -= num(e, "amount")
	a.wantText("resource", str(e, "resource"), "llm_budget")
	a.want("balance_after", num(e, "balance_after"), acc.llm)
	want := numOf(a.turn.intent, "llm_cost")
	if e.cause != a.turn.thinking {
		want = numOf(a.turn.intent, "amount")
		if who != a.turn.agent {
			a.wantText("principal", who, attrOf(a.turn.intent, "recipient").String())
			want = -want
		}
	}
	if num(e, "amount") != want {
		a.fail("amount is %d, should be %d", num(e, "amount"), want)
	}
}

func (a *auditor) readAllocated(e entry) {
	acc := a.account(str(e, "principal"))
	acc.used += num(e, "amount")
	a.changed = true
	a.wantText("resource", str(e, "resource"), "disk")
	a.want("used_after", num(e, "used_after"), acc.used)
	a.want("quota", num(e, "quota"), acc.quota)
	if acc.used > acc.quota {
		a.fail("%d bytes in use of %d", acc.used, acc.quota)
	}
}

func (a *auditor) readFrozen(e entry) {
	acc := a.account(str(e, "agent_id"))
	freezing := e.eventType == "agent_frozen"
	if acc.frozen == freezing || (acc.llm == 0) != freezing {
		a.fail("%s with llm_budget %d: %s", str(e, "agent_id"), acc.llm, e.eventType)
	}
	acc.frozen = freezing
}
