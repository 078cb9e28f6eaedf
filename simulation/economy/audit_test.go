package economy

import (
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
)

// auditor replays an economy from its events alone. It keeps its own books, with
// none of the model's code but the scorer, and reports the first event that does
// not agree with them.
type auditor struct {
	loose bool // do not check that sequences have no gaps

	err       error
	tick      int64
	last      uint64
	ids       []string // principals in order
	accounts  map[string]*account
	escrow    int64
	total     int64 // initial + minted − burned
	artifacts map[string]*record
	bids      []held            // in order of submission
	due       []string          // what must come next: the settlement of an auction
	causes    map[uint64]string // what may be a cause in this tick
	turn      doing
	changed   bool // artifacts or disk, since disk was last checked
	counts    map[string]int
	costs     map[string]int64 // compute, by the kind of action
	books     map[string]func(entry)
	keys      map[string][]string
}

// account is what a principal owns.
type account struct {
	scrip, llm, compute, used, quota, rate int64
	frozen                                 bool
}

// record is what the auditor knows of an artifact.
type record struct {
	owner, content, buyer          string
	readPrice, invokePrice, asking int64
	submitted, minted              bool
}

type held struct {
	principal, artifact string
	amount              int64
}

// doing is the turn that is going on: the action and the effects seen so far.
type doing struct {
	agent, kind, why string
	success          bool
	intent           []slog.Attr
	thinking, action uint64
	effects          []string
	consumed         int64 // compute, by the action
}

func newAuditor() *auditor {
	a := &auditor{
		accounts: map[string]*account{}, artifacts: map[string]*record{},
		causes: map[uint64]string{}, counts: map[string]int{}, costs: map[string]int64{}, keys: eventKeys(),
	}
	a.books = a.makeBooks()
	return a
}

// Record implements [simulation.Recorder], so that a run can be audited while it
// goes on, without being kept.
func (a *auditor) Record(cause uint64, eventType string, attrs []slog.Attr) uint64 {
	sequence := a.last + 1
	a.read(entry{sequence, cause, eventType, attrs})
	a.last = sequence
	return sequence
}

// audit reads recorded events.
func audit(entries []entry, loose bool) (*auditor, error) {
	a := newAuditor()
	a.loose = loose
	for _, e := range entries {
		a.read(e)
		a.last = e.sequence
	}
	return a, a.finish()
}

// finish closes the books.
func (a *auditor) finish() error {
	a.closeTurn()
	a.checkDisk()
	if len(a.due) > 0 {
		a.fail("missing: %s", a.due[0])
	}
	return a.err
}

func (a *auditor) fail(format string, args ...any) {
	if a.err == nil {
		a.err = fmt.Errorf("tick %d, after event %d: %s", a.tick, a.last, fmt.Sprintf(format, args...))
	}
}

// want compares a figure of an event with the books.
func (a *auditor) want(what string, got, want int64) {
	if got != want {
		a.fail("%s is %d, should be %d", what, got, want)
	}
	if want < 0 {
		a.fail("%s is negative: %d", what, want)
	}
}

func (a *auditor) wantText(what, got, want string) {
	if got != want {
		a.fail("%s is %q, should be %q", what, got, want)
	}
}

// account finds a principal; an unknown one is a fault.
func (a *auditor) account(id string) *account {
	acc := a.accounts[id]
	if acc == nil {
		a.fail("unknown principal %q", id)
		return &account{}
	}
	return acc
}

func (a *auditor) artifact(id string) *record {
	r := a.artifacts[id]
	if r == nil {
		a.fail("unknown artifact %q", id)
		return &record{}
	}
	return r
}

// read checks one event and books it.
func (a *auditor) read(e entry) {
	if a.err != nil {
		return
	}
	a.counts[e.eventType]++
	a.readEnvelope(e)
	a.settle(e)
	book := a.books[e.eventType]
	if book == nil {
		a.fail("unknown event type %q", e.eventType)
		return
	}
	book(e)
}

