#include "go_asm.h"
#include "textflag.h"
#include "strip_amd64.h"

// The same as in stripAVX2, for 512 bytes at once: a mask is now a register of eight
// words of 64 bits, and what stands behind is moved on by one bit over all of them.
//
// First all masks are made, and then the bytes are put together: a step of either waits
// for the one before it, and the shorter the steps are, the more of them a processor has
// in work at once.

// BACKSLASHES and ESCAPES are masks in memory, where they are read by the word.
#define BACKSLASHES 0
#define ESCAPES     64

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

// ESCAPED8 finds what is escaped in a word, as ESCAPED does.
#define ESCAPED8(n) \
	MOVQ BACKSLASHES+n(DX), BX; \
	ORQ  R12, BX; \
	ESCAPED(BACKSLASHES+n(DX)); \
	MOVQ BX, ESCAPES+n(DX)

// NOTE8 notes the lowest line end of CX; AX is what of the word is kept.
#define NOTE8 \
	LEAQ    -1(CX), R13; \
	ANDNQ   R13, CX, R13; \
	ANDQ    AX, R13; \
	POPCNTQ R13, R13; \
	ADDQ    BX, R13; \
	MOVL    R13, End_Kept(R10); \
	TZCNTQ  CX, R13; \
	ADDQ    DX, R13; \
	MOVL    R13, End_Text(R10)

// func masksAVX512(j *job)
//
// Z0 to Z7  the masks of the kinds, in the order of those of stripAVX2; what may follow a
//           backslash without being of another kind is a space and a minus at once
// Z8   line ends             Z9   what is in a string
// Z10  of values, what goes  Z11  numbers         Z12 to Z15  what is in hand
// Z16, Z17  the kinds of the bytes up to 0x7f, a bit each
// Z18  in each byte 0x80     Z20  reverses eight bytes
// Z21  puts bytes of one kind together
// Z22  the unit matrix       Z23  all ones
// Z25 to Z31  masks of the bytes before: backslashes, colons, spaces behind them, minuses,
//             digits, full stops, leading zeros
// SI  the 512 bytes          R15  where they end
// R8, R9, DI  where the masks go of what is kept, of numbers and of line ends
// R10, R11  as in stripAVX2
TEXT ·masksAVX512(SB), NOSPLIT, $256-8
	MOVQ         j+0(FP), AX
	LEAQ         63(SP), DX
	ANDQ         $-64, DX
	XORQ         R10, R10
	XORQ         R11, R11
	MOVQ         job_src(AX), SI
	MOVQ         job_n(AX), R15
	ADDQ         SI, R15
	MOVQ         job_keep(AX), R8
	MOVQ         job_numbers(AX), R9
	MOVQ         job_lineEnds(AX), DI
	VMOVDQU64    kinds<>+0(SB), Z16
	VMOVDQU64    kinds<>+64(SB), Z17
	MOVL         $0x80, CX
	VPBROADCASTB CX, Z18
	VMOVDQU64    turn<>(SB), Z20
	VMOVDQU64    gather<>(SB), Z21
	MOVQ         $0x8040201008040201, CX
	VPBROADCASTQ CX, Z22
	VPTERNLOGQ   $0xff, Z23, Z23, Z23
	VPXORQ       Z25, Z25, Z25
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

	VPANDQ     Z4, Z2, Z8
	VPANDQ     Z6, Z5, Z15
	VPANDNQ    Z5, Z15, Z5
	VPANDNQ    Z6, Z15, Z6
	VPTERNLOGQ $0xfe, Z1, Z0, Z15

	// What stands behind a backslash is escaped, unless one follows another.
	BEHIND8(Z1, Z25, Z13)
	VPTESTMQ Z13, Z1, K4
	KORTESTB K4, K4
	JNZ      many

escaped:
	VPANDNQ    Z0, Z13, Z0
	VPTERNLOGQ $0xf4, Z15, Z13, Z2

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
	MOVQ       R15, BX
	SUBQ       SI, BX
	ADDQ       $63, BX
	SHRQ       $6, BX
	CMPQ       BX, R13
	CMOVQLT    BX, R13

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

	VMOVDQU64  Z12, (R8)
	VMOVDQU64  Z11, (R9)
	VMOVDQU64  Z8, (DI)
	ADDQ       $64, R8
	ADDQ       $64, R9
	ADDQ       $64, DI
	ADDQ       $512, SI
	CMPQ       R13, $8
	JB         done
	CMPQ       SI, R15
	JB         loop

