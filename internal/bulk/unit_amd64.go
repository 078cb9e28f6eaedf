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
	)
	leaves, _, _, _ := cpuid(0, 0)
	if leaves < 7 {
		return Portable
	}
	if _, _, features, _ := cpuid(1, 0); features&needed != needed || xgetbv()&registers != registers {
		return Portable
	}
	if _, features, _, _ := cpuid(7, 0); features&avx2 == 0 {
		return Portable
	}
	return AVX2
}
