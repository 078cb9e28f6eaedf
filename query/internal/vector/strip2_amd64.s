#include "go_asm.h"
#include "textflag.h"
#include "strip_amd64.h"

// The text again, with a '0' for each digit.
#define SCRATCH 192

// MASK sets a mask of what is all ones in Y4 and, of the second half, in Y5.
#define MASK(mask) \
	VPMOVMSKB Y4, AX; \
	VPMOVMSKB Y5, CX; \
	SHLQ      $32, CX; \
	ORQ       CX, AX; \
	MOVQ      AX, mask

// IS looks for one of chars, OR for one more.
#define IS(char) \
	VPBROADCASTB chars<>+char(SB), Y3; \
	VPCMPEQB     Y3, Y1, Y4; \
	VPCMPEQB     Y3, Y2, Y5

#define OR(char) \
	VPBROADCASTB chars<>+char(SB), Y3; \
	VPCMPEQB     Y3, Y1, Y6; \
	VPCMPEQB     Y3, Y2, Y7; \
	VPOR         Y6, Y4, Y4; \
	VPOR         Y7, Y5, Y5

// UPTO looks for bytes that are not above one of chars.
#define UPTO(char, low, high) \
	VPBROADCASTB chars<>+char(SB), Y3; \
	VPMINUB      Y3, low, Y4; \
	VPMINUB      Y3, high, Y5; \
	VPCMPEQB     low, Y4, Y4; \
	VPCMPEQB     high, Y5, Y5

// ZEROS puts a '0' for the bytes of a half that the mask marks.
#define ZEROS(mask, text) \
	VPBROADCASTD mask, Y3; \
	VPSHUFB      Y10, Y3, Y3; \
	VPAND        Y11, Y3, Y3; \
	VPCMPEQB     Y11, Y3, Y3; \
	VPBLENDVB    Y3, Y12, text, text

// EIGHT writes those of eight bytes that the lowest byte of AX keeps.
#define EIGHT(n) \
	MOVBLZX AX, CX; \
	SHRQ    $8, AX; \
	VMOVQ   SCRATCH+n(DX), X1; \
	VMOVQ   (R13)(CX*8), X2; \
	VPSHUFB X2, X1, X1; \
	VMOVQ   X1, (DI); \
	POPCNTL CX, CX; \
	ADDQ    CX, DI

// func stripAVX2(j *job)
//
// Y1, Y2  the 64 bytes                 Y12  in each byte '0'
// Y10  spreads four bytes over 32      Y11  in each byte one bit
// X15  all ones
TEXT ·stripAVX2(SB), NOSPLIT, $320-8
	MOVQ         j+0(FP), AX
	FRAME
	VMOVDQU      spread<>(SB), Y10
	VPBROADCASTQ bits<>(SB), Y11
	VPBROADCASTB chars<>+5(SB), Y12
	VPCMPEQB     X15, X15, X15

loop:
	VMOVDQU (SI), Y1
	VMOVDQU 32(SI), Y2
	IS(0)
	MASK(QUOTE)
	IS(1)
	MASK(BACKSLASH)
	IS(2)
	OR(7)
	MASK(COLON)
	IS(3)
	MASK(SPACE)
	IS(4)
	MASK(MINUS)
	IS(5)
	OR(6)
	MASK(ZERO)
	UPTO(8, Y1, Y2)
	MASK(CONTROL)
	VPSUBB  Y12, Y1, Y8
	VPSUBB  Y12, Y2, Y9
	UPTO(9, Y8, Y9)
	MASK(DIGIT)

	NEWLINES
	JNZ escaped

unescaped:
	STRINGS(X15)
	VALUES
	DIGITS
	JNZ done
	KEEP
	NOTE
	JNZ more

noted:
	ZEROS(NUMBER, Y1)
	ZEROS(4+NUMBER, Y2)
	VMOVDQU Y1, SCRATCH(DX)
	VMOVDQU Y2, SCRATCH+32(DX)
	LEAQ    ·shuffles(SB), R13
	EIGHT(0)
	EIGHT(8)
	EIGHT(16)
	EIGHT(24)
	EIGHT(32)
	EIGHT(40)
	EIGHT(48)
	EIGHT(56)
	ADDQ    $64, SI
	CMPQ    SI, END
	JB      loop

done:
	RESULT
	VZEROUPPER
	RET

escaped:
	ESCAPED(BACKSLASH)
	MOVQ  AX, R15
	IS(0)
	OR(1)
	OR(10)
	OR(11)
	OR(12)
	OR(13)
	OR(14)
	OR(15)
	MASK(INSIDE)
	ANDNQ BX, AX, AX
	ORQ   AX, CONTROL
	MOVQ  R15, AX
	JMP   unescaped

more:
	MOVL $1, R15
	NOTE_ONE(R15)
	JNZ  more
	JMP  noted

// chars are the bytes that are looked for: those of each kind, a line end, the last
// control character, 9, and what else may follow a backslash.
DATA chars<>+0(SB)/8, $"\"\\: -0.\n"
DATA chars<>+8(SB)/8, $"\x1f\x09/bfnrt"
GLOBL chars<>(SB), RODATA|NOPTR, $16

DATA spread<>+0(SB)/8, $0
DATA spread<>+8(SB)/8, $0x0101010101010101
DATA spread<>+16(SB)/8, $0x0202020202020202
DATA spread<>+24(SB)/8, $0x0303030303030303
GLOBL spread<>(SB), RODATA|NOPTR, $32

DATA bits<>(SB)/8, $0x8040201008040201
GLOBL bits<>(SB), RODATA|NOPTR, $8