done:
	MOVQ j+0(FP), AX
	SUBQ job_src(AX), SI
	SHRQ $6, SI
	LEAQ -8(SI)(R13*1), SI
	MOVQ SI, job_words(AX)
	VZEROUPPER
	RET

many:
	// The words one by one. The last bit of Z25 then says whether the next byte is escaped.
	VMOVDQA64    Z1, BACKSLASHES(DX)
	VMOVQ        X13, R12
	ANDQ         $1, R12
	XORL         AX, AX
	ESCAPED8(0)
	ESCAPED8(8)
	ESCAPED8(16)
	ESCAPED8(24)
	ESCAPED8(32)
	ESCAPED8(40)
	ESCAPED8(48)
	ESCAPED8(56)
	VMOVDQA64    ESCAPES(DX), Z13
	SHLQ         $63, R12
	VPBROADCASTQ R12, Z25
	JMP          escaped

// func packAVX512(j *job)
//
// SI  the text               R8   its bytes that are kept, a mask for each 64
// R9  those of numbers       R12  line ends
// DI  where kept bytes go    R10  where line ends go
// DX  bytes of the text so far, and BX of them that are kept
TEXT ·packAVX512(SB), NOSPLIT, $0-8
	MOVQ         j+0(FP), AX
	MOVQ         job_src(AX), SI
	MOVQ         job_keep(AX), R8
	MOVQ         job_numbers(AX), R9
	MOVQ         job_lineEnds(AX), R12
	MOVQ         job_kept(AX), DI
	MOVQ         job_ends(AX), R10
	MOVQ         job_words(AX), R15
	SHLQ         $6, R15
	MOVL         $'0', CX
	VPBROADCASTB CX, Z19
	XORL         DX, DX
	XORL         BX, BX
	JMP          begin

word:
	MOVQ          (R8), AX
	KMOVQ         AX, K1
	KMOVQ         (R9), K2
	VMOVDQU64     (SI)(DX*1), Z1
	VMOVDQU8      Z19, K2, Z1
	VPCOMPRESSB.Z Z1, K1, Z1
	VMOVDQU64     Z1, (DI)(BX*1)

	// The first line end, as if there were one in each word: most often nobody could
	// guess. R10 moves on only if there is.
	MOVQ    (R12), CX
	NOTE8
	CMPQ    CX, $1
	SBBQ    R11, R11
	LEAQ    8(R10)(R11*8), R10
	BLSRQ   CX, CX
	JNZ     more

packed:
	POPCNTQ AX, AX
	ADDQ    AX, BX
	ADDQ    $64, DX
	ADDQ    $8, R8
	ADDQ    $8, R9
	ADDQ    $8, R12

begin:
	CMPQ DX, R15
	JB   word
	MOVQ j+0(FP), AX
	SUBQ job_ends(AX), R10
	SHRQ $3, R10
	MOVQ R10, job_lines(AX)
	VZEROUPPER
	RET

more:
	NOTE8
	ADDQ  $8, R10
	BLSRQ CX, CX
	JNZ   more
	JMP   packed

// kinds of the bytes up to 0x7f.
DATA kinds<>+0x00(SB)/8, $0x0404040404040404
DATA kinds<>+0x08(SB)/8, $0x0404040404140404
DATA kinds<>+0x10(SB)/8, $0x0404040404040404
DATA kinds<>+0x18(SB)/8, $0x0404040404040404
DATA kinds<>+0x20(SB)/8, $0x0000000000010020
DATA kinds<>+0x28(SB)/8, $0x6080400000000000
DATA kinds<>+0x30(SB)/8, $0x0808080808080888
DATA kinds<>+0x38(SB)/8, $0x0000000000100808
DATA kinds<>+0x40(SB)/8, $0
DATA kinds<>+0x48(SB)/8, $0
DATA kinds<>+0x50(SB)/8, $0
DATA kinds<>+0x58(SB)/8, $0x0000000200000000
DATA kinds<>+0x60(SB)/8, $0x0060000000600000
DATA kinds<>+0x68(SB)/8, $0x0060000000000000
DATA kinds<>+0x70(SB)/8, $0x0000006000600000
DATA kinds<>+0x78(SB)/8, $0
GLOBL kinds<>(SB), RODATA|NOPTR, $128

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
