// Package processor asks the processor what it can do, for those rooms that have
// something in assembly. It needs nothing but the standard library.
//
// Its functions may be called concurrently.
package processor

// Unit is what of a processor is used.
type Unit uint8

// The units, each of which can do more than the one before.
const (
	// Portable is Go without assembly.
	Portable Unit = iota
	// AVX2 is an amd64 with AVX2, PCLMULQDQ, BMI1, BMI2 and POPCNT: nearly all since 2013.
	AVX2
	// AVX512 is one that has AVX-512 with VBMI2, and GFNI, besides: servers of Intel since
	// 2021 and processors of AMD since 2022.
	AVX512
)

// Best is the most that this processor has.
var Best = detect()

// String names a unit.
func (u Unit) String() string { return [...]string{"portable", "avx2", "avx512"}[u] }

// Here returns all units that this processor has, for tests.
func Here() []Unit { return []Unit{Portable, AVX2, AVX512}[:Best+1] }
