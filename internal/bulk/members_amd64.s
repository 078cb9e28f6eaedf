#include "go_asm.h"
#include "textflag.h"

DATA pattern<>+0(SB)/8, $0x2020202020202020
DATA pattern<>+8(SB)/8, $0x2222222222222222
DATA pattern<>+16(SB)/8, $0x5c5c5c5c5c5c5c5c
GLOBL pattern<>(SB), RODATA|NOPTR, $24

DATA places<>+0(SB)/8, $0x0003000200010000
DATA places<>+8(SB)/8, $0x0007000600050004
DATA places<>+16(SB)/8, $0x000b000a00090008
DATA places<>+24(SB)/8, $0x000f000e000d000c
GLOBL places<>(SB), RODATA|NOPTR, $32

// What is added to a number whose highest bit is the nth, so that the bits from the 32nd
// on tell how many digits it has: so many, and 1 less below a power of ten.
DATA lengths<>+0(SB)/8, $0x100000000
DATA lengths<>+8(SB)/8, $0x100000000
DATA lengths<>+16(SB)/8, $0x100000000
DATA lengths<>+24(SB)/8, $0x1fffffff6
DATA lengths<>+32(SB)/8, $0x200000000
DATA lengths<>+40(SB)/8, $0x200000000
DATA lengths<>+48(SB)/8, $0x2ffffff9c
DATA lengths<>+56(SB)/8, $0x300000000
DATA lengths<>+64(SB)/8, $0x300000000
DATA lengths<>+72(SB)/8, $0x3fffffc18
DATA lengths<>+80(SB)/8, $0x400000000
DATA lengths<>+88(SB)/8, $0x400000000
DATA lengths<>+96(SB)/8, $0x400000000
DATA lengths<>+104(SB)/8, $0x4ffffd8f0
DATA lengths<>+112(SB)/8, $0x500000000
DATA lengths<>+120(SB)/8, $0x500000000
DATA lengths<>+128(SB)/8, $0x5fffe7960
DATA lengths<>+136(SB)/8, $0x600000000
DATA lengths<>+144(SB)/8, $0x600000000
DATA lengths<>+152(SB)/8, $0x6fff0bdc0
DATA lengths<>+160(SB)/8, $0x700000000
DATA lengths<>+168(SB)/8, $0x700000000
DATA lengths<>+176(SB)/8, $0x700000000
DATA lengths<>+184(SB)/8, $0x7ff676980
DATA lengths<>+192(SB)/8, $0x800000000
DATA lengths<>+200(SB)/8, $0x800000000
DATA lengths<>+208(SB)/8, $0x8fa0a1f00
GLOBL lengths<>(SB), RODATA|NOPTR, $216

// All numbers of two digits.
DATA pairs<>+0(SB)/8, $"00010203"
DATA pairs<>+8(SB)/8, $"04050607"
DATA pairs<>+16(SB)/8, $"08091011"
DATA pairs<>+24(SB)/8, $"12131415"
DATA pairs<>+32(SB)/8, $"16171819"
DATA pairs<>+40(SB)/8, $"20212223"
DATA pairs<>+48(SB)/8, $"24252627"
DATA pairs<>+56(SB)/8, $"28293031"
DATA pairs<>+64(SB)/8, $"32333435"
DATA pairs<>+72(SB)/8, $"36373839"
DATA pairs<>+80(SB)/8, $"40414243"
DATA pairs<>+88(SB)/8, $"44454647"
DATA pairs<>+96(SB)/8, $"48495051"
DATA pairs<>+104(SB)/8, $"52535455"
DATA pairs<>+112(SB)/8, $"56575859"
DATA pairs<>+120(SB)/8, $"60616263"
DATA pairs<>+128(SB)/8, $"64656667"
DATA pairs<>+136(SB)/8, $"68697071"
DATA pairs<>+144(SB)/8, $"72737475"
DATA pairs<>+152(SB)/8, $"76777879"
DATA pairs<>+160(SB)/8, $"80818283"
DATA pairs<>+168(SB)/8, $"84858687"
DATA pairs<>+176(SB)/8, $"88899091"
DATA pairs<>+184(SB)/8, $"92939495"
DATA pairs<>+192(SB)/8, $"96979899"
GLOBL pairs<>(SB), RODATA|NOPTR, $200

