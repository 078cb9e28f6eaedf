// Package economy simulates agents that live on scarce resources: they think,
// write small programs, read and run each other's, trade them, and bid for the
// scrip that a mint makes.
//
// # Principals and what they own
//
// Scrip is money in whole units: only the mint makes it, only a burn destroys it.
// There are three kinds of resource. llm_budget is depletable: thinking spends it
// and nothing brings it back, though one principal can give another some of its
// own. disk is allocatable: bytes in use under a quota, freed by deletion, moved by
// a sale. compute is renewable: each tick begins with the full rate. An agent
// without llm_budget is frozen, until somebody gives it some.
//
// # One tick
//
// Compute is refilled and the tick event states the world as it then stands. Then
// every agent that is not frozen has one turn, in an order drawn anew: it thinks,
// decides by its strategy, and does one action. At the end of every mint_period-th
// tick the mint holds its auction.
//
// A tick that is stopped ends between two turns, without its auction. The laws hold
// there too, since a turn is never cut in two. Time grows with the number of agents
// and hardly faster: the frozen and the poorest are known, and of a market of more
// than 256 listings an agent sees 256, from a random place on.
//
// # Events
//
// An action is checked first, then reported with its intent and its result, and
// only then carried out, effect by effect. So the cause of an effect always has the
// smaller sequence number: thinking causes resource_consumed, resource_spent and
// the action; the action causes all that it does; an auction causes its refunds,
// shares and new scrip. A cause lies in the same tick, so that it means the same
// after a resume.
//
// Scrip is moved by these events alone, and each states the balances after it:
//
//   - transfer: amount from sender to recipient; reason is transfer, read, invoke or
//     purchase
//   - mint_submission: bid from principal into escrow
//   - mint_refund: bid out of escrow back to principal; for the winner it is the
//     part of the bid above the price
//   - ubi: amount out of escrow to recipient
//   - burn: amount out of escrow to nobody
//   - mint: amount, newly made, to recipient
//
// All else that names a price repeats what one of these has moved. Resources are
// moved by resource_consumed (compute), resource_spent (llm_budget) and
// resource_allocated (disk), and compute also by tick. A negative amount goes the
// other way: llm_budget received as a gift, disk freed.
package economy