// readEnvelope checks the keys, the tick, the sequence and the cause.
func (a *auditor) readEnvelope(e entry) {
	if !keysAre(e.attrs, a.keys[e.eventType]) {
		a.fail("%s has the keys of %v", e.eventType, e.attrs)
	}
	if !a.loose && e.sequence != a.last+1 {
		a.fail("sequence is %d", e.sequence)
	}
	tick := num(e, "tick")
	if e.eventType == "tick" {
		a.closeTurn()
		a.tick++
		clear(a.causes)
	}
	a.want("tick", tick, a.tick)
	if e.eventType == "thinking" || (e.eventType == "action" && e.cause == 0) || e.eventType == "mint_auction" {
		a.closeTurn()
	}
	a.readCause(e)
}

// readCause checks that the event that is named as the cause is of this tick and of
// a kind that can cause this one.
func (a *auditor) readCause(e entry) {
	from := ""
	if e.cause > 0 {
		from = a.causes[e.cause]
	}
	if !slices.Contains(causesOf(e.eventType), from) {
		a.fail("%s is caused by event %d, %q", e.eventType, e.cause, from)
	}
	switch e.eventType {
	case "thinking", "mint_auction":
		a.causes[e.sequence] = e.eventType
	case "action":
		a.causes[e.sequence] = str(e, "kind")
	}
	if e.cause == a.turn.action && e.cause > 0 {
		a.turn.effects = append(a.turn.effects, e.eventType)
	}
}

// closeTurn checks that the turn that ends had all the effects it should have.
func (a *auditor) closeTurn() {
	t := a.turn
	a.turn = doing{}
	if t.thinking > 0 && t.action == 0 {
		a.fail("%s thought and did nothing", t.agent)
	}
	if t.action == 0 {
		return
	}
	want := t.kind + " refused"
	if t.success {
		want = t.kind + " done"
	}
	if got := strings.Join(t.effects, " "); !slices.Contains(effectsOf(want), got) {
		a.fail("%s had the effects %s", want, got)
	}
	a.checkConsumed(t)
}

// checkConsumed checks that an action that works always takes the same compute.
// A payload that fails has run, too.
func (a *auditor) checkConsumed(t doing) {
	ran := t.success || t.why == errDivision.Error() || t.why == errNotExecutable.Error()
	if !ran {
		a.want("compute", t.consumed, 0)
		return
	}
	usual, known := a.costs[t.kind]
	if !known {
		a.costs[t.kind], usual = t.consumed, t.consumed
	}
	a.want("compute", t.consumed, usual)
}

// settle checks that what an auction has left to do is what comes next.
func (a *auditor) settle(e entry) {
	if len(a.due) == 0 {
		return
	}
	if got := settlement(e); got != a.due[0] {
		a.fail("%s came, due was %s", got, a.due[0])
	}
	a.due = a.due[1:]
}

func settlement(e entry) string {
	switch e.eventType {
	case "mint_refund":
		return fmt.Sprint("mint_refund ", str(e, "principal"), " ", str(e, "artifact_id"), " ", num(e, "bid"))
	case "ubi", "mint":
		return fmt.Sprint(e.eventType, " ", str(e, "recipient"), " ", num(e, "amount"))
	case "burn":
		return fmt.Sprint("burn ", num(e, "amount"))
	}
	return e.eventType
}

// same compares the books with the world whose events they were made from.
func (a *auditor) same(w *world) error {
	if a.total != w.ledger.total() || a.escrow != w.ledger.escrow || len(a.artifacts) != len(w.store.list) {
		return fmt.Errorf("total %d, escrow %d, %d artifacts; the world has %d, %d, %d",
			a.total, a.escrow, len(a.artifacts), w.ledger.total(), w.ledger.escrow, len(w.store.list))
	}
	for i, id := range a.ids {
		want := account{w.ledger.scrip[i], w.resources.llm[i], w.resources.compute[i], w.resources.used[i],
			w.resources.quota, w.resources.rate, w.agents[i].frozen}
		if *a.accounts[id] != want {
			return fmt.Errorf("%s has %+v; the world has %+v", id, *a.accounts[id], want)
		}
	}
	for id, r := range a.artifacts {
		if got := w.store.byID[id]; got == nil || w.agents[got.owner].id != r.owner || got.content != r.content {
			return errors.New(id + " is another in the world")
		}
	}
	return nil
}
