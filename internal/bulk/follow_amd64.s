#include "go_asm.h"
#include "textflag.h"

// Where in marks a byte stands.
#define SPACE 0
#define QUOTE 1
#define BACKSLASH 2
#define ZERO 3
#define NINE 4

DATA marks<>+0(SB)/8, $"\x20\x22\x5c\x30\x09\x00\x00\x00"
GLOBL marks<>(SB), RODATA|NOPTR, $8

// func followAVX2(f *Following) Followed
//
// Texts are compared and written in two blocks, and numbers copied in one, whatever their
// length: what is behind N may be written over.
//
// SI   the next byte of the text       R10  the last place of it with room for a step
// DI   where it goes                   R11  the last place there with room for a step
// R8   the step                        R9   where the steps end
// R15  where the value began           DX   the job
// Y11  what is below 0x20, as signed numbers: so is what is above 0x7f
// Y12  the quote                       Y13  the backslash
// Y14  the digit 0                     Y15  the number 9
TEXT ·followAVX2(SB), NOSPLIT, $0-16
	MOVQ f+0(FP), DX

	VPBROADCASTB marks<>+SPACE(SB), Y11
	VPBROADCASTB marks<>+QUOTE(SB), Y12
	VPBROADCASTB marks<>+BACKSLASH(SB), Y13
	VPBROADCASTB marks<>+ZERO(SB), Y14
	VPBROADCASTB marks<>+NINE(SB), Y15

	MOVQ Following_Text(DX), SI
	MOVQ Following_Text+8(DX), R10
	LEAQ -const_followRoom(SI)(R10*1), R10
	ADDQ Following_At(DX), SI

	MOVQ Following_Out(DX), DI
	MOVQ Following_Out+8(DX), R11
	LEAQ -const_followRoom(DI)(R11*1), R11
	ADDQ Following_N(DX), DI

	MOVQ   Following_Steps(DX), R8
	IMUL3Q $Step__size, Following_Steps+8(DX), R9
	ADDQ   R8, R9
	IMUL3Q $Step__size, Following_Step(DX), AX
	ADDQ   AX, R8

step:
	CMPQ R8, R9
	JAE  all
	CMPQ SI, R10
	JGT  other
	CMPQ DI, R11
	JGT  other

	// Does the text come that must?
	VMOVDQU   (SI), Y0
	VMOVDQU   const_Block(SI), Y1
	VPCMPEQB  Step_Match(R8), Y0, Y0
	VPCMPEQB  (Step_Match+const_Block)(R8), Y1, Y1
	VPMOVMSKB Y0, AX
	VPMOVMSKB Y1, BX
	SHLQ      $32, BX
	ORQ       BX, AX
	NOTQ      AX
	TZCNTQ    AX, AX
	MOVQ      Step_MatchLen(R8), CX
	CMPQ      AX, CX
	JB        other

	VMOVDQU Step_Write(R8), Y0
	VMOVDQU (Step_Write+const_Block)(R8), Y1
	VMOVDQU Y0, (DI)
	VMOVDQU Y1, const_Block(DI)
	ADDQ    CX, SI
	ADDQ    Step_WriteLen(R8), DI
	INCQ    Following_Step(DX)
	CMPB    Step_Value(R8), $0
	JEQ     next

	// The value.
	MOVQ    SI, R15
	MOVBLZX (SI), AX
	CMPL    AX, $'"'
	JEQ     string
	VMOVDQU (SI), Y0
	VMOVDQU Y0, (DI)

	// Which bytes are no digits?
	VPSUBB    Y14, Y0, Y0
	VPMINUB   Y15, Y0, Y1
	VPCMPEQB  Y0, Y1, Y0
	VPMOVMSKB Y0, BX
	NOTL      BX

	// The digits before the point, behind a sign. CX is how long the number is.
	XORL    CX, CX
	CMPL    AX, $'-'
	SETEQ   CL
	SHRXQ   CX, BX, R12
	TZCNTQ  R12, R12
	TESTQ   R12, R12
	JZ      word
	MOVBLZX (SI)(CX*1), R13
	ADDQ    R12, CX
	CMPQ    CX, $const_valueRoom
	JAE     odd
	CMPL    R13, $'0'
	JNE     whole
	CMPQ    R12, $1
	JA      odd

whole:
	MOVBLZX (SI)(CX*1), AX
	CMPL    AX, $'.'
	JNE     number
	INCQ    CX
	SHRXQ   CX, BX, R12
	TZCNTQ  R12, R12
	TESTQ   R12, R12
	JZ      odd
	ADDQ    R12, CX
	CMPQ    CX, $const_valueRoom
	JAE     odd
	MOVBLZX (SI)(CX*1), AX

number:
	ORL  $0x20, AX
	CMPL AX, $'e'
	JEQ  odd

value:
	ADDQ CX, SI
	ADDQ CX, DI

noted:
	MOVQ Step_Mark(R8), AX
	SHLQ $4, AX
	LEAQ Following_Marks(DX)(AX*1), AX
	MOVQ Following_Text(DX), CX
	SUBQ CX, R15
	MOVQ R15, (AX)
	MOVQ SI, BX
	SUBQ CX, BX
	MOVQ BX, 8(AX)

next:
	ADDQ $Step__size, R8
	JMP  step

word:
	MOVL (SI), AX
	MOVQ $4, CX
	CMPL AX, $0x65757274 // true
	JEQ  value
	CMPL AX, $0x6c6c756e // null
	JEQ  value
	CMPL AX, $0x736c6166 // fals
	JNE  odd
	CMPB 4(SI), $'e'
	JNE  odd
	INCQ CX
	JMP  value

string:
	MOVB AX, (DI)
	INCQ SI
	INCQ DI

block:
	// From the last places, a literal more may follow.
	LEAQ -(const_MostLiteral)(SI), AX
	CMPQ AX, R10
	JGT  odd2
	LEAQ -(const_MostLiteral)(DI), AX
	CMPQ AX, R11
	JGT  odd2

	VMOVDQU   (SI), Y0
	VMOVDQU   Y0, (DI)
	VPCMPGTB  Y0, Y11, Y1
	VPCMPEQB  Y0, Y12, Y2
	VPCMPEQB  Y0, Y13, Y3
	VPOR      Y1, Y2, Y1
	VPOR      Y1, Y3, Y1
	VPMOVMSKB Y1, AX
	TESTL     AX, AX
	JNZ       found
	ADDQ      $const_Block, SI
	ADDQ      $const_Block, DI
	JMP       block

found:
	TZCNTL AX, AX
	ADDQ   AX, SI
	ADDQ   AX, DI
	CMPB   (SI), $'"'
	JNE    odd2
	INCQ   SI
	INCQ   DI
	JMP    noted

odd2:
	// Back to where the string began.
	SUBQ R15, SI
	SUBQ SI, DI

odd:
	MOVQ R15, SI
	MOVQ $const_FollowedOdd, AX
	JMP  done

other:
	MOVQ $const_FollowedOther, AX
	JMP  done

all:
	MOVQ $const_FollowedAll, AX

done:
	SUBQ Following_Text(DX), SI
	MOVQ SI, Following_At(DX)
	SUBQ Following_Out(DX), DI
	MOVQ DI, Following_N(DX)
	MOVQ AX, ret+8(FP)
	VZEROUPPER
	RET
