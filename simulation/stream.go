package simulation

import (
	"crypto/sha256"
	"encoding/binary"
	"math/rand/v2"
)

// stream is one named source of random numbers. rand.Rand keeps no state of its
// own, so the generator's is all there is to save.
type stream struct {
	source *rand.PCG
	rand   *rand.Rand
}

// newStream derives the 128 bits of a PCG-DXSM generator (O'Neill 2014) from the
// seed and the name by SHA-256, so that streams with near seeds or like names
// have nothing in common.
func newStream(seed uint64, name string) *stream {
	h := sha256.New()
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], seed)
	h.Write(b[:])
	h.Write([]byte(name))
	sum := h.Sum(nil)
	source := rand.NewPCG(binary.BigEndian.Uint64(sum[:8]), binary.BigEndian.Uint64(sum[8:16]))
	return &stream{source: source, rand: rand.New(source)}
}