DATA million<>+0(SB)/8, $1000000.0
DATA whole<>+0(SB)/8, $4503599627370496.0 // 2^52
GLOBL million<>(SB), RODATA|NOPTR, $8
GLOBL whole<>(SB), RODATA|NOPTR, $8

// A window of 32 bytes that ends n bytes behind the middle begins with n bytes of ones.
DATA window<>+0(SB)/8, $-1
DATA window<>+8(SB)/8, $-1
DATA window<>+16(SB)/8, $-1
DATA window<>+24(SB)/8, $-1
DATA window<>+32(SB)/8, $0
DATA window<>+40(SB)/8, $0
DATA window<>+48(SB)/8, $0
DATA window<>+56(SB)/8, $0
GLOBL window<>(SB), RODATA|NOPTR, $64

// DIFFERS leaves a flag for JNE when of the CX bytes at AX one is not the one at another
// place. As many as 32 are read from both. DX is lost.
#define DIFFERS(other) \
	VMOVDQU (AX), Y0              \
	VPXOR   other, Y0, Y0         \
	LEAQ    window<>+32(SB), DX   \
	SUBQ    CX, DX                \
	VPTEST  (DX), Y0

// CARRY copies a name or a text that lies at the end of a page, beyond which nothing may be
// read, to a place from DI on, and has it be there. DX is lost, and another register.
#define CARRY(loop, from, size, to, other) \
	MOVQ    size, DX                    \
loop:                                   \
	MOVBLZX -1(from)(DX*1), other       \
	MOVB    other, (to-1)(DI)(DX*1)     \
	DECQ    DX                          \
	JNE     loop                        \
	LEAQ    to(DI), from

// SPECIAL marks in a register the bytes of Y0 that cannot stand in a JSON string as they
// are, or are not ASCII: compared with sign, these are less than a space too.
#define SPECIAL(to) \
	VPCMPGTB  Y0, Y8, Y1  \
	VPCMPEQB  Y0, Y9, Y2  \
	VPCMPEQB  Y0, Y10, Y3 \
	VPOR      Y2, Y1, Y1  \
	VPOR      Y3, Y1, Y1  \
	VPMOVMSKB Y1, to

// EIGHT makes of a number below 10^8, in AX, its eight digits, the first one lowest, in
// DX: it is divided into two numbers of four digits, these into four of two, and these
// into eight, each time all at once. AX, BX and CX are lost.
#define EIGHT \
	IMUL3Q $109951163, AX, DX  \
	SHRQ   $40, DX             \
	IMUL3Q $10000, DX, CX      \
	SUBQ   CX, AX              \
	SHLQ   $32, AX             \
	ORQ    AX, DX              \
	IMUL3Q $10486, DX, AX      \
	SHRQ   $20, AX             \
	MOVQ   $0x7f0000007f, CX   \
	ANDQ   CX, AX              \
	IMUL3Q $6553599, AX, AX    \
	SHLQ   $16, DX             \
	SUBQ   AX, DX              \
	IMUL3Q $103, DX, AX        \
	SHRQ   $10, AX             \
	MOVQ   $0xf000f000f000f, CX \
	ANDQ   CX, AX              \
	IMUL3Q $2559, AX, AX       \
	SHLQ   $8, DX              \
	SUBQ   AX, DX

// LENGTH puts into a register how many digits a number in AX has, from 1 to 8. BX is lost.
#define LENGTH(to) \
	BSRQ AX, BX              \
	LEAQ lengths<>(SB), to   \
	MOVQ (to)(BX*8), to      \
	ADDQ AX, to              \
	SHRQ $32, to

