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

// Powers of ten: from which number on there is a digit more.
DATA tens<>+0(SB)/8, $0
DATA tens<>+8(SB)/8, $10
DATA tens<>+16(SB)/8, $100
DATA tens<>+24(SB)/8, $1000
DATA tens<>+32(SB)/8, $10000
DATA tens<>+40(SB)/8, $100000
DATA tens<>+48(SB)/8, $1000000
DATA tens<>+56(SB)/8, $10000000
DATA tens<>+64(SB)/8, $100000000
GLOBL tens<>(SB), RODATA|NOPTR, $72

DATA million<>+0(SB)/8, $1000000.0
DATA half<>+0(SB)/8, $0.5
GLOBL million<>(SB), RODATA|NOPTR, $8
GLOBL half<>(SB), RODATA|NOPTR, $8

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

// LENGTH puts into a register how many digits a number in AX has, from 1 to 8: 1233/4096
// is a little more than the logarithm of 2. BX is lost.
#define LENGTH(to) \
	BSRQ   AX, to              \
	INCL   to                  \
	IMUL3L $1233, to, to       \
	SHRL   $12, to             \
	LEAQ   tens<>(SB), BX      \
	CMPQ   AX, (BX)(to*8)      \
	SBBL   $-1, to

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
	MOVL    AX, DX
	ANDL    $4095, DX
	CMPL    DX, $(4096-32)
	JA      type
	CMPQ    CX, Head_Length(R14)
	JNE     type
	DIFFERS((Head_Text+14)(R14))
	JNE     type
	VMOVDQU Head_Text(R14), Y0
	VMOVDQU (Head_Text+32)(R14), Y1
	VMOVDQU Y0, (DI)
	VMOVDQU Y1, 32(DI)
	LEAQ    15(DI)(CX*1), DI

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
	MOVL AX, DX
	ANDL $4095, DX
	CMPL DX, $(4096-32)
	JA   stray
	CMPQ CX, KnownName_Length(R12)
	JNE  stray
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
	JA      name
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
	JA      value
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
	MOVQ $10000000000000000, DX
	CMPQ AX, DX
	JAE  value
	CMPQ AX, $100000000
	JAE  sixteen
	PUT
	ADDQ $40, SI
	JMP  member

sixteen:
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
	VMULSD      X2, X0, X1
	VADDSD      half<>(SB), X1, X1
	VCVTTSD2SIQ X1, AX
	VCVTSI2SDQ  AX, X7, X1
	VDIVSD      X2, X1, X1
	VUCOMISD    X0, X1
	JNE         value
	MOVQ        AX, BX
	MOVQ        $0x431bde82d7b634db, DX
	MULQ        DX
	SHRQ        $18, DX                 // of 10^6
	MOVQ        DX, AX
	IMUL3Q      $1000000, DX, DX
	SUBQ        DX, BX
	CMPQ        AX, $100000000
	JAE         value
	IMUL3Q      $100, BX, BX
	VMOVQ       BX, X0
	TESTQ       R14, R14
	JGE         whole
	MOVB        $'-', (DI)
	INCQ        DI

whole:
	CMPQ AX, $10
	JAE  more
	ADDL $'0', AX
	MOVB AX, (DI)
	INCQ DI

point:
	VMOVQ X0, AX
	TESTQ AX, AX
	JZ    nopoint
	MOVB  $'.', (DI)
	EIGHT
	BSRQ  DX, CX
	SHRL  $3, CX
	MOVQ  ZEROS, BX
	ORQ   BX, DX
	MOVQ  DX, 1(DI)
	LEAQ  2(DI)(CX*1), DI

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
	PUT
	JMP  point

done:
	LEAQ frames-512(SP), DX
	CMPQ R11, DX
	JNE  pop
	MOVQ $const_AllWritten, AX
	JMP  end

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
