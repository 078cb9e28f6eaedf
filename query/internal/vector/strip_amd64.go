package vector

import "math/bits"

// stripAVX512 is Strip of whole words, without [Unit.Strip]'s care for its memory.
//
//go:noescape
func stripAVX512(j *job)

// stripAVX2 is the same.
//
//go:noescape
func stripAVX2(j *job)

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