// ZEROS makes digits of eight numbers below 10.
#define ZEROS $0x3030303030303030

// PUT writes the number in AX, from 1 on and below 10^8, at DI, and moves that on.
#define PUT \
	LENGTH(R14)    \
	EIGHT          \
	MOVL $8, CX    \
	SUBL R14, CX   \
	SHLL $3, CX    \
	MOVQ ZEROS, BX \
	ORQ  BX, DX    \
	SHRQ CX, DX    \
	MOVQ DX, (DI)  \
	ADDQ R14, DI

// A frame is what waits until a group has been written: of the object around it the
// member and the end of all, the name that is known to be next, or what Y12 and Y13 hold;
// and where the member and its value are written.
#define frame_member   0
#define frame_end      8
#define frame_began    16
#define frame_value    24
#define frame_known    32
#define frame_names    64
#define frame_places   96
#define frameSize      128

// func membersAVX2(m *Members)
//
// SI, R10  the member, where the last one ends
// DI, R9   where it is written, and where the room ends
// R15, R13 where the member began, and its value
// R11      the frame of the next group, of four
// R12      the name that is known to be next, or 0
// Y8-Y10   what is special, and while no name is known:
// Y11      the hashes of names that are reserved
// Y12      those of names so far   Y13  the word of the next one is 0
TEXT ·membersAVX2(SB), 0, $512-8
	MOVQ m+0(FP), R8
	MOVQ Members_Buffer(R8), R9
	MOVQ Members_At(R8), DI
	ADDQ R9, DI
	ADDQ Members_Room(R8), R9
	MOVQ Members_First(R8), SI
	MOVQ Members_Number(R8), R10
	LEAQ (R10)(R10*4), R10
	LEAQ (SI)(R10*8), R10
	VPBROADCASTQ pattern<>+0(SB), Y8
	VPBROADCASTQ pattern<>+8(SB), Y9
	VPBROADCASTQ pattern<>+16(SB), Y10
	VPXOR   Y7, Y7, Y7
	LEAQ    frames-512(SP), R11
	MOVQ    Members_Known(R8), R12
	MOVQ    Members_Done(R8), BX
	TESTQ   BX, BX
	JNE     onward
	MOVQ    Members_Head(R8), R14
	TESTQ   R14, R14
	JEQ     first

	// The type: 1 to 32 bytes, of which as many are read, within one page.
	MOVQ    DI, R15
	MOVQ    Members_Type(R8), AX
	MOVQ    Members_TypeLength(R8), CX
	CMPQ    CX, Head_Length(R14)
	JNE     type
	MOVL    AX, DX
	ANDL    $4095, DX
	CMPL    DX, $(4096-32)
	JA      typeAtEnd

typeHere:
	DIFFERS((Head_Text+14)(R14))
	JNE     type
	VMOVDQU Head_Text(R14), Y0
	VMOVDQU (Head_Text+32)(R14), Y1
	VMOVDQU Y0, (DI)
	VMOVDQU Y1, 32(DI)
	LEAQ    15(DI)(CX*1), DI

	// The cause.
	MOVQ  Members_Cause(R8), AX
	TESTQ AX, AX
	JEQ   first
	MOVQ  $0x226573756163222c, BX // ,"cause"
	MOVQ  BX, (DI)
	MOVB  $':', 8(DI)
	ADDQ  $9, DI
	PUT

first:
	TESTQ R12, R12
	JNE   member
	VMOVDQU places<>(SB), Y13
	VPXOR   Y12, Y12, Y12
	JMP     reserved

onward:
	// Some members are written.
	LEAQ  (BX)(BX*4), AX
	LEAQ  (SI)(AX*8), SI
	TESTQ R12, R12
	JEQ   strays
	SHLQ  $6, BX // as long as a known name is
	ADDQ  BX, R12
	JMP   member

strays:
	VMOVDQU      places<>(SB), Y13
	VMOVD        BX, X4
	VPBROADCASTW X4, Y4
	VPSUBW       Y4, Y13, Y13
	VMOVDQU      Members_Names(R8), Y12

