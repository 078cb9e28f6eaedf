#include "go_asm.h"
#include "textflag.h"
#include "strip_amd64.h"

// The same as in stripAVX2, for 512 bytes at once: a mask is now a register of eight
// words of 64 bits, and what stands behind is moved on by one bit over all of them.

// Masks that are read by the word, in memory, and where the kept bytes of each 64 begin.
#define QUOTES   0
#define SLASHES  64
#define CONTROLS 128
#define NUMBERS  192
#define LINEENDS 256
#define STARTS   320

// Of the job, behind them:
#define SRC8   384(DX)
#define END8   392(DX)
#define KEPT8  400(DX)
#define WORDS8 408(DX)

// KINDS8 gives each of 64 bytes its kinds, by a table that has none beyond ASCII. The
// kinds are a matrix of bits that is turned over, so that each kind becomes a word.
#define KINDS8(n, z) \
	VMOVDQU64      n(SI), z; \
	VPTESTNMB      Z18, z, K3; \
	VPERMI2B.Z     Z17, Z16, K3, z; \
	VPSHUFB        Z20, z, z; \
	VGF2P8AFFINEQB $0, z, Z22, z; \
	VPERMB         z, Z21, z

// BEHIND8 moves a mask on by one byte, the bytes before it being in another one.
#define BEHIND8(mask, before, behind) \
	VALIGNQ   $7, before, mask, Z14; \
	VMOVDQA64 mask, before; \
	VPSHLDQ   $1, Z14, mask, behind

// func stripAVX512(j *job)
//
// Z0 to Z7  the masks of the kinds, in the order of those of stripAVX2
// Z8   line ends             Z9   what is in a string
// Z10  of values, what goes  Z11  numbers         Z12 to Z15  what is in hand
// Z16, Z17  the kinds of the bytes up to 0x7f, a bit each
// Z18  in each byte 0x80     Z19  in each byte '0'
// Z20  reverses eight bytes  Z21  puts bytes of one kind together
// Z22  the unit matrix       Z23  all ones
// Z26 to Z31  masks of the bytes before: colons, spaces behind them, minuses, digits,
//             full stops, leading zeros
TEXT ·stripAVX512(SB), NOSPLIT, $512-8
	MOVQ         j+0(FP), AX
	LEAQ         63(SP), DX
	ANDQ         $-64, DX
	XORQ         R10, R10
	XORQ         R11, R11
	XORQ         R12, R12
	MOVQ         job_src(AX), SI
	MOVQ         SI, SRC8
	MOVQ         job_n(AX), CX
	ADDQ         SI, CX
	MOVQ         CX, END8
	MOVQ         job_kept(AX), DI
	MOVQ         DI, KEPT8
	MOVQ         job_keep(AX), R8
	MOVQ         job_ends(AX), R9
	VMOVDQU64    kinds<>+0(SB), Z16
	VMOVDQU64    kinds<>+64(SB), Z17
	MOVL         $0x80, CX
	VPBROADCASTB CX, Z18
	MOVL         $'0', CX
	VPBROADCASTB CX, Z19
	VMOVDQU64    turn<>(SB), Z20
	VMOVDQU64    gather<>(SB), Z21
	MOVQ         $0x8040201008040201, CX
	VPBROADCASTQ CX, Z22
	VPTERNLOGQ   $0xff, Z23, Z23, Z23
	VPXORQ       Z26, Z26, Z26
	VPXORQ       Z27, Z27, Z27
	VPXORQ       Z28, Z28, Z28
	VPXORQ       Z29, Z29, Z29
	VPXORQ       Z30, Z30, Z30
	VPXORQ       Z31, Z31, Z31

