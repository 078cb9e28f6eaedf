package economy

import (
	"errors"
	"reflect"
	"testing"
)

func TestLedgerMoves(t *testing.T) {
	l := newLedger(3, 10)
	moves := []error{l.transfer(0, 1, 4), l.hold(1, 9), l.release(2, 3), l.burn(2), l.mint(0, 7), l.check()}
	if err := errors.Join(moves...); err != nil {
		t.Fatal(err)
	}
	want := ledger{scrip: []int64{13, 5, 13}, escrow: 4, initial: 30, minted: 7, burned: 2, moved: 4, poorest: newPoorest([]int64{13, 5, 13})}
	if !reflect.DeepEqual(l, want) || l.total() != 35 {
		t.Errorf("%+v, total %d; want %+v", l, l.total(), want)
	}
}

// What is there can be moved to the last unit; one more is refused below.
func TestLedgerMovesAllThereIs(t *testing.T) {
	for name, move := range map[string]func(*ledger) error{
		"transfer": func(l *ledger) error { return l.transfer(0, 1, 10) },
		"hold":     func(l *ledger) error { return l.hold(0, 10) },
		"release":  func(l *ledger) error { return l.release(1, 5) },
		"burn":     func(l *ledger) error { return l.burn(5) },
	} {
		l := ledger{scrip: []int64{10, 0}, escrow: 5, initial: 15, poorest: newPoorest([]int64{10, 0})}
		if err := errors.Join(move(&l), l.check()); err != nil || l.scrip[0] != 0 && l.escrow != 0 {
			t.Errorf("%s: %v, %+v", name, err, l)
		}
	}
}

func TestLedgerRefusesAndStaysAsItWas(t *testing.T) {
	for name, move := range map[string]func(*ledger) error{
		"overdraft":        func(l *ledger) error { return l.transfer(0, 1, 11) },
		"backwards":        func(l *ledger) error { return l.transfer(0, 1, -1) },
		"hold too much":    func(l *ledger) error { return l.hold(0, 11) },
		"hold less":        func(l *ledger) error { return l.hold(0, -1) },
		"release too much": func(l *ledger) error { return l.release(0, 6) },
		"release less":     func(l *ledger) error { return l.release(0, -1) },
		"burn too much":    func(l *ledger) error { return l.burn(6) },
		"burn less":        func(l *ledger) error { return l.burn(-1) },
		"mint less":        func(l *ledger) error { return l.mint(0, -1) },
	} {
		make5 := func() ledger {
			return ledger{scrip: []int64{10, 0}, escrow: 5, initial: 15, poorest: newPoorest([]int64{10, 0})}
		}
		l := make5()
		if err := move(&l); !errors.Is(err, errLedger) {
			t.Errorf("%s: %v", name, err)
		}
		if !reflect.DeepEqual(l, make5()) {
			t.Errorf("%s changed the ledger to %+v", name, l)
		}
	}
}

func TestResourcesMoveAllThereIs(t *testing.T) {
	r := resources{llm: []int64{5}, used: []int64{30}, compute: []int64{7}, quota: 100, rate: 9}
	if !r.fits(0, 70) || r.fits(0, 71) {
		t.Errorf("70 bytes fit: %t, 71: %t", r.fits(0, 70), r.fits(0, 71))
	}
	moves := []error{r.spend(0, 5), r.consume(0, 7), r.allocate(0, 70), r.allocate(0, -100), r.check()}
	want := resources{llm: []int64{0}, used: []int64{0}, compute: []int64{0}, quota: 100, rate: 9}
	if err := errors.Join(moves...); err != nil || !reflect.DeepEqual(r, want) {
		t.Errorf("%v, %+v; want %+v", err, r, want)
	}
}

func TestResourcesRefuseAndStayAsTheyWere(t *testing.T) {
	fresh := func() resources {
		return resources{llm: []int64{5}, used: []int64{30}, compute: []int64{7}, quota: 100, rate: 9}
	}
	for name, move := range map[string]func(*resources) error{
		"spend too much":    func(r *resources) error { return r.spend(0, 6) },
		"consume too much":  func(r *resources) error { return r.consume(0, 8) },
		"consume less":      func(r *resources) error { return r.consume(0, -1) },
		"allocate too much": func(r *resources) error { return r.allocate(0, 71) },
		"free too much":     func(r *resources) error { return r.allocate(0, -31) },
	} {
		r := fresh()
		if move(&r) == nil || !reflect.DeepEqual(r, fresh()) {
			t.Errorf("%s: %+v", name, r)
		}
	}
}
