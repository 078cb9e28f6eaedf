#include "textflag.h"

// COMPARE compares 64 bytes at a place, and leaves in Y0 what was equal so far.
#define COMPARE(place) \
	VMOVDQU  (SI)(place*1), Y1; \
	VMOVDQU  32(SI)(place*1), Y2; \
	VPCMPEQB (DI)(place*1), Y1, Y1; \
	VPCMPEQB 32(DI)(place*1), Y2, Y2; \
	VPAND    Y1, Y0, Y0; \
	VPAND    Y2, Y0, Y0

// func sameAVX2(a *byte, b string) bool
//
// The first 64 bytes are compared, those at 64 and at 128 if so many are left there, and
// the last ones; else the last ones again.
TEXT ·sameAVX2(SB), NOSPLIT, $0-25
	MOVQ     a+0(FP), SI
	MOVQ     b_base+8(FP), DI
	MOVQ     b_len+16(FP), CX
	SUBQ     $64, CX
	XORL     AX, AX
	VPCMPEQB Y0, Y0, Y0
	COMPARE(AX)
	MOVL     $64, AX
	CMPQ     CX, AX
	CMOVQLT  CX, AX
	COMPARE(AX)
	MOVL     $128, AX
	CMPQ     CX, AX
	CMOVQLT  CX, AX
	COMPARE(AX)
	COMPARE(CX)
	VPMOVMSKB Y0, AX
	CMPL     AX, $-1
	SETEQ    ret+24(FP)
	VZEROUPPER
	RET