loop:
	KINDS8(0, Z0)
	KINDS8(64, Z1)
	KINDS8(128, Z2)
	KINDS8(192, Z3)
	KINDS8(256, Z4)
	KINDS8(320, Z5)
	KINDS8(384, Z6)
	KINDS8(448, Z7)

	// Eight registers of a word of each kind become one register of each kind.
	VPUNPCKLQDQ Z1, Z0, Z8
	VPUNPCKHQDQ Z1, Z0, Z9
	VPUNPCKLQDQ Z3, Z2, Z10
	VPUNPCKHQDQ Z3, Z2, Z11
	VPUNPCKLQDQ Z5, Z4, Z12
	VPUNPCKHQDQ Z5, Z4, Z13
	VPUNPCKLQDQ Z7, Z6, Z14
	VPUNPCKHQDQ Z7, Z6, Z15
	VSHUFI64X2  $0x44, Z10, Z8, Z0
	VSHUFI64X2  $0xee, Z10, Z8, Z8
	VSHUFI64X2  $0x44, Z14, Z12, Z10
	VSHUFI64X2  $0xee, Z14, Z12, Z12
	VSHUFI64X2  $0x44, Z11, Z9, Z1
	VSHUFI64X2  $0xee, Z11, Z9, Z9
	VSHUFI64X2  $0x44, Z15, Z13, Z11
	VSHUFI64X2  $0xee, Z15, Z13, Z13
	VSHUFI64X2  $0xdd, Z10, Z0, Z2
	VSHUFI64X2  $0x88, Z10, Z0, Z0
	VSHUFI64X2  $0x88, Z12, Z8, Z4
	VSHUFI64X2  $0xdd, Z12, Z8, Z6
	VSHUFI64X2  $0xdd, Z11, Z1, Z3
	VSHUFI64X2  $0x88, Z11, Z1, Z1
	VSHUFI64X2  $0x88, Z13, Z9, Z5
	VSHUFI64X2  $0xdd, Z13, Z9, Z7

	VPANDQ   Z4, Z2, Z8
	VPTESTMQ Z1, Z1, K4
	KMOVB    K4, AX
	ORQ      R12, AX
	JNZ      escaped

unescaped:
	// What is in a string: each bit the sum of the quotes up to it, first within the
	// words and then, in AX, over them.
	VPCLMULQDQ  $0x00, Z23, Z0, Z9
	VPCLMULQDQ  $0x01, Z23, Z0, Z10
	VPUNPCKLQDQ Z10, Z9, Z9
	VPMOVQ2M    Z9, K4
	KMOVB       K4, AX
	LEAQ        (AX)(AX*1), BX
	XORQ        BX, AX
	LEAQ        (AX*4), BX
	XORQ        BX, AX
	MOVQ        AX, BX
	SHLQ        $4, BX
	XORQ        BX, AX
	MOVQ        R10, BX
	NEGQ        BX
	XORQ        BX, AX
	LEAQ        (R10)(AX*2), BX
	SHRQ        $7, AX
	ANDQ        $1, AX
	MOVQ        AX, R10
	KMOVB       BX, K4
	VPXORQ      Z23, Z9, K4, Z9

	// Where a value may stand, minuses that begin one, and quotes that do.
	BEHIND8(Z4, Z26, Z4)
	VPANDQ     Z4, Z5, Z5
	BEHIND8(Z5, Z27, Z5)
	VPORQ      Z5, Z4, Z4
	VPTERNLOGQ $0x40, Z9, Z4, Z6
	VPTERNLOGQ $0x80, Z9, Z4, Z0

	// The addition that tells the strings that are values. Words that overflow carry
	// into the next one, and those that are all ones then carry on.
	VPADDQ     Z9, Z0, Z10
	VPCMPUQ    $1, Z9, Z10, K4
	VPCMPEQQ   Z23, Z10, K5
	KMOVB      K4, AX
	KMOVB      K5, BX
	LEAQ       (R11)(AX*2), AX
	ADDQ       BX, AX
	MOVQ       AX, R11
	SHRQ       $8, R11
	XORQ       BX, AX
	KMOVB      AX, K4
	VPSUBQ     Z23, Z10, K4, Z10
	VPANDNQ    Z9, Z10, Z10
	VPTERNLOGQ $0x10, Z2, Z0, Z10

	// Digits outside of strings, numbers, and the first word at which nothing can be told.
	VPANDNQ    Z3, Z9, Z3
	VPORQ      Z3, Z6, Z11
	BEHIND8(Z6, Z28, Z6)
	VPANDNQ    Z6, Z3, Z12
	VPTERNLOGQ $0xf8, Z9, Z8, Z12
	VPTESTMQ   Z12, Z12, K4
	KMOVB      K4, AX
	ORQ        $0x100, AX
	TZCNTQ     AX, R13
	MOVQ       END8, BX
	SUBQ       SI, BX
	ADDQ       $63, BX
	SHRQ       $6, BX
	CMPQ       BX, R13
	CMOVQLT    BX, R13
	MOVQ       R13, WORDS8

	// What is kept.
	BEHIND8(Z3, Z29, Z12)
	VMOVDQA64  Z7, Z13
	VPTERNLOGQ $0x40, Z12, Z3, Z13
	VPANDNQ    Z7, Z3, Z7
	BEHIND8(Z7, Z30, Z7)
	VPANDNQ    Z13, Z7, Z13
	BEHIND8(Z13, Z31, Z13)
	VPORQ      Z6, Z12, Z12
	VPTERNLOGQ $0x40, Z13, Z3, Z12
	VPTERNLOGQ $0x03, Z10, Z10, Z12

	VMOVDQU64 Z12, (R8)
	VMOVDQA64 Z11, NUMBERS(DX)
	VMOVDQA64 Z8, LINEENDS(DX)
	VPTESTMQ  Z8, Z8, K5
	KMOVB     K5, R15
	BZHIQ     R13, R15, R15
	XORL      CX, CX
	MOVQ      SI, BX
	JMP       begin

