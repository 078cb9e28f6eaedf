package bulk

// cpuid is the instruction of that name.
//
//go:noescape
func cpuid(leaf, subleaf uint32) (eax, ebx, ecx, edx uint32)

// xgetbv tells which registers the system keeps.
//
//go:noescape
func xgetbv() uint32

// detect asks the processor, and the system whether it keeps the registers.
func detect() Unit {
	const (
		pclmulqdq = 1 << 1
		sse42     = 1 << 20
		osxsave   = 1 << 27
		avx       = 1 << 28
		needed    = pclmulqdq | sse42 | osxsave | avx
		avx2      = 1 << 5
		registers = 1<<1 | 1<<2 // those of SSE and of AVX

		bmi2    = 1 << 8
		avx512  = bmi2 | 1<<16 | 1<<17 | 1<<30 | 1<<31 // and F, DQ, BW and VL
		vbmi2   = 1 << 6
		popcnt  = 1 << 23
		further = 1<<5 | 1<<6 | 1<<7 // registers of AVX-512
	)
	leaves, _, _, _ := cpuid(0, 0)
	if leaves < 7 {
		return Portable
	}
	_, _, first, _ := cpuid(1, 0)
	if first&needed != needed || xgetbv()&registers != registers {
		return Portable
	}
	_, second, third, _ := cpuid(7, 0)
	switch {
	case second&avx2 == 0:
		return Portable
	case second&avx512 != avx512 || third&vbmi2 == 0 || first&popcnt == 0 || xgetbv()&further != further:
		return AVX2
	}
	return AVX512
}
