package economy

import "log/slog"

// kind names an action.
type kind string

const (
	kindNoop     kind = "noop"
	kindRead     kind = "read_artifact"
	kindWrite    kind = "write_artifact"
	kindDelete   kind = "delete_artifact"
	kindInvoke   kind = "invoke_artifact"
	kindTransfer kind = "transfer"
	kindSubmit   kind = "submit_to_mint"
	kindDeposit  kind = "escrow_deposit"
	kindPurchase kind = "escrow_purchase"
	kindCancel   kind = "escrow_cancel"
)

// intent is what an agent has decided to do. Only the fields of its kind count.
type intent struct {
	kind      kind
	reason    string // noop: why nothing is done
	artifact  string // id; of write_artifact: what is rewritten, "" for a new one
	amount    int64  // transfer: how much; submit_to_mint: the bid; escrow_deposit: the price
	input     int64  // invoke_artifact: what the payload is run on
	recipient int    // transfer
	resource  string // transfer: resourceScrip or resourceLLM
	buyer     int    // escrow_deposit: who alone may buy, or nobody
	draft     draft  // write_artifact
}

// draft is what is to be written.
type draft struct {
	content     string
	readPrice   int64
	invokePrice int64
	access      access
	readers     []int
}

// idle is the intent to do nothing.
func idle(reason string) intent { return intent{kind: kindNoop, reason: reason} }

// on is the intent of an action that needs an artifact and nothing else.
func on(k kind, a *artifact) intent { return intent{kind: k, artifact: a.id} }

// refusal says why an action cannot be carried out; "" when it can.
type refusal string

const (
	accepted       refusal = ""
	refusedMissing refusal = "no such artifact"
	refusedAccess  refusal = "access denied"
	refusedOwner   refusal = "not the owner"
	refusedHeld    refusal = "artifact is held for a sale or an auction"
	refusedScrip   refusal = "not enough scrip"
	refusedBudget  refusal = "not enough llm_budget"
	refusedCompute refusal = "not enough compute"
	refusedDisk    refusal = "over the disk quota"
	refusedClosed  refusal = "the bidding window is closed"
	refusedMinted  refusal = "already minted"
	refusedAmount  refusal = "amount is not positive"
	refusedSelf    refusal = "sender and recipient are the same"
	refusedSale    refusal = "not for sale"
	refusedBuyer   refusal = "for sale to another buyer"
	refusedContent refusal = "content is empty"
)

// describe returns the intent as the attributes of an event. The slice is good
// until the next call.
func (w *world) describe(in *intent) []slog.Attr {
	dst := w.intent[:0]
	switch in.kind {
	case kindNoop:
		dst = append(dst, slog.String("reason", in.reason))
	case kindWrite:
		dst = w.describeDraft(dst, in)
	case kindTransfer:
		dst = append(dst, slog.String("recipient", w.agents[in.recipient].id),
			slog.String("resource", in.resource), slog.Int64("amount", in.amount))
	default:
		dst = w.describeArtifact(dst, in)
	}
	w.intent = dst
	return dst
}

// describeArtifact describes an action on an artifact that is there already.
func (w *world) describeArtifact(dst []slog.Attr, in *intent) []slog.Attr {
	dst = append(dst, slog.String("artifact_id", in.artifact))
	switch in.kind {
	case kindInvoke:
		dst = append(dst, slog.Int64("input", in.input))
	case kindSubmit:
		dst = append(dst, slog.Int64("bid", in.amount))
	case kindDeposit:
		dst = append(dst, slog.Int64("price", in.amount), slog.String("buyer", w.nameOf(in.buyer)))
	}
	return dst
}

func (w *world) describeDraft(dst []slog.Attr, in *intent) []slog.Attr {
	d := &in.draft
	if in.artifact != "" {
		dst = append(dst, slog.String("artifact_id", in.artifact))
	}
	dst = append(dst, slog.String("content", d.content),
		slog.Int64("read_price", d.readPrice), slog.Int64("invoke_price", d.invokePrice),
		slog.String("access", string(d.access)))
	if d.access == accessList {
		dst = append(dst, slog.Any("readers", w.namesOf(d.readers)))
	}
	return dst
}

// nameOf is the id of a principal, or "" for nobody.
func (w *world) nameOf(principal int) string {
	if principal == nobody {
		return ""
	}
	return w.agents[principal].id
}

func (w *world) namesOf(principals []int) []string {
	names := make([]string, len(principals))
	for i, p := range principals {
		names[i] = w.agents[p].id
	}
	return names
}