word:
	MOVQ          (R8)(CX*8), AX
	KMOVQ         AX, K1
	KMOVQ         NUMBERS(DX)(CX*8), K2
	VMOVDQU64     (BX), Z1
	VMOVDQU8      Z19, K2, Z1
	VPCOMPRESSB.Z Z1, K1, Z1
	VMOVDQU64     Z1, (DI)
	MOVQ          DI, STARTS(DX)(CX*8)
	POPCNTQ       AX, AX
	ADDQ          AX, DI
	ADDQ          $64, BX
	INCQ          CX

begin:
	CMPQ CX, R13
	JB   word

	TESTQ R15, R15
	JZ    noted

note:
	// Each word with line ends, and each of these.
	TZCNTQ R15, CX
	MOVQ   LINEENDS(DX)(CX*8), BX

noteone:
	LEAQ    -1(BX), R13
	ANDNQ   R13, BX, R13
	ANDQ    (R8)(CX*8), R13
	POPCNTQ R13, R13
	ADDQ    STARTS(DX)(CX*8), R13
	SUBQ    KEPT8, R13
	MOVL    R13, End_Kept(R9)
	TZCNTQ  BX, R13
	MOVQ    CX, AX
	SHLQ    $6, AX
	ADDQ    SI, AX
	SUBQ    SRC8, AX
	ADDQ    R13, AX
	MOVL    AX, End_Text(R9)
	ADDQ    $8, R9
	BLSRQ   BX, BX
	JNZ     noteone
	BLSRQ   R15, R15
	JNZ     note

noted:
	ADDQ $64, R8
	ADDQ $512, SI
	CMPQ WORDS8, $8
	JB   done
	CMPQ SI, END8
	JB   loop

done:
	RESULT
	VZEROUPPER
	RET

escaped:
	// The words with something escaped, one by one.
	VMOVDQA64 Z0, QUOTES(DX)
	VMOVDQA64 Z1, SLASHES(DX)
	VMOVDQA64 Z2, CONTROLS(DX)
	XORL      R15, R15

escapedword:
	MOVQ       SLASHES(DX)(R15*8), BX
	ORQ        R12, BX
	JZ         escapednext
	MOVQ       QUOTES(DX)(R15*8), AX
	ESCAPED(SLASHES(DX)(R15*8))
	MOVQ       AX, QUOTES(DX)(R15*8)
	MOVQ       R15, CX
	SHLQ       $6, CX
	VMOVDQU64  (SI)(CX*1), Z9
	VPTESTNMB  Z18, Z9, K3
	VMOVDQU64  escapes<>+0(SB), Z10
	VPERMI2B.Z escapes<>+64(SB), Z10, K3, Z9
	VPMOVB2M   Z9, K4
	KMOVQ      K4, CX
	ANDNQ      BX, CX, CX
	ORQ        CX, CONTROLS(DX)(R15*8)