reserved:
	MOVQ    Members_Reserved(R8), AX
	VMOVDQU (AX), Y11

member:
	MOVQ DI, R15
	CMPQ SI, R10
	JAE  done
	LEAQ const_MemberRoom(DI), DX
	CMPQ DX, R9
	JA   room
	MOVQ (SI), AX
	MOVQ 8(SI), CX
	TESTQ R12, R12
	JEQ  unknown

	// A known name: as many bytes as that of one are read, within one page.
	CMPQ CX, KnownName_Length(R12)
	JNE  stray
	MOVL AX, DX
	ANDL $4095, DX
	CMPL DX, $(4096-32)
	JA   knownAtEnd

knownHere:
	DIFFERS((KnownName_Text+2)(R12))
	JNE  stray
	VMOVDQU KnownName_Text(R12), Y0
	VMOVDQU Y0, (DI)
	LEAQ 4(DI)(CX*1), DI
	ADDQ $KnownName__size, R12
	JMP  named

stray:
	// From here on it is another object than the known one: of its names, those before
	// this one are written.
	CMPQ    KnownName_Length(R12), $const_NeverName
	JEQ     never
	MOVQ    $1, Members_Missed(R8)

never:
	MOVQ         KnownName_Offset(R12), BX
	SUBQ         BX, R12
	VMOVDQU      Known_Hashes(R12), Y12
	SHRQ         $6, BX
	VMOVD        BX, X4
	VPBROADCASTW X4, Y4
	VMOVDQU      places<>(SB), Y13
	VPSUBW       Y4, Y13, Y13
	VPSRAW       $15, Y13, Y4
	VPAND        Y4, Y12, Y12
	XORL         R12, R12
	VPXOR        Y11, Y11, Y11
	LEAQ         frames-512(SP), DX
	CMPQ         R11, DX
	JNE          unknown
	MOVQ         Members_Reserved(R8), DX
	VMOVDQU      (DX), Y11

unknown:
	// Its name: 1 to 32 bytes, of which as many are read, within one page.
	LEAQ    -1(CX), DX
	CMPQ    DX, $31
	JA      name
	MOVL    AX, DX
	ANDL    $4095, DX
	CMPL    DX, $(4096-32)
	JA      nameAtEnd

nameHere:
	VMOVDQU (AX), Y0
	SPECIAL(DX)
	BZHIL   CX, DX, DX
	JNZ     name

	// Its hash: of the length, the first 8 bytes and the last.
	MOVQ   (AX), R13
	MOVL   CX, BX
	CMPQ   CX, $8
	JAE    long
	LEAL   (CX*8), DX
	BZHIQ  DX, R13, R13
	CRC32Q R13, BX
	JMP    hashed

long:
	CRC32Q R13, BX
	CRC32Q -8(AX)(CX*1), BX

hashed:
	ORL          $1, BX
	VMOVD        BX, X4
	VPBROADCASTW X4, Y4
	VPCMPEQW     Y4, Y11, Y5
	VPCMPEQW     Y4, Y12, Y6
	VPOR         Y5, Y6, Y6
	VPMOVMSKB    Y6, DX
	TESTL        DX, DX
	JNZ          name
	VPCMPEQW     Y13, Y7, Y5
	VPBLENDVB    Y5, Y4, Y12, Y12
	VPCMPEQW     Y5, Y5, Y5
	VPADDW       Y5, Y13, Y13

	VMOVDQU Y0, 2(DI)
	MOVW    $0x222c, (DI)        // ,"
	MOVW    $0x3a22, 2(DI)(CX*1) // ":
	LEAQ    4(DI)(CX*1), DI

