package economy

import (
	"cmp"
	"slices"
)

// access says who may read and invoke an artifact besides its owner.
type access string

const (
	accessPublic  access = "public"  // everybody
	accessPrivate access = "private" // nobody
	accessList    access = "list"    // the principals on its list
)

// nobody stands for no principal where an index is expected.
const nobody = -1

// artifact is a piece of content that somebody owns.
type artifact struct {
	id          string
	serial      uint64 // order of creation
	owner       int
	content     string
	payload     payload
	score       int64
	readPrice   int64
	invokePrice int64
	access      access
	readers     []int // for accessList

	asking    int64  // price in the escrow listing; 0 when it is not for sale
	listed    uint64 // number of the listing, in order of deposit; 0 when it is not for sale
	buyer     int    // the only principal that may buy it, or nobody for any
	submitted bool   // a bid for it is held by the mint
	minted    bool   // its content has won an auction, and cannot again
}

// size is the disk that the artifact takes, in bytes.
func (a *artifact) size() int64 { return int64(len(a.content)) }

// allows says whether a principal may read and invoke the artifact.
func (a *artifact) allows(principal int) bool {
	switch {
	case principal == a.owner || a.access == accessPublic:
		return true
	case a.access == accessList:
		return slices.Contains(a.readers, principal)
	}
	return false
}

// held says whether the artifact is tied up in a sale or an auction, and can
// therefore not be changed, deleted or offered again.
func (a *artifact) held() bool { return a.asking > 0 || a.submitted }

// mintable says whether a bid may be made for the artifact.
func (a *artifact) mintable() bool { return !a.held() && !a.minted }

// setContent replaces the content and what follows from it.
func (a *artifact) setContent(content string) {
	a.content = content
	a.payload = parsePayload(content)
	a.score = a.payload.score()
	a.minted = false
}

// store holds all artifacts, in the order of their creation.
type store struct {
	list []*artifact
	byID map[string]*artifact // for looking up only; its order reaches nothing
	made uint64
}

func (s *store) add(a *artifact) {
	s.made++
	a.serial = s.made
	s.list = append(s.list, a)
	s.byID[a.id] = a
}

func (s *store) remove(a *artifact) {
	s.list = without(s.list, a)
	delete(s.byID, a.id)
}

// with puts an artifact at its place in a list ordered by creation.
func with(list []*artifact, a *artifact) []*artifact {
	i, _ := slices.BinarySearchFunc(list, a.serial, bySerial)
	return slices.Insert(list, i, a)
}

// without takes an artifact out of a list ordered by creation.
func without(list []*artifact, a *artifact) []*artifact {
	i, found := slices.BinarySearchFunc(list, a.serial, bySerial)
	if !found {
		return list
	}
	return slices.Delete(list, i, i+1)
}

func bySerial(a *artifact, serial uint64) int { return cmp.Compare(a.serial, serial) }
