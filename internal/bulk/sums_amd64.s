#include "go_asm.h"
#include "textflag.h"

DATA usual<>+0(SB)/8, $"{\"timest"
DATA usual<>+8(SB)/8, $"stamp\":\""
GLOBL usual<>(SB), RODATA|NOPTR, $16

// func sumsAVX2(j *job)
//
// Each line is summed by itself, so that the processor can begin with the next one while
// it waits for the sum of this one, and its sum is then put behind those before: they
// are moved on by its length, which is one product each.
//
// SI   the line, then what is left of it   DI  where it ends
// R8   where the lines end                 R9  the last block of them
// R10  the powers                          R15 where the line begins
// R11  the sum of all                      R12 the sum of the bodies
// BX   the length of the body              DX  its sum
// AX   the sum of what stands before it    R13, R14  how a line begins, as two words
TEXT ·sumsAVX2(SB), NOSPLIT, $0-8
	MOVQ         j+0(FP), AX
	MOVQ         job_lines(AX), SI
	MOVQ         job_lines+8(AX), R8
	ADDQ         SI, R8
	LEAQ         -const_Block(R8), R9
	MOVL         job_all(AX), R11
	MOVL         job_body(AX), R12
	MOVQ         job_powers(AX), R10
	MOVQ         usual<>+0(SB), R13
	MOVQ         usual<>+8(SB), R14
	MOVL         $'\n', AX
	VMOVD        AX, X0
	VPBROADCASTB X0, Y14

line:
	MOVQ SI, R15
	CMPQ SI, R8
	JAE  done
	MOVQ SI, DI

find:
	CMPQ      DI, R9
	JA        last
	VPCMPEQB  (DI), Y14, Y0
	VPMOVMSKB Y0, AX
	TESTL     AX, AX
	JNZ       found
	ADDQ      $const_Block, DI
	JMP       find

last:
	// Of the last block, what stands before DI has been looked at: up to 32 bytes.
	MOVQ      DI, CX
	SUBQ      R9, CX
	VPCMPEQB  (R9), Y14, Y0
	VPMOVMSKB Y0, AX
	SHRQ      CX, AX
	JZ        done

found:
	TZCNTL AX, AX
	LEAQ 1(DI)(AX*1), DI

	MOVQ DI, BX
	SUBQ SI, BX
	CMPQ BX, $const_longest
	JA   done
	XORL AX, AX
	CMPQ BX, $const_usualLen
	JBE  body
	CMPQ (SI), R13
	JNE  body
	CMPQ 6(SI), R14
	JNE  body
	CRC32Q (SI), AX
	CRC32Q 8(SI), AX
	CRC32Q 16(SI), AX
	CRC32Q 24(SI), AX
	CRC32Q 32(SI), AX
	CRC32B 40(SI), AX
	ADDQ   $const_usualLen, SI
	SUBQ   $const_usualLen, BX

body:
	XORL DX, DX
	MOVQ BX, CX
	SUBQ $32, CX
	JB   sixteen

block:
	CRC32Q (SI), DX
	CRC32Q 8(SI), DX
	CRC32Q 16(SI), DX
	CRC32Q 24(SI), DX
	ADDQ   $32, SI
	SUBQ   $32, CX
	JAE    block

sixteen:
	TESTL  $16, BX
	JZ     eight
	CRC32Q (SI), DX
	CRC32Q 8(SI), DX
	ADDQ   $16, SI

eight:
	TESTL  $8, BX
	JZ     four
	CRC32Q (SI), DX
	ADDQ   $8, SI

four:
	TESTL  $4, BX
	JZ     two
	CRC32L (SI), DX
	ADDQ   $4, SI

two:
	TESTL  $2, BX
	JZ     one
	CRC32W (SI), DX
	ADDQ   $2, SI

one:
	TESTL  $1, BX
	JZ     add
	CRC32B (SI), DX

add:
	// The sum of all is moved on by the line, what stands before the body by the body,
	// and both get the body behind them.
	MOVQ       DI, SI
	SUBQ       R15, DI
	VMOVD      (R10)(BX*4), X0
	VMOVD      (R10)(DI*4), X1
	VMOVD      R11, X2
	VMOVD      R12, X3
	VMOVD      AX, X4
	VPCLMULQDQ $0, X1, X2, X2
	VPCLMULQDQ $0, X0, X4, X4
	VPCLMULQDQ $0, X0, X3, X3
	VPXOR      X4, X2, X2
	VMOVQ      X2, AX
	XORL       R11, R11
	CRC32Q     AX, R11
	XORL       DX, R11
	VMOVQ      X3, AX
	XORL       R12, R12
	CRC32Q     AX, R12
	XORL       DX, R12
	JMP        line

done:
	MOVQ j+0(FP), AX
	MOVQ R15, job_lines(AX)
	SUBQ R15, R8
	MOVQ R8, job_lines+8(AX)
	MOVQ R8, job_lines+16(AX)
	MOVL R11, job_all(AX)
	MOVL R12, job_body(AX)
	VZEROUPPER
	RET

// func moveAVX2(remainder, power uint32) uint32
TEXT ·moveAVX2(SB), NOSPLIT, $0-12
	MOVL       remainder+0(FP), AX
	MOVL       power+4(FP), BX
	VMOVD      AX, X0
	VMOVD      BX, X1
	VPCLMULQDQ $0, X1, X0, X0
	VMOVQ      X0, AX
	XORL       CX, CX
	CRC32Q     AX, CX
	MOVL       CX, ret+8(FP)
	RET
