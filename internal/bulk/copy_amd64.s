#include "go_asm.h"
#include "textflag.h"

// COPY copies eight bytes at R15 from a place to another, and sums them up.
#define COPY(from, to, sum) \
	MOVQ   (from)(R15*1), R14; \
	MOVQ   R14, (to)(R15*1); \
	CRC32Q R14, sum

// func copySumAVX2(dst, src *byte, n int, sum uint32, powers *[longest + 1]uint32) uint32
//
// A CRC waits three cycles for every eight bytes, so three parts of equal length are
// summed up side by side. Then the first two sums are moved on by what stands behind
// their parts, which is one product each, and what is left goes behind all three.
//
// SI, R8, R9    the parts             DI, R12, R13  where they are copied to
// R11, DX, CX   their sums            AX            how long each is
// BX            the length of all     R10           the powers
TEXT ·copySumAVX2(SB), NOSPLIT, $0-44
	MOVQ  dst+0(FP), DI
	MOVQ  src+8(FP), SI
	MOVQ  n+16(FP), BX
	MOVL  sum+24(FP), R11
	MOVQ  powers+32(FP), R10
	IMUL3Q $2731, BX, AX // 65536 / 24, rounded up: exact for as much as this takes
	SHRQ  $16, AX
	SHLQ  $3, AX
	LEAQ  (SI)(AX*1), R8
	LEAQ  (SI)(AX*2), R9
	LEAQ  (DI)(AX*1), R12
	LEAQ  (DI)(AX*2), R13
	XORL  DX, DX
	XORL  CX, CX
	XORL  R15, R15

three:
	COPY(SI, DI, R11)
	COPY(R8, R12, DX)
	COPY(R9, R13, CX)
	ADDQ $8, R15
	CMPQ R15, AX
	JB   three

	VMOVD      (R10)(AX*8), X0
	VMOVD      (R10)(AX*4), X1
	VMOVD      R11, X2
	VMOVD      DX, X3
	VPCLMULQDQ $0, X0, X2, X2
	VPCLMULQDQ $0, X1, X3, X3
	VPXOR      X3, X2, X2
	VMOVQ      X2, DX
	XORL       R11, R11
	CRC32Q     DX, R11
	XORL       CX, R11

	// Fewer than 24 bytes are left.
	LEAQ (AX)(AX*2), AX
	ADDQ AX, SI
	ADDQ AX, DI
	SUBQ AX, BX
	TESTL $16, BX
	JZ    eight
	MOVQ   (SI), R14
	MOVQ   8(SI), R15
	MOVQ   R14, (DI)
	MOVQ   R15, 8(DI)
	CRC32Q R14, R11
	CRC32Q R15, R11
	ADDQ   $16, SI
	ADDQ   $16, DI

eight:
	TESTL $8, BX
	JZ    four
	MOVQ   (SI), R14
	MOVQ   R14, (DI)
	CRC32Q R14, R11
	ADDQ   $8, SI
	ADDQ   $8, DI

four:
	TESTL $4, BX
	JZ    two
	MOVL   (SI), R14
	MOVL   R14, (DI)
	CRC32L R14, R11
	ADDQ   $4, SI
	ADDQ   $4, DI

two:
	TESTL $2, BX
	JZ    one
	MOVW   (SI), R14
	MOVW   R14, (DI)
	CRC32W R14, R11
	ADDQ   $2, SI
	ADDQ   $2, DI

one:
	TESTL $1, BX
	JZ    done
	MOVB   (SI), R14
	MOVB   R14, (DI)
	CRC32B R14, R11

done:
	MOVL R11, ret+40(FP)
	RET

