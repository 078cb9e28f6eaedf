package processor

// ID is the instruction CPUID: what the processor tells under a leaf.
//
//go:noescape
func ID(leaf, subleaf uint32) (eax, ebx, ecx, edx uint32)

// xgetbv tells which registers the system keeps.
//
//go:noescape
func xgetbv() uint32

// detect asks the processor, and the system whether it keeps the registers.
func detect() Unit {
	const ( // of leaf 1, in ECX
		pclmulqdq = 1 << 1
		sse42     = 1 << 20
		popcnt    = 1 << 23
		osxsave   = 1 << 27
		avx       = 1 << 28
		needed    = pclmulqdq | sse42 | popcnt | osxsave | avx
	)
	const ( // of leaf 7, in EBX
		bmi1   = 1 << 3
		bmi2   = 1 << 8
		avx2   = bmi1 | bmi2 | 1<<5
		avx512 = 1<<16 | 1<<17 | 1<<30 | 1<<31 // and F, DQ, BW and VL
	)
	const ( // of leaf 7, in ECX
		vbmi       = 1 << 1
		vbmi2      = 1 << 6
		gfni       = 1 << 8
		vpclmulqdq = 1 << 10
		bytewise   = vbmi | vbmi2 | gfni | vpclmulqdq
	)
	const (
		registers = 1<<1 | 1<<2        // of SSE and AVX
		further   = 1<<5 | 1<<6 | 1<<7 // of AVX-512
	)
	if leaves, _, _, _ := ID(0, 0); leaves < 7 {
		return Portable
	}
	if _, _, first, _ := ID(1, 0); first&needed != needed || xgetbv()&registers != registers {
		return Portable
	}
	_, second, third, _ := ID(7, 0)
	switch {
	case second&avx2 != avx2:
		return Portable
	case second&avx512 != avx512 || third&bytewise != bytewise || xgetbv()&further != further:
		return AVX2
	}
	return AVX512
}
