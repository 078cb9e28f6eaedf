package vector

import "golang.org/x/sys/cpu"

var best = detect()

// detect asks the processor, and the system whether it keeps the registers.
func detect() Unit {
	x := &cpu.X86
	switch {
	case !x.HasAVX2 || !x.HasPCLMULQDQ || !x.HasBMI1 || !x.HasPOPCNT:
		return Portable
	case !x.HasAVX512F || !x.HasAVX512BW || !x.HasAVX512VBMI || !x.HasAVX512VBMI2 || !x.HasAVX512GFNI || !x.HasAVX512DQ || !x.HasAVX512VPCLMULQDQ || !x.HasBMI2:
		return AVX2
	}
	return AVX512
}
