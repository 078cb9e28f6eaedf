package economy

import "log/slog"

// scorePerScrip is how many points of score are worth one new unit of scrip.
const scorePerScrip = 10

// holdAuction ends the bidding: one bid wins and pays, the others are refunded, the
// price is shared among the other principals, and new scrip is minted for the
// winner by the score of its artifact.
func (w *world) holdAuction() error {
	outcome := w.decideAuction()
	if outcome.Winner < 0 {
		w.emitAuction(heldBid{}, 0, false)
		return nil
	}
	won := w.bids[outcome.Winner]
	w.tally.Revenue += outcome.Price
	won.artifact.minted = true
	cause := w.emitAuction(won, outcome.Price, true)
	if err := w.refund(cause, outcome); err != nil {
		return err
	}
	if err := w.share(cause, won.principal, outcome.Price); err != nil {
		return err
	}
	clear(w.bids)
	w.bids = w.bids[:0]
	return w.reward(cause, won)
}

// decideAuction runs the auction on the bids that the mint holds.
func (w *world) decideAuction() Outcome {
	w.sealed = w.sealed[:0]
	for _, b := range w.bids {
		w.sealed = append(w.sealed, Bid{w.agents[b.principal].id, b.amount})
	}
	return RunAuction(w.sealed)
}

func (w *world) emitAuction(won heldBid, price int64, sold bool) uint64 {
	winner, id, score := "", "", int64(0)
	if sold {
		winner, id, score = w.agents[won.principal].id, won.artifact.id, won.artifact.score
	}
	return w.ctx.Emit("mint_auction",
		slog.String("winner", winner),
		slog.String("artifact_id", id),
		slog.Int64("bid", won.amount),
		slog.Int64("price", price),
		slog.Int64("score", score),
		slog.Int("submissions", len(w.bids)))
}

// refund gives back what the auction did not take: every losing bid whole, and
// the winning bid above the price.
func (w *world) refund(cause uint64, outcome Outcome) error {
	for i, b := range w.bids {
		b.artifact.submitted = false
		if i == outcome.Winner {
			b.amount -= outcome.Price
		}
		if b.amount == 0 {
			continue
		}
		if err := w.ledger.release(b.principal, b.amount); err != nil {
			return err
		}
		w.emitBid(cause, "mint_refund", b.principal, b.artifact, b.amount)
	}
	return nil
}

// share pays the price out as UBI, equally to all principals but the winner; what
// does not divide goes one by one in id order. With nobody else it is burned.
func (w *world) share(cause uint64, winner int, price int64) error {
	others := int64(len(w.agents) - 1)
	if others == 0 {
		return w.burn(cause, price)
	}
	each, rest := price/others, price%others
	for i := range w.agents {
		if i == winner {
			continue
		}
		amount := each
		if rest > 0 {
			amount++
			rest--
		}
		if amount == 0 {
			return nil
		}
		if err := w.ledger.release(i, amount); err != nil {
			return err
		}
		w.emitIncome(cause, "ubi", i, amount)
	}
	return nil
}

func (w *world) burn(cause uint64, amount int64) error {
	if err := w.ledger.burn(amount); err != nil {
		return err
	}
	w.ctx.EmitCause(cause, "burn",
		slog.Int64("amount", amount), slog.Int64("total_after", w.ledger.total()))
	return nil
}

// reward mints the winner's new scrip.
func (w *world) reward(cause uint64, won heldBid) error {
	amount := won.artifact.score / scorePerScrip
	if amount == 0 {
		return nil
	}
	if err := w.ledger.mint(won.principal, amount); err != nil {
		return err
	}
	w.emitIncome(cause, "mint", won.principal, amount)
	return nil
}
