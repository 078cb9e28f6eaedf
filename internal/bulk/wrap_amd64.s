#include "go_asm.h"
#include "textflag.h"

// Where in chars a character stands.
#define SPACE 0
#define QUOTE 1
#define BACKSLASH 2
#define TAB 3

DATA chars<>+0(SB)/4, $"\x20\x22\x5c\x09"
GLOBL chars<>(SB), RODATA|NOPTR, $4

// func wrapAVX2(w *Wrapping) (special bool)
//
// Blocks are copied before it is known how much of them counts: what is behind N may be
// written over. The last digit of the number is kept in a register, and put into each
// line, since to read what has just been written as a part of more takes long.
//
// SI   the next byte of the text       R10  the last place of it with a block behind
// DI   where it goes                   R11  the last place there with room for a block
//                                           and a tail
// R8   the head                        R9   its length
// R12  where the next line end goes    R13  where they end
// BX   where the line began in Out     R15  the last digit of the number
// DX   the job
// Y11  what is below 0x20, as signed numbers: so is what is above 0x7f
// Y12  the quote                       Y13  the backslash
TEXT ·wrapAVX2(SB), NOSPLIT, $0-9
	MOVQ w+0(FP), DX

	VPBROADCASTB chars<>+SPACE(SB), Y11
	VPBROADCASTB chars<>+QUOTE(SB), Y12
	VPBROADCASTB chars<>+BACKSLASH(SB), Y13

	MOVQ Wrapping_Text(DX), SI
	MOVQ Wrapping_Text+8(DX), R10
	LEAQ -const_Block(SI)(R10*1), R10
	ADDQ Wrapping_At(DX), SI

	MOVQ Wrapping_Out(DX), DI
	MOVQ Wrapping_Out+8(DX), R11
	LEAQ -(const_Block+const_MaxTail)(DI)(R11*1), R11
	MOVQ Wrapping_Start(DX), BX
	ADDQ DI, BX
	ADDQ Wrapping_N(DX), DI

	MOVQ Wrapping_Ends(DX), R12
	MOVQ Wrapping_Ends+8(DX), R13
	LEAQ (R12)(R13*8), R13
	MOVQ Wrapping_Lines(DX), AX
	LEAQ (R12)(AX*8), R12

	LEAQ    Wrapping_Head(DX), R8
	MOVQ    Wrapping_HeadLen(DX), R9
	MOVQ    Wrapping_Digit(DX), AX
	MOVBLZX (R8)(AX*1), R15

	CMPB Wrapping_Middle(DX), $0
	JNE  text

line:
	CMPQ R12, R13
	JAE  stop
	CMPQ SI, R10
	JA   stop
	LEAQ const_MaxHead(DI), AX
	CMPQ AX, R11
	JA   stop

	// How does it begin?
	MOVBLZX (SI), AX
	CMPL    AX, $'{'
	JE      stop
	CMPL    AX, $0xef
	JE      stop
	CMPL    AX, $' '
	JE      blanks
	CMPL    AX, $'\t'
	JE      blanks

head:
	MOVQ DI, BX
	MOVQ SI, AX
	SUBQ Wrapping_Text(DX), AX
	MOVQ AX, Wrapping_From(DX)
	MOVB $1, Wrapping_Middle(DX)
	XORL CX, CX

headblock:
	VMOVDQU (R8)(CX*1), Y0
	VMOVDQU Y0, (DI)(CX*1)
	ADDQ    $const_Block, CX
	CMPQ    CX, R9
	JB      headblock
	MOVQ    Wrapping_Digit(DX), AX
	MOVB    R15, (DI)(AX*1)
	ADDQ    R9, DI

text:
	CMPQ SI, R10
	JA   stop
	CMPQ DI, R11
	JA   stop

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
	JMP       text

found:
	TZCNTL AX, AX
	ADDQ AX, SI
	ADDQ AX, DI
	CMPQ SI, R10
	JA   stop
	CMPQ DI, R11
	JA   stop
	CMPB (SI), $'\n'
	JNE  special

	// The line ends.
	MOVQ Wrapping_TailLen(DX), AX
	XORL CX, CX

tailblock:
	VMOVDQU Wrapping_Tail(DX)(CX*1), Y0
	VMOVDQU Y0, (DI)(CX*1)
	ADDQ    $const_Block, CX
	CMPQ    CX, AX
	JB      tailblock
	LEAQ    (DI)(AX*1), CX
	MOVQ    CX, AX
	SUBQ    BX, AX
	CMPQ    AX, Wrapping_Limit(DX)
	JGT     stop
	MOVQ    CX, DI
	INCQ    SI
	MOVB    $0, Wrapping_Middle(DX)
	SUBQ    Wrapping_Out(DX), CX
	MOVQ    CX, (R12)
	ADDQ    $8, R12

	// The number counts up.
	INCL R15
	CMPL R15, $'9'
	JBE  line
	MOVL $'0', R15
	MOVQ Wrapping_Digit(DX), AX

carry:
	MOVB $'0', (R8)(AX*1)
	DECQ AX
	INCB (R8)(AX*1)
	CMPB (R8)(AX*1), $'9'
	JHI  carry
	JMP  line

blanks:
	// Which is the first byte that is neither space nor tab?
	VMOVDQU      (SI), Y0
	VPBROADCASTB chars<>+TAB(SB), Y1
	VPCMPEQB     Y0, Y1, Y1
	VPCMPEQB     Y0, Y11, Y2
	VPOR         Y1, Y2, Y1
	VPMOVMSKB    Y1, AX
	NOTL         AX
	TESTL        AX, AX
	JZ           stop
	BSFL         AX, AX
	CMPB         (SI)(AX*1), $'{'
	JE           stop
	JMP          head

special:
	MOVB $1, special+8(FP)
	JMP  done

stop:
	MOVB $0, special+8(FP)

done:
	MOVQ Wrapping_Digit(DX), AX
	MOVB R15, (R8)(AX*1)
	SUBQ Wrapping_Text(DX), SI
	MOVQ SI, Wrapping_At(DX)
	MOVQ Wrapping_Out(DX), AX
	SUBQ AX, DI
	MOVQ DI, Wrapping_N(DX)
	SUBQ AX, BX
	MOVQ BX, Wrapping_Start(DX)
	SUBQ Wrapping_Ends(DX), R12
	SHRQ $3, R12
	MOVQ R12, Wrapping_Lines(DX)
	VZEROUPPER
	RET