named:
	MOVQ    DI, R13
	MOVQ    16(SI), AX
	MOVQ    24(SI), DX
	MOVQ    32(SI), BX
	CMPQ    DX, ·Forms+0(SB)
	JNE     number

	// A text.
	MOVB    $'"', (DI)
	CMPQ    AX, $32
	JA      longer
	TESTQ   AX, AX
	JZ      quote
	MOVL    BX, DX
	ANDL    $4095, DX
	CMPL    DX, $(4096-32)
	JA      textAtEnd

textHere:
	VMOVDQU (BX), Y0
	SPECIAL(DX)
	BZHIL   AX, DX, DX
	JNZ     value
	VMOVDQU Y0, 1(DI)

quote:
	MOVB $'"', 1(DI)(AX*1)
	LEAQ 2(DI)(AX*1), DI
	ADDQ $40, SI
	JMP  member

longer:
	CMPQ AX, $const_MostText
	JA   value
	LEAQ -32(AX), CX
	XORL R14, R14

part:
	VMOVDQU (BX)(R14*1), Y0
	SPECIAL(DX)
	TESTL   DX, DX
	JNZ     value
	VMOVDQU Y0, 1(DI)(R14*1)
	ADDQ    $32, R14
	CMPQ    R14, CX
	JB      part
	VMOVDQU (BX)(CX*1), Y0
	SPECIAL(DX)
	TESTL   DX, DX
	JNZ     value
	VMOVDQU Y0, 1(DI)(CX*1)
	JMP     quote

group:
	// What is around it waits in a frame.
	CMPQ    DX, ·Forms+16(SB)
	JNE     value
	LEAQ    -1(AX), DX
	CMPQ    DX, $(const_MostMembers-1)
	JA      value
	MOVQ    Members_Levels(R8), DX
	SHLQ    $7, DX // as long as a frame is
	LEAQ    frames-512(SP), CX
	ADDQ    CX, DX
	CMPQ    R11, DX
	JAE     value
	MOVQ    SI, frame_member(R11)
	MOVQ    R10, frame_end(R11)
	MOVQ    R13, frame_value(R11)
	MOVQ    R15, frame_began(R11)
	MOVQ    R12, frame_known(R11)
	MOVQ    BX, SI
	LEAQ    (AX)(AX*4), AX
	LEAQ    (SI)(AX*8), R10
	TESTQ   R12, R12
	JEQ     unknownGroup
	ADDQ    $frameSize, R11
	MOVQ    (KnownName_Group-KnownName__size)(R12), R12
	TESTQ   R12, R12
	JNE     member
	MOVQ    $1, Members_Missed(R8)
	JMP     freshGroup

unknownGroup:
	VMOVDQU Y12, frame_names(R11)
	VMOVDQU Y13, frame_places(R11)
	ADDQ    $frameSize, R11

freshGroup:
	VPXOR   Y11, Y11, Y11
	VPXOR   Y12, Y12, Y12
	VMOVDQU places<>(SB), Y13
	JMP     member

pop:
	SUBQ    $frameSize, R11
	MOVQ    frame_member(R11), SI
	MOVQ    frame_end(R11), R10
	MOVQ    frame_value(R11), AX
	MOVQ    frame_known(R11), R12
	MOVB    $'{', (AX) // in place of the comma
	MOVB    $'}', (DI)
	INCQ    DI
	ADDQ    $40, SI
	TESTQ   R12, R12
	JNE     member
	VMOVDQU frame_names(R11), Y12
	VMOVDQU frame_places(R11), Y13
	CMPQ    R11, DX // the outermost frame
	JNE     member
	JMP     reserved

number:
	CMPQ DX, ·Forms+8(SB)
	JNE  group
	MOVQ (BX), DX
	CMPQ DX, $const_KindInt64
	JEQ  signed
	CMPQ DX, $const_KindFloat64
	JEQ  float
	CMPQ DX, $const_KindUint64
	JEQ  unsigned
	CMPQ DX, $const_KindDuration
	JEQ  signed
	CMPQ AX, $1
	JNE  false
	MOVL $0x65757274, (DI) // true
	ADDQ $4, DI
	ADDQ $40, SI
	JMP  member

