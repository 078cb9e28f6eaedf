package vector

// Lengths that Same compares in one go.
const (
	minSame = 64
	maxSame = 256
)

// Same reports whether two texts are equal. From 64 to 256 bytes it takes as long for all
// lengths, and no branch depends on them: where texts of many lengths come in any order,
// guessing wrong costs more than comparing a little twice.
func (u Unit) Same(a []byte, b string) bool {
	if u == Portable || len(a) != len(b) || len(a) < minSame || len(a) > maxSame {
		return string(a) == b
	}
	return sameAVX2(&a[0], b)
}
