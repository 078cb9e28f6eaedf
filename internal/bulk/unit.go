package bulk

// Block is how many bytes are looked at and copied at once.
const Block = 32

// Unit is what of a processor is used.
type Unit uint8

// The units.
const (
	// Portable is Go without assembly.
	Portable Unit = iota
	// AVX2 is an amd64 with AVX2 and PCLMULQDQ: nearly all since 2013.
	AVX2
	// AVX512 is one that has AVX-512 with VBMI2, and BMI2, besides: servers of Intel since
	// 2021 and processors of AMD since 2022.
	AVX512
)

// String names a unit.
func (u Unit) String() string { return [...]string{"portable", "avx2", "avx512"}[u] }

// Best is the most that this processor has.
var Best = detect()

// Here returns all units that this processor has, for tests.
func Here() []Unit { return []Unit{Portable, AVX2, AVX512}[:Best+1] }