false:
	MOVL $0x736c6166, (DI) // fals
	MOVB $'e', 4(DI)
	ADDQ $5, DI
	ADDQ $40, SI
	JMP  member

signed:
	TESTQ AX, AX
	JGE   unsigned
	NEGQ  AX
	MOVB  $'-', (DI)
	INCQ  DI

unsigned:
	CMPQ AX, $10
	JAE  digits
	ADDL $'0', AX
	MOVB AX, (DI)
	INCQ DI
	ADDQ $40, SI
	JMP  member

digits:
	CMPQ    AX, $100
	JAE     eight
	LEAQ    pairs<>(SB), BX
	MOVWLZX (BX)(AX*2), AX
	MOVW    AX, (DI)
	ADDQ    $2, DI
	ADDQ    $40, SI
	JMP     member

eight:
	CMPQ AX, $100000000
	JAE  sixteen
	PUT
	ADDQ $40, SI
	JMP  member

sixteen:
	MOVQ $10000000000000000, DX
	CMPQ AX, DX
	JAE  value
	MOVQ AX, BX
	MOVQ $0xabcc77118461cefd, DX
	MULQ DX
	SHRQ $26, DX                // of 10^8
	MOVQ DX, AX
	IMUL3Q $100000000, DX, DX
	SUBQ DX, BX
	VMOVQ BX, X0
	PUT
	VMOVQ X0, AX
	EIGHT
	MOVQ ZEROS, BX
	ORQ  BX, DX
	MOVQ DX, (DI)
	ADDQ $8, DI
	ADDQ $40, SI
	JMP  member

float:
	// Decimals of up to six places from 1e-5 on and below 1e9: how many millionths it
	// is, and whether so many are exactly this number.
	MOVQ        AX, R14
	BTRQ        $63, AX
	MOVQ        $0x3ee4f8b588e368f1, DX // 1e-5
	MOVQ        AX, CX
	SUBQ        DX, CX
	MOVQ        $0x02e8d4af771c970f, DX // 1e9 is so much more
	CMPQ        CX, DX
	JAE         wide
	VMOVQ       AX, X0
	VMOVSD      million<>(SB), X2
	VMOVSD      whole<>(SB), X3
	VMULSD      X2, X0, X1
	VADDSD      X3, X1, X1          // the last bit is one of a whole number
	VCVTTSD2SIQ X0, BX
	VMOVQ       X1, AX
	VSUBSD      X3, X1, X1
	VDIVSD      X2, X1, X1
	SHLQ        $12, AX             // of the bits, those of the number
	SHRQ        $12, AX
	VUCOMISD    X0, X1
	JNE         value
	CMPQ        BX, $100000000
	JAE         value
	IMUL3Q      $1000000, BX, DX
	SUBQ        DX, AX              // those behind the point
	TESTQ       R14, R14
	JGE         whole
	MOVB        $'-', (DI)
	INCQ        DI

whole:
	CMPQ BX, $10
	JAE  more
	ADDL $'0', BX
	MOVB BX, (DI)
	INCQ DI

point:
	// Three pairs of digits, of which those at the end are left out that are zeros.
	TESTL   AX, AX
	JEQ     nopoint
	MOVB    $'.', (DI)
	IMUL3Q  $109951163, AX, DX
	SHRQ    $40, DX             // of 10^4
	IMUL3Q  $42949673, AX, BX
	SHRQ    $32, BX             // of 10^2
	IMUL3L  $100, BX, CX
	SUBL    CX, AX
	IMUL3L  $100, DX, CX
	SUBL    CX, BX
	LEAQ    pairs<>(SB), CX
	MOVWLZX (CX)(DX*2), DX
	MOVW    DX, 1(DI)
	TESTL   AX, AX
	JNE     six
	TESTL   BX, BX
	JNE     four
	CMPL    DX, $0x3100         // whether the second digit is a zero
	SBBQ    $-3, DI
	ADDQ    $40, SI
	JMP     member

