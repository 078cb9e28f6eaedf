package vector

import "math/bits"

// stripAVX2 is Strip of whole words, without [Strip]'s care for its memory.
//
//go:noescape
func stripAVX2(j *job)

// masksAVX512 is the first half of the same: what is kept, where there are numbers and
// line ends, and for how many words that can be told.
//
//go:noescape
func masksAVX512(j *job)

// packAVX512 is the second half: it puts what is kept together, and notes the lines.
//
//go:noescape
func packAVX512(j *job)

// shuffles has for each mask of eight bytes the order that puts those it marks in front.
//
//lint:ignore U1000 the assembly reads it
var shuffles = makeShuffles()

func makeShuffles() (all [256][8]uint8) {
	for mask := range all {
		for i, left := 0, uint(mask); left != 0; i, left = i+1, left&(left-1) {
			all[mask][i] = uint8(bits.TrailingZeros(left))
		}
	}
	return all
}
