package shelf

import (
	"bytes"
	"testing"
)

// BenchmarkIndexRead is how quickly an index is read, in bytes of the log.
func BenchmarkIndexRead(b *testing.B) {
	index := indexOf(b, logOf(8<<20), "me")
	x, err := NewIndex(bytes.NewReader(index), int64(len(index)), "me")
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(x.Last().Offset + x.Last().Length)
	for b.Loop() {
		x.Each(func(*IndexBlock) bool { return true })
	}
}