four:
	MOVWLZX (CX)(BX*2), BX
	MOVW    BX, 3(DI)
	CMPL    BX, $0x3100
	SBBQ    $-5, DI
	ADDQ    $40, SI
	JMP     member

six:
	MOVWLZX (CX)(BX*2), BX
	MOVW    BX, 3(DI)
	MOVWLZX (CX)(AX*2), AX
	MOVW    AX, 5(DI)
	CMPL    AX, $0x3100
	SBBQ    $-7, DI

nopoint:
	ADDQ $40, SI
	JMP  member

wide:
	// Whole numbers up to 10^15, and 0 unless it is negative.
	TESTQ       R14, R14
	JZ          nought
	VMOVQ       R14, X0
	VCVTTSD2SIQ X0, AX
	VCVTSI2SDQ  AX, X7, X1
	VUCOMISD    X0, X1
	JNE         value
	JPS         value
	TESTQ       AX, AX
	JZ          value
	MOVQ        $1000000000000000, DX
	LEAQ        (AX)(DX*1), BX
	ADDQ        DX, DX
	CMPQ        BX, DX
	JA          value
	JMP         signed

nought:
	MOVB $'0', (DI)
	INCQ DI
	ADDQ $40, SI
	JMP  member

more:
	// The value is certain, so R13 is free.
	MOVQ    AX, R13
	MOVQ    BX, AX
	CMPQ    AX, $100
	JAE     many
	LEAQ    pairs<>(SB), CX
	MOVWLZX (CX)(AX*2), BX
	MOVW    BX, (DI)
	ADDQ    $2, DI
	MOVQ    R13, AX
	JMP     point

many:
	PUT
	MOVQ R13, AX
	JMP  point

done:
	LEAQ frames-512(SP), DX
	CMPQ R11, DX
	JNE  pop
	MOVQ $const_AllWritten, AX
	JMP  end

typeAtEnd:
	CARRY(typeByte, AX, CX, 0, BX)
	JMP typeHere

knownAtEnd:
	CARRY(knownByte, AX, CX, 2, BX)
	JMP knownHere

nameAtEnd:
	CARRY(nameByte, AX, CX, 2, BX)
	JMP nameHere

textAtEnd:
	CARRY(textByte, BX, AX, 1, CX)
	JMP textHere

type:
	MOVQ $1, Members_Missed(R8)
	MOVQ $const_OtherType, AX
	JMP  end

room:
	MOVQ $const_NoRoom, AX
	LEAQ frames-512(SP), DX
	CMPQ R11, DX
	JEQ  end
	JMP  outermost

name:
	MOVQ $const_OtherName, AX
	LEAQ frames-512(SP), DX
	CMPQ R11, DX
	JEQ  end
	JMP  outermost

value:
	MOVQ $const_OtherValue, AX
	MOVQ R13, DI
	LEAQ frames-512(SP), DX
	CMPQ R11, DX
	JEQ  end

outermost:
	// It is the value of the outermost group that is left to others.
	MOVQ    $const_OtherValue, AX
	MOVQ    frame_value(DX), DI
	MOVQ    frame_began(DX), R15
	MOVQ    frame_member(DX), SI
	MOVQ    frame_known(DX), R12
	VMOVDQU frame_names(DX), Y12

end:
	MOVQ    AX, Members_Why(R8)
	SUBQ    Members_Buffer(R8), DI
	SUBQ    Members_Buffer(R8), R15
	MOVQ    DI, Members_At(R8)
	MOVQ    R15, Members_Began(R8)
	SUBQ    Members_First(R8), SI
	IMUL3Q  $52429, SI, SI
	SHRQ    $21, SI                // of 40, for no more than there are
	MOVQ    SI, Members_Done(R8)
	TESTQ R12, R12
	JNE  return
	MOVQ $1, Members_Strays(R8)
	VMOVDQU Y12, Members_Names(R8)

return:
	VZEROUPPER
	RET
