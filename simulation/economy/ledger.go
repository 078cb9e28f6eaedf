package economy

import (
	"errors"
	"fmt"
)

// errLedger marks a movement that the ledger refused. Every action is checked
// before it is carried out, so it is a bug of the model, and fails the run.
var errLedger = errors.New("economy: ledger")

// ledger holds all scrip there is: the balance of each principal and what is in
// escrow for the mint. Scrip is made by mint and destroyed by burn alone, so that
// balances + escrow = initial + minted − burned at all times.
type ledger struct {
	scrip   []int64 // by principal
	escrow  int64
	initial int64
	minted  int64
	burned  int64
	moved   int64 // scrip that went from one principal to another, in all
	poorest poorest
}

func newLedger(principals int, each int64) ledger {
	l := ledger{scrip: make([]int64, principals), initial: each * int64(principals)}
	for i := range l.scrip {
		l.scrip[i] = each
	}
	l.poorest = newPoorest(l.scrip)
	return l
}

// add changes a balance.
func (l *ledger) add(principal int, amount int64) {
	l.scrip[principal] += amount
	l.poorest.changed(l.scrip, principal)
}

// poorestBut is the principal with the least scrip of all others, of equal ones
// the first; nobody when there is no other.
func (l *ledger) poorestBut(principal int) int { return l.poorest.but(l.scrip, principal) }

// total is the scrip there should be, by the history of the ledger.
func (l *ledger) total() int64 { return l.initial + l.minted - l.burned }

// transfer moves scrip from one principal to another.
func (l *ledger) transfer(from, to int, amount int64) error {
	if amount < 0 || l.scrip[from] < amount {
		return fmt.Errorf("%w: transferring %d from a balance of %d", errLedger, amount, l.scrip[from])
	}
	l.add(from, -amount)
	l.add(to, amount)
	l.moved += amount
	return nil
}

// hold takes scrip of a principal into escrow.
func (l *ledger) hold(from int, amount int64) error {
	if amount < 0 || l.scrip[from] < amount {
		return fmt.Errorf("%w: holding %d of a balance of %d", errLedger, amount, l.scrip[from])
	}
	l.add(from, -amount)
	l.escrow += amount
	return nil
}

// release pays scrip out of escrow to a principal.
func (l *ledger) release(to int, amount int64) error {
	if amount < 0 || l.escrow < amount {
		return fmt.Errorf("%w: releasing %d from an escrow of %d", errLedger, amount, l.escrow)
	}
	l.escrow -= amount
	l.add(to, amount)
	return nil
}

// burn destroys scrip that is in escrow.
func (l *ledger) burn(amount int64) error {
	if amount < 0 || l.escrow < amount {
		return fmt.Errorf("%w: burning %d of an escrow of %d", errLedger, amount, l.escrow)
	}
	l.escrow -= amount
	l.burned += amount
	return nil
}

// mint makes new scrip and gives it to a principal.
func (l *ledger) mint(to int, amount int64) error {
	if amount < 0 {
		return fmt.Errorf("%w: minting %d", errLedger, amount)
	}
	l.add(to, amount)
	l.minted += amount
	return nil
}

// check reports a broken law of the ledger.
func (l *ledger) check() error {
	sum := l.escrow
	for i, s := range l.scrip {
		if s < 0 {
			return fmt.Errorf("%w: principal %d has a balance of %d", errLedger, i, s)
		}
		sum += s
	}
	if l.escrow < 0 || sum != l.total() {
		return fmt.Errorf("%w: balances and escrow (%d) are %d, should be %d", errLedger, l.escrow, sum, l.total())
	}
	return nil
}
