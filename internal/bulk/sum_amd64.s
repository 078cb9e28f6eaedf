#include "textflag.h"

// BY sets what 16 bytes are multiplied by, half by half, to move them on by so many bytes.
// The halves are mirrored, so that the first one is the higher one: it is moved on by eight
// bytes more.
#define BY(bytes, x, z) \
	MOVL           4*(bytes+8)(R8), AX; \
	VMOVQ          AX, x; \
	MOVL           4*(bytes)(R8), AX; \
	VPINSRQ        $1, AX, x, x; \
	VSHUFI64X2     $0, z, z, z

// FOLD moves the 64 bytes of a sum on, and adds 64 others to them.
#define FOLD(by, more, sum) \
	VPCLMULQDQ $0x00, by, sum, Z10; \
	VPCLMULQDQ $0x11, by, sum, sum; \
	VPTERNLOGQ $0x96, more, Z10, sum

// func sumAVX512(b *byte, n int, sum uint32, powers *[longest + 1]uint32) uint32
//
// What 16 bytes leave, modulo the polynomial, is left by another 16 bytes which are two
// products of their halves, further on in the text; so the text is folded onto its last 64
// bytes, of which the remainder is then taken by the instruction for that (Gopal and others
// at Intel, 2009). There are four sums side by side, each of every fourth 64 bytes.
//
// SI  the text             CX  how much is left of it
// Z0 to Z3  the sums       Z8  moves them on by 256 bytes, Z9 by 64
TEXT ·sumAVX512(SB), NOSPLIT, $64-36
	MOVQ b+0(FP), SI
	MOVQ n+8(FP), CX
	MOVL sum+16(FP), DX
	MOVQ powers+24(FP), R8
	BY(256, X8, Z8)
	BY(64, X9, Z9)
	VMOVD     DX, X4
	VPXORQ    (SI), Z4, Z0
	VMOVDQU64 64(SI), Z1
	VMOVDQU64 128(SI), Z2
	VMOVDQU64 192(SI), Z3
	JMP       next

fold:
	FOLD(Z8, 0(SI), Z0)
	FOLD(Z8, 64(SI), Z1)
	FOLD(Z8, 128(SI), Z2)
	FOLD(Z8, 192(SI), Z3)

next:
	ADDQ $256, SI
	SUBQ $256, CX
	CMPQ CX, $256
	JAE  fold
	FOLD(Z9, Z1, Z0)
	FOLD(Z9, Z2, Z0)
	FOLD(Z9, Z3, Z0)
	JMP  rest

single:
	FOLD(Z9, (SI), Z0)
	ADDQ $64, SI
	SUBQ $64, CX

rest:
	TESTQ  CX, CX
	JNZ    single
	VMOVDQU64 Z0, last-64(SP)
	XORL   AX, AX
	CRC32Q last-64(SP), AX
	CRC32Q last-56(SP), AX
	CRC32Q last-48(SP), AX
	CRC32Q last-40(SP), AX
	CRC32Q last-32(SP), AX
	CRC32Q last-24(SP), AX
	CRC32Q last-16(SP), AX
	CRC32Q last-8(SP), AX
	MOVL   AX, ret+32(FP)
	VZEROUPPER
	RET
