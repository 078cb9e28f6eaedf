#include "go_asm.h"
#include "textflag.h"

// COMPARE leaves in an accumulator what differs in 32 bytes, of which the last ones are
// looked at again where the text has none at this place any more.
#define COMPARE(place, data, differs) \
	MOVL    place, AX; \
	CMPQ    CX, AX; \
	CMOVQLT CX, AX; \
	VMOVDQU (DI)(AX*1), data; \
	VPXOR   (DX)(AX*1), data, data; \
	VPOR    data, differs, differs

// Of the lines that were counted and are not yet noted, on the stack: where the first of
// them begins, how many there are, and of each its form and its recent value.
#define START   0(SP)
#define PENDING 8(SP)
#define FORMS   16(SP)
#define VALUES  272(SP)

// func countAVX2(c *Counting)
//
// What must hold of a line is one comparison after the other, each of which nearly always
// holds; at the first one that does not, the line is left to the caller. Lines are noted
// up to 32 at once: a processor that has to write at a place it does not know yet holds up
// what reads near by for the next ones.
//
// BX  the job                      R12  what stands behind the second in the line before
// SI  the text                     R13  the sequence of the line before
// DI  what is left of the line     R14  its form
// R8  its end, among all           R9   what stands behind its second
// R10 which bytes are left         R15  first the length of what is left; then its sequence
// R11 where the line begins        Y8   a time, Y9 how far each byte may be from that
// AX, CX, DX  what is in hand
TEXT ·countAVX2(SB), NOSPLIT, $528-8
	MOVQ    c+0(FP), BX
	MOVQ    Counting_text(BX), SI
	MOVQ    Counting_kept(BX), DI
	ADDQ    Counting_Kept(BX), DI
	MOVQ    Counting_ends(BX), R8
	MOVQ    Counting_keep(BX), R10
	MOVQ    Counting_At(BX), R11
	MOVQ    Counting_Latest(BX), R12
	MOVQ    Counting_Sequence(BX), R13
	VMOVDQU Counting_time(BX), Y8
	VMOVDQU apart<>(SB), Y9

lines:
	MOVQ R11, START
	MOVQ $0, PENDING

line:
	CMPQ R8, Counting_behind(BX)
	JEQ  done
	MOVL End_Kept(R8), R15
	ADDQ Counting_kept(BX), R15
	SUBQ DI, R15
	INCQ R15
	CMPQ R15, $const_minForm
	JLT  done

	// What is left of it must be the form that the table has in its first place.
	MOVQ  R15, AX
	SHRQ  $1, AX
	MOVQ  (DI)(AX*1), AX
	MOVQ  $const_hashFactor, CX
	IMULQ CX, AX
	XORQ  -const_minHashed(DI)(R15*1), AX
	MOVQ  R15, DX
	SHLQ  $48, DX
	XORQ  DX, AX
	IMULQ Counting_factor(BX), AX
	SHRQ  $(64-const_tableBits), AX
	MOVQ  Counting_Table(BX), CX
	MOVQ  Table_forms(CX)(AX*8), R14
	TESTQ R14, R14
	JZ    done
	CMPQ  R15, Form_Text+8(R14)
	JNE   done
	CMPB  Form_Usable(R14), $0
	JEQ   done

	// Texts of up to 256 bytes take as long for all lengths, and no branch depends on them:
	// where texts of many lengths come in any order, guessing wrong costs more than
	// comparing a little twice.
	MOVQ    Form_Text(R14), DX
	LEAQ    -32(R15), CX
	VMOVDQU (DI), Y0
	VPXOR   (DX), Y0, Y0
	VMOVDQU (DI)(CX*1), Y1
	VPXOR   (DX)(CX*1), Y1, Y1
	COMPARE($32, Y2, Y0)
	COMPARE($64, Y3, Y1)
	COMPARE($96, Y4, Y0)
	COMPARE($128, Y5, Y1)
	COMPARE($160, Y6, Y0)
	COMPARE($192, Y7, Y1)
	CMPQ    CX, $224
	JA      long

compared:
	// The time must be one of the second, with digits behind it.
	MOVQ     Form_Time(R14), AX
	ADDQ     R11, AX
	VPXOR    (SI)(AX*1), Y8, Y2
	VPSUBUSB Y9, Y2, Y2
	VPOR     Y1, Y0, Y0
	VPOR     Y2, Y0, Y0
	VPTEST   Y0, Y0
	JNZ      done
	MOVQ     const_secondLength(SI)(AX*1), R9
	BSWAPQ   R9
	CMPQ     R9, R12
	JB       done

	// The sequence must have as many digits as the one before, and be greater.
	MOVQ   Form_Sequence(R14), AX
	ADDQ   R11, AX
	MOVQ   Counting_shift(BX), CX
	MOVQ   (SI)(AX*1), R15
	SHLQ   CX, R15
	XORQ   Counting_zeros(BX), R15
	MOVQ   Counting_sixes(BX), DX
	ADDQ   R15, DX
	ORQ    R15, DX
	MOVQ   $0xf0f0f0f0f0f0f0f0, CX
	TESTQ  CX, DX
	JNZ    done
	BSWAPQ R15
	CMPQ   R15, R13
	JBE    done
	ADDQ   Counting_Digits(BX), AX
	MOVBLZX (SI)(AX*1), CX
	CMPB   CX, Form_After(R14)
	JNE    done

	// What is counted by, from its first quote at AX on; DX is its length less two. Of what
	// is between its quotes nothing is left.
	CMPQ   Form_Back(R14), $0
	JNE    back
	MOVQ   Form_Ahead(R14), AX
	ADDQ   Counting_Digits(BX), AX
	ADDQ   R11, AX
	LEAQ   1(AX), CX
	MOVQ   CX, DX
	SHRQ   $3, DX
	ANDQ   $7, CX
	MOVQ   (R10)(DX*1), DX
	SHRQ   CX, DX
	BTSQ   $57, DX
	TZCNTQ DX, DX

