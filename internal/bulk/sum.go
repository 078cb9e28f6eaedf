package bulk

import (
	"hash/crc32"

	"example.org/runshelf/internal/processor"
)

// folded is how many bytes are summed up at once.
const folded = 256

// Sum continues the CRC-32C of some bytes with more of them.
func Sum(u processor.Unit, sum uint32, b []byte) uint32 {
	if u >= processor.AVX512 && len(b) >= folded {
		n := len(b) &^ (folded/4 - 1)
		sum = ^sumAVX512(&b[0], n, ^sum, powers())
		b = b[n:]
	}
	return crc32.Update(sum, castagnoli, b)
}
