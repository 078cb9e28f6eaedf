package economy

// Bid is one sealed bid. Amount is in scrip and at least 1.
type Bid struct {
	Principal string
	Amount    int64
}

// Outcome says who won an auction and what the winner pays.
type Outcome struct {
	// Winner is the index of the winning bid, or -1 when there was no bid.
	Winner int
	// Price is what the winner pays, never more than the winning bid; 0 when
	// there was no bid.
	Price int64
}

// RunAuction decides a sealed-bid second-price auction (Vickrey 1961). The bids
// stand in the order in which they were made. The highest wins, of equal ones
// the earliest. The price is the highest bid of another principal, so that a
// principal who bids twice does not raise its own price; it is 1 when nobody
// else has bid.
func RunAuction(bids []Bid) Outcome {
	winner := -1
	for i := range bids {
		if winner < 0 || bids[i].Amount > bids[winner].Amount {
			winner = i
		}
	}
	if winner < 0 {
		return Outcome{Winner: -1}
	}
	price := int64(1)
	for i := range bids {
		if bids[i].Principal != bids[winner].Principal {
			price = max(price, bids[i].Amount)
		}
	}
	return Outcome{Winner: winner, Price: price}
}