value:
	LEAQ -(const_minValue-2)(DX), CX
	CMPQ CX, $(const_maxValue-const_minValue)
	JA   done

	// Its bytes, and zeros behind them, must be those of the recent value in its place.
	LEAQ         first<>+(const_maxValue-2)(SB), CX
	SUBQ         DX, CX
	VMOVDQU      (CX), Y2
	VPAND        (SI)(AX*1), Y2, Y2
	VEXTRACTI128 $1, Y2, X3
	VPXOR        X2, X3, X3
	VMOVQ        X3, AX
	VPEXTRQ      $1, X3, CX
	LEAQ         (AX)(CX*2), AX
	IMULQ        Counting_Factor(BX), AX
	SHRQ         $(64-const_recentBits), AX
	SHLQ         $6, AX
	ADDQ         Counting_Recent(BX), AX
	VPXOR        Recent_Value(AX), Y2, Y2
	VPTEST       Y2, Y2
	JNZ          done

	// It is counted, and the next one begins.
	MOVQ PENDING, CX
	MOVQ AX, VALUES(CX*8)
	MOVQ R14, FORMS(CX*8)
	INCQ CX
	MOVQ CX, PENDING
	MOVQ R9, R12
	MOVQ R15, R13
	MOVL End_Text(R8), R11
	INCQ R11
	MOVL End_Kept(R8), DI
	ADDQ Counting_kept(BX), DI
	INCQ DI
	ADDQ $End__size, R8
	CMPQ CX, $32
	JEQ  done
	JMP  line

long:
	MOVL $224, AX

more:
	VMOVDQU (DI)(AX*1), Y2
	VPXOR   (DX)(AX*1), Y2, Y2
	VPOR    Y2, Y0, Y0
	ADDQ    $32, AX
	CMPQ    AX, CX
	JB      more
	JMP     compared

back:
	// The same from the end of the line on.
	MOVL End_Text(R8), AX
	INCQ AX
	SUBQ Form_Back(R14), AX
	LEAQ -2(AX), CX
	CMPQ CX, $64
	JLT  done
	MOVQ CX, DX
	SHRQ $3, DX
	MOVQ -7(R10)(DX*1), DX
	NOTQ CX
	ANDQ $7, CX
	SHLQ CX, DX
	BTSQ $7, DX
	BSRQ DX, DX
	XORQ $63, DX
	SUBQ DX, AX
	SUBQ $2, AX
	JMP  value

done:
	MOVQ  PENDING, DX
	TESTQ DX, DX
	JZ    end
	LEAQ  (DX*8), AX
	MOVQ  R8, R9
	SUBQ  AX, R9 // their ends
	MOVQ  START, AX
	XORL  CX, CX

note:
	ADDQ Counting_Base(BX), AX
	MOVQ VALUES(CX*8), R14
	MOVQ FORMS(CX*8), R15
	MOVQ Form_Number(R15), R15
	INCQ Recent_Count(R14)
	MOVQ AX, Recent_Line(R14)
	MOVQ R15, Recent_Form(R14)
	INCQ CX
	CMPQ CX, DX
	JEQ  noted
	MOVL End_Text(R9), AX
	INCQ AX
	ADDQ $End__size, R9
	JMP  note

noted:
	MOVQ AX, Counting_Line(BX)
	MOVQ R15, Counting_Form(BX)
	CMPQ DX, $32
	JEQ  lines

end:
	MOVQ R11, Counting_At(BX)
	MOVQ R12, Counting_Latest(BX)
	MOVQ R13, Counting_Sequence(BX)
	SUBQ Counting_kept(BX), DI
	MOVQ DI, Counting_Kept(BX)
	SUBQ Counting_ends(BX), R8
	SHRQ $3, R8
	ADDQ R8, Counting_Next(BX)
	VZEROUPPER
	RET

// apart says how far bytes may be from those of a time with zeros behind its second: digits
// by nine, and what follows the time by anything.
DATA apart<>+0(SB)/8, $0
DATA apart<>+8(SB)/8, $0
DATA apart<>+16(SB)/8, $0x0909090000000000
DATA apart<>+24(SB)/8, $0xffffff0000090909
GLOBL apart<>(SB), RODATA|NOPTR, $32

// first has 32 ones and 32 zeros: from the middle, so many bytes back, so many ones.
DATA first<>+0(SB)/8, $-1
DATA first<>+8(SB)/8, $-1
DATA first<>+16(SB)/8, $-1
DATA first<>+24(SB)/8, $-1
DATA first<>+32(SB)/8, $0
DATA first<>+40(SB)/8, $0
DATA first<>+48(SB)/8, $0
DATA first<>+56(SB)/8, $0
GLOBL first<>(SB), RODATA|NOPTR, $64