// func lineSumAVX2(dst, src *byte, n int, s *lineSums, powers *[longest + 1]uint32)
//
// What stands before the body, its three parts, and what is left of it are summed up by
// themselves, and put together as above. Then each of the three sums is moved on by what
// it gets behind it. The copy is one of its own, by 32 bytes, the last ones again.
//
// SI, R8, R9    the body, its parts   DI  where it is copied to
// R11, DX, CX   their sums            AX  how long each is
// BX            the length of it      R10 the powers
// R12           the sums              X5  that of what stands before it
TEXT ·lineSumAVX2(SB), NOSPLIT, $0-40
	MOVQ    dst+0(FP), DI
	MOVQ    src+8(FP), SI
	MOVQ    n+16(FP), BX
	MOVQ    s+24(FP), R12
	MOVQ    powers+32(FP), R10
	XORL    R11, R11
	CRC32Q  (SI), R11
	CRC32Q  8(SI), R11
	CRC32Q  16(SI), R11
	CRC32Q  24(SI), R11
	CRC32Q  32(SI), R11
	CRC32B  40(SI), R11
	VMOVD   R11, X5
	CMPQ    SI, DI
	JEQ     parts

	XORL    R15, R15
	LEAQ    -32(BX), R14

copy:
	VMOVDQU (SI)(R15*1), Y0
	VMOVDQU Y0, (DI)(R15*1)
	ADDQ    $32, R15
	CMPQ    R15, R14
	JB      copy
	VMOVDQU (SI)(R14*1), Y0
	VMOVDQU Y0, (DI)(R14*1)

parts:
	ADDQ   $const_usualLen, SI
	SUBQ   $const_usualLen, BX
	IMUL3Q $2731, BX, AX
	SHRQ   $16, AX
	SHLQ   $3, AX
	LEAQ   (SI)(AX*1), R8
	LEAQ   (SI)(AX*2), R9
	XORL   R11, R11
	XORL   DX, DX
	XORL   CX, CX
	XORL   R15, R15

three:
	CRC32Q (SI)(R15*1), R11
	CRC32Q (R8)(R15*1), DX
	CRC32Q (R9)(R15*1), CX
	ADDQ   $8, R15
	CMPQ   R15, AX
	JB     three

	VMOVD      (R10)(AX*8), X0
	VMOVD      (R10)(AX*4), X1
	VMOVD      R11, X2
	VMOVD      DX, X3
	VPCLMULQDQ $0, X0, X2, X2
	VPCLMULQDQ $0, X1, X3, X3
	VPXOR      X3, X2, X2
	VMOVQ      X2, DX
	XORL       R11, R11
	CRC32Q     DX, R11
	XORL       CX, R11

	// Fewer than 24 bytes are left.
	LEAQ   (AX)(AX*2), AX
	ADDQ   AX, SI
	MOVQ   BX, CX
	SUBQ   AX, CX
	TESTL  $16, CX
	JZ     eight
	CRC32Q (SI), R11
	CRC32Q 8(SI), R11
	ADDQ   $16, SI

eight:
	TESTL  $8, CX
	JZ     four
	CRC32Q (SI), R11
	ADDQ   $8, SI

four:
	TESTL  $4, CX
	JZ     two
	CRC32L (SI), R11
	ADDQ   $4, SI

two:
	TESTL  $2, CX
	JZ     one
	CRC32W (SI), R11
	ADDQ   $2, SI

one:
	TESTL  $1, CX
	JZ     add
	CRC32B (SI), R11

add:
	VMOVD      (R10)(BX*4), X0
	VMOVD      (4*const_usualLen)(R10)(BX*4), X1
	VMOVD      lineSums_copied(R12), X2
	VMOVD      lineSums_all(R12), X3
	VMOVD      lineSums_body(R12), X4
	VPCLMULQDQ $0, X0, X5, X5
	VPCLMULQDQ $0, X1, X2, X2
	VPCLMULQDQ $0, X1, X3, X3
	VPCLMULQDQ $0, X0, X4, X4
	VPXOR      X5, X2, X2
	VPXOR      X5, X3, X3
	VMOVQ      X2, AX
	VMOVQ      X3, CX
	VMOVQ      X4, DX
	XORL       R8, R8
	XORL       R9, R9
	XORL       R13, R13
	CRC32Q     AX, R8
	CRC32Q     CX, R9
	CRC32Q     DX, R13
	XORL       R11, R8
	XORL       R11, R9
	XORL       R11, R13
	MOVL       R8, lineSums_copied(R12)
	MOVL       R9, lineSums_all(R12)
	MOVL       R13, lineSums_body(R12)
	VZEROUPPER
	RET
