#include "go_asm.h"
#include "textflag.h"

// COMPARE leaves in an accumulator what differs in 32 bytes, of which the last ones are
// looked at again where the text has none at this place any more.
#define COMPARE(place, data, differs) \
	MOVL    place, AX; \
	CMPQ    CX, AX; \
	CMOVQLT CX, AX; \
	VMOVDQU (SI)(AX*1), data; \
	VPXOR   (DI)(AX*1), data, data; \
	VPOR    data, differs, differs

// func sameAVX2(all *Texts, n int) int
TEXT ·sameAVX2(SB), NOSPLIT, $0-24
	MOVQ all+0(FP), BX
	MOVQ n+8(FP), DX
	XORL R8, R8
	JMP  begin

texts:
	MOVQ    Texts_n(BX), CX
	SUBQ    $const_minSame, CX
	CMPQ    CX, $(const_maxSame-const_minSame)
	JHI     done
	MOVQ    Texts_one(BX), SI
	MOVQ    Texts_other(BX), DI
	VMOVDQU (SI), Y0
	VPXOR   (DI), Y0, Y0
	VMOVDQU (SI)(CX*1), Y1
	VPXOR   (DI)(CX*1), Y1, Y1
	COMPARE($32, Y2, Y0)
	COMPARE($64, Y3, Y1)
	COMPARE($96, Y4, Y0)
	COMPARE($128, Y5, Y1)
	COMPARE($160, Y6, Y0)
	COMPARE($192, Y7, Y1)
	VPOR    Y1, Y0, Y0
	VPTEST  Y0, Y0
	JNZ     done
	ADDQ    $Texts__size, BX
	INCQ    R8

begin:
	CMPQ R8, DX
	JLT  texts

done:
	MOVQ R8, ret+16(FP)
	VZEROUPPER
	RET
