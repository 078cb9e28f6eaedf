package vector

import (
	"unsafe"

	"example.org/runshelf/internal/processor"
)

// Lengths of texts that are compared in assembly.
const (
	minSame = 32  //lint:ignore U1000 the assembly reads it
	maxSame = 256 //lint:ignore U1000 the assembly reads it
)

// Texts are two texts of one length.
type Texts struct {
	one, other *byte
	n          int
}

// TextsOf returns two texts to be compared, and whether their lengths are equal.
func TextsOf(one []byte, other string) (Texts, bool) {
	return Texts{unsafe.SliceData(one), unsafe.StringData(other), len(one)}, len(one) == len(other)
}

// Same returns how many of the first pairs of texts are equal. Texts of 32 to 256 bytes
// take as long for all lengths, and no branch depends on them: where texts of many lengths
// come in any order, guessing wrong costs more than comparing a little twice.
func Same(u processor.Unit, all []Texts) int {
	for i := 0; i < len(all); i++ {
		if u >= processor.AVX2 {
			if i += sameAVX2(&all[i], len(all)-i); i == len(all) {
				break
			}
		}
		if t := &all[i]; unsafe.String(t.one, t.n) != unsafe.String(t.other, t.n) {
			return i
		}
	}
	return len(all)
}
