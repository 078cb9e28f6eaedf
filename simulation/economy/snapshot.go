package economy

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
)

// errSnapshot marks a snapshot that no world of this configuration has written.
var errSnapshot = errors.New("economy: the snapshot does not fit")

// savedWorld is the saved form of a world: all that does not follow from the
// configuration. Artifacts stand in order of creation, listings and bids in their
// own order.
type savedWorld struct {
	Scrip     []int64         `json:"scrip"`
	Escrow    int64           `json:"escrow"`
	Minted    int64           `json:"minted"`
	Burned    int64           `json:"burned"`
	Moved     int64           `json:"moved"`
	LLM       []int64         `json:"llm_budget"`
	Used      []int64         `json:"disk_used"`
	Compute   []int64         `json:"compute"`
	Favourite []string        `json:"favourite"`
	Made      uint64          `json:"made"`
	Artifacts []savedArtifact `json:"artifacts"`
	Listings  []string        `json:"listings"`
	Bids      []savedBid      `json:"bids"`
	Tally     tally           `json:"tally"`
}

type savedArtifact struct {
	ID          string `json:"id"`
	Serial      uint64 `json:"serial"`
	Owner       int    `json:"owner"`
	Content     string `json:"content"`
	ReadPrice   int64  `json:"read_price"`
	InvokePrice int64  `json:"invoke_price"`
	Access      access `json:"access"`
	Readers     []int  `json:"readers,omitempty"`
	Asking      int64  `json:"asking,omitempty"`
	Buyer       int    `json:"buyer"`
	Minted      bool   `json:"minted,omitempty"`
}

type savedBid struct {
	Principal int    `json:"principal"`
	Artifact  string `json:"artifact"`
	Amount    int64  `json:"amount"`
}

// Snapshot implements [simulation.Checkpointer]. It writes one line of JSON.
func (w *world) Snapshot(out io.Writer) error {
	if err := json.NewEncoder(out).Encode(w.save()); err != nil {
		return fmt.Errorf("saving the economy: %w", err)
	}
	return nil
}

func (w *world) save() savedWorld {
	s := savedWorld{
		Scrip: w.ledger.scrip, Escrow: w.ledger.escrow,
		Minted: w.ledger.minted, Burned: w.ledger.burned, Moved: w.ledger.moved,
		LLM: w.resources.llm, Used: w.resources.used, Compute: w.resources.compute,
		Made:  w.store.made,
		Tally: w.tally,
	}
	for i := range w.agents {
		s.Favourite = append(s.Favourite, w.agents[i].favourite)
	}
	for _, a := range w.store.list {
		s.Artifacts = append(s.Artifacts, saveArtifact(a))
	}
	for _, a := range w.listings {
		s.Listings = append(s.Listings, a.id)
	}
	for _, b := range w.bids {
		s.Bids = append(s.Bids, savedBid{b.principal, b.artifact.id, b.amount})
	}
	return s
}

func saveArtifact(a *artifact) savedArtifact {
	return savedArtifact{
		ID: a.id, Serial: a.serial, Owner: a.owner, Content: a.content,
		ReadPrice: a.readPrice, InvokePrice: a.invokePrice,
		Access: a.access, Readers: a.readers,
		Asking: a.asking, Buyer: a.buyer, Minted: a.minted,
	}
}

// Restore implements [simulation.Checkpointer]. A snapshot that breaks a law of
// the world is refused, and the world is then not to be used any more.
func (w *world) Restore(in io.Reader) error {
	var s savedWorld
	if err := json.NewDecoder(in).Decode(&s); err != nil {
		return fmt.Errorf("reading the saved economy: %w", err)
	}
	for _, part := range []func(*savedWorld) error{w.loadPrincipals, w.loadArtifacts, w.loadListings, w.loadBids} {
		if err := part(&s); err != nil {
			return err
		}
	}
	w.tally = s.Tally
	if err := w.CheckInvariants(); err != nil {
		return fmt.Errorf("%w: %w", errSnapshot, err)
	}
	return nil
}

func (w *world) loadPrincipals(s *savedWorld) error {
	n := len(w.agents)
	for _, have := range []int{len(s.Scrip), len(s.LLM), len(s.Used), len(s.Compute), len(s.Favourite)} {
		if have != n {
			return fmt.Errorf("%w: %d principals, not %d", errSnapshot, have, n)
		}
	}
	w.ledger.scrip, w.ledger.escrow = s.Scrip, s.Escrow
	w.ledger.poorest = newPoorest(s.Scrip)
	w.ledger.minted, w.ledger.burned, w.ledger.moved = s.Minted, s.Burned, s.Moved
	w.resources.llm, w.resources.used, w.resources.compute = s.LLM, s.Used, s.Compute
	w.frozen = w.frozen[:0]
	for i := range w.agents {
		a := &w.agents[i]
		a.favourite, a.owned = s.Favourite[i], nil
		if a.frozen = s.LLM[i] == 0; a.frozen {
			w.frozen = append(w.frozen, i)
		}
	}
	return nil
}

// loadArtifacts fills the store, which follows the order of creation. Since ids are
// numbered in that order too, an id that is not its own number might be given again.
func (w *world) loadArtifacts(s *savedWorld) error {
	w.store = store{byID: map[string]*artifact{}}
	for i := range s.Artifacts {
		a, err := w.loadArtifact(&s.Artifacts[i])
		if err != nil {
			return err
		}
		if a.serial <= w.store.made || a.serial > s.Made || a.id != fmt.Sprintf("artifact_%d", a.serial) {
			return fmt.Errorf("%w: artifact %q is out of order", errSnapshot, a.id)
		}
		w.store.made = a.serial - 1
		w.store.add(a)
		owner := &w.agents[a.owner]
		owner.owned = append(owner.owned, a)
	}
	w.store.made = s.Made
	return nil
}

func (w *world) loadArtifact(s *savedArtifact) (*artifact, error) {
	for _, p := range append(slices.Clone(s.Readers), s.Owner) {
		if p < 0 || p >= len(w.agents) {
			return nil, fmt.Errorf("%w: artifact %q names principal %d", errSnapshot, s.ID, p)
		}
	}
	if s.Buyer < nobody || s.Buyer >= len(w.agents) || min(s.ReadPrice, s.InvokePrice, s.Asking) < 0 {
		return nil, fmt.Errorf("%w: artifact %q has a wrong buyer or price", errSnapshot, s.ID)
	}
	a := &artifact{id: s.ID, serial: s.Serial, owner: s.Owner}
	a.setContent(s.Content)
	a.readPrice, a.invokePrice = s.ReadPrice, s.InvokePrice
	a.access, a.readers = s.Access, s.Readers
	a.asking, a.buyer, a.minted = s.Asking, s.Buyer, s.Minted
	return a, nil
}

func (w *world) loadListings(s *savedWorld) error {
	w.listings, w.listed = nil, 0
	for _, id := range s.Listings {
		a := w.store.byID[id]
		if a == nil || a.listed > 0 {
			return fmt.Errorf("%w: %q is listed", errSnapshot, id)
		}
		w.list(a)
	}
	return nil
}

func (w *world) loadBids(s *savedWorld) error {
	w.bids = nil
	for _, b := range s.Bids {
		a := w.store.byID[b.Artifact]
		if a == nil || a.submitted || b.Principal != a.owner {
			return fmt.Errorf("%w: a bid for %q", errSnapshot, b.Artifact)
		}
		a.submitted = true
		w.bids = append(w.bids, heldBid{b.Principal, a, b.Amount})
	}
	return nil
}