escapednext:
	INCQ      R15
	CMPQ      R15, $8
	JB        escapedword
	VMOVDQA64 QUOTES(DX), Z0
	VMOVDQA64 CONTROLS(DX), Z2
	JMP       unescaped

// kinds of the bytes up to 0x7f.
DATA kinds<>+0x00(SB)/8, $0x0404040404040404
DATA kinds<>+0x08(SB)/8, $0x0404040404140404
DATA kinds<>+0x10(SB)/8, $0x0404040404040404
DATA kinds<>+0x18(SB)/8, $0x0404040404040404
DATA kinds<>+0x20(SB)/8, $0x0000000000010020
DATA kinds<>+0x28(SB)/8, $0x0080400000000000
DATA kinds<>+0x30(SB)/8, $0x0808080808080888
DATA kinds<>+0x38(SB)/8, $0x0000000000100808
DATA kinds<>+0x40(SB)/8, $0
DATA kinds<>+0x48(SB)/8, $0
DATA kinds<>+0x50(SB)/8, $0
DATA kinds<>+0x58(SB)/8, $0x0000000200000000
DATA kinds<>+0x60(SB)/8, $0
DATA kinds<>+0x68(SB)/8, $0
DATA kinds<>+0x70(SB)/8, $0
DATA kinds<>+0x78(SB)/8, $0
GLOBL kinds<>(SB), RODATA|NOPTR, $128

// escapes are what may follow a backslash: " / \ b f n r t
DATA escapes<>+0x00(SB)/8, $0
DATA escapes<>+0x08(SB)/8, $0
DATA escapes<>+0x10(SB)/8, $0
DATA escapes<>+0x18(SB)/8, $0
DATA escapes<>+0x20(SB)/8, $0x0000000000800000
DATA escapes<>+0x28(SB)/8, $0x8000000000000000
DATA escapes<>+0x30(SB)/8, $0
DATA escapes<>+0x38(SB)/8, $0
DATA escapes<>+0x40(SB)/8, $0
DATA escapes<>+0x48(SB)/8, $0
DATA escapes<>+0x50(SB)/8, $0
DATA escapes<>+0x58(SB)/8, $0x0000008000000000
DATA escapes<>+0x60(SB)/8, $0x0080000000800000
DATA escapes<>+0x68(SB)/8, $0x0080000000000000
DATA escapes<>+0x70(SB)/8, $0x0000008000800000
DATA escapes<>+0x78(SB)/8, $0
GLOBL escapes<>(SB), RODATA|NOPTR, $128

// turn reverses the bytes of each eight, as the multiplication reads its matrix from the
// last row on.
DATA turn<>+0x00(SB)/8, $0x0001020304050607
DATA turn<>+0x08(SB)/8, $0x08090a0b0c0d0e0f
DATA turn<>+0x10(SB)/8, $0x0001020304050607
DATA turn<>+0x18(SB)/8, $0x08090a0b0c0d0e0f
DATA turn<>+0x20(SB)/8, $0x0001020304050607
DATA turn<>+0x28(SB)/8, $0x08090a0b0c0d0e0f
DATA turn<>+0x30(SB)/8, $0x0001020304050607
DATA turn<>+0x38(SB)/8, $0x08090a0b0c0d0e0f
GLOBL turn<>(SB), RODATA|NOPTR, $64

// gather puts the first bytes of all eight together, then the second ones, and so on.
DATA gather<>+0x00(SB)/8, $0x3830282018100800
DATA gather<>+0x08(SB)/8, $0x3931292119110901
DATA gather<>+0x10(SB)/8, $0x3a322a221a120a02
DATA gather<>+0x18(SB)/8, $0x3b332b231b130b03
DATA gather<>+0x20(SB)/8, $0x3c342c241c140c04
DATA gather<>+0x28(SB)/8, $0x3d352d251d150d05
DATA gather<>+0x30(SB)/8, $0x3e362e261e160e06
DATA gather<>+0x38(SB)/8, $0x3f372f271f170f07
GLOBL gather<>(SB), RODATA|NOPTR, $64
