#include "go_asm.h"
#include "textflag.h"

// letters stand behind the backslash in the escapes of the first 16 bytes; 0 is none.
DATA letters<>+0(SB)/8, $0
DATA letters<>+8(SB)/8, $"btn\x00fr\x00\x00"
GLOBL letters<>(SB), RODATA|NOPTR, $16

// What the bytes of characters beyond ASCII are compared with.
DATA beyond<>+0(SB)/8, $"\xc0\xc2\xe0\xe2\xed\xf0\x80\xa8"
DATA beyond<>+8(SB)/1, $0xfe
GLOBL beyond<>(SB), RODATA|NOPTR, $9

// func escapeAVX512(dst []byte, text string) (read, written int)
//
// Of 32 bytes those that are escaped become two. So before each a backslash is put, and
// of these 64 bytes the backslashes that are not wanted are taken away by one instruction.
//
// Characters of two and three bytes are checked all at once, by what kinds of bytes stand
// where. In a block with one that is not right, or longer, they are looked at one by one.
//
// SI  the next byte of the text       R10  the last place of it to begin at
// DI  where it goes                   R11  the last place there
// R8, R9  every other bit of 64, the first one or the second
// Y10  quotes   Y11  backslashes   Y12  spaces   Y13  bytes of 0x10   Y14  letters
// Z15  a backslash in every other byte     Y16-Y24  what is in beyond
// R12  how many bytes of the block are whole characters
TEXT ·escapeAVX512(SB), NOSPLIT, $0-56
	MOVQ           text_base+24(FP), SI
	MOVQ           text_len+32(FP), R10
	LEAQ           -const_EscapeRead(SI)(R10*1), R10
	MOVQ           dst_base+0(FP), DI
	MOVQ           dst_len+8(FP), R11
	LEAQ           -const_EscapeRoom(DI)(R11*1), R11
	MOVQ           $0x5555555555555555, R8
	MOVQ           $0xaaaaaaaaaaaaaaaa, R9
	MOVL           $'"', AX
	VPBROADCASTB   AX, Y10
	MOVL           $'\\', AX
	VPBROADCASTB   AX, Y11
	VPBROADCASTW   AX, Z15
	MOVL           $' ', AX
	VPBROADCASTB   AX, Y12
	MOVL           $0x10, AX
	VPBROADCASTB   AX, Y13
	VBROADCASTI128 letters<>(SB), Y14
	VPBROADCASTB   beyond<>+0(SB), Y16
	VPBROADCASTB   beyond<>+1(SB), Y17
	VPBROADCASTB   beyond<>+2(SB), Y18
	VPBROADCASTB   beyond<>+3(SB), Y19
	VPBROADCASTB   beyond<>+4(SB), Y20
	VPBROADCASTB   beyond<>+5(SB), Y21
	VPBROADCASTB   beyond<>+6(SB), Y22
	VPBROADCASTB   beyond<>+7(SB), Y23
	VPBROADCASTB   beyond<>+8(SB), Y24

block:
	CMPQ      SI, R10
	JA        done
	CMPQ      DI, R11
	JA        done
	VMOVDQU   (SI), Y0
	VPMOVB2M  Y0, K1
	VPCMPUB   $1, Y12, Y0, K2
	VPCMPEQB  Y10, Y0, K3
	VPCMPEQB  Y11, Y0, K4
	KORD      K2, K3, K3
	KORD      K3, K4, K3
	KORTESTD  K3, K1
	JNZ       special
	VMOVDQU   Y0, (DI)
	ADDQ      $32, SI
	ADDQ      $32, DI
	JMP       block

special:
	// The letters of control characters, and where there is none.
	VPSHUFB   Y0, Y14, Y1
	VPCMPUB   $5, Y13, Y0, K2, K4
	VPTESTNMB Y1, Y1, K2, K5
	KORD      K4, K5, K5
	VMOVDQU8  Y1, K2, Y0
	MOVL      $32, R12
	KORTESTD  K1, K1
	JZ        write

	// A byte that begins a character of two or three has one or two behind it that go on
	// with it, and those stand nowhere else. Some would begin what is too long, or a
	// surrogate, or a longer one.
	VPCMPB   $1, Y16, Y0, K6 // those that go on
	VPCMPUB  $5, Y18, Y0, K7 // that begin three
	KMOVD    K1, AX
	KMOVD    K6, BX
	KMOVD    K7, R13
	ANDNL    AX, BX, DX      // that begin some
	LEAQ     (DX)(DX*1), R14
	SHLQ     $2, R13
	ORQ      R13, R14        // where those must be that go on
	XORL     R14, BX
	VPCMPUB  $1, Y17, Y0, K2
	VPCMPUB  $5, Y21, Y0, K4
	VPCMPEQB Y18, Y0, K6
	VPCMPEQB Y20, Y0, K7
	KORD     K4, K6, K6
	KORD     K7, K6, K6
	KMOVD    K2, CX
	KMOVD    K6, AX
	ANDL     DX, CX
	ORL      AX, CX
	ORL      BX, CX
	JNZ      odd

	// U+2028 and U+2029.
	VPCMPEQB Y19, Y0, K2
	KORTESTD K2, K2
	JZ       whole
	VPCMPEQB Y22, Y0, K4
	VPANDD   Y24, Y0, Y1
	VPCMPEQB Y23, Y1, K6
	KMOVD    K2, AX
	KMOVD    K4, BX
	KMOVD    K6, CX
	ADDL     AX, AX
	ANDL     BX, AX
	ADDL     AX, AX
	TESTL    CX, AX
	JNZ      odd

whole:
	// The last one may lack its end.
	SHRQ $32, R14
	JZ   write
	BSRL DX, R12
	JMP  write

odd:
	KORD K1, K5, K5

write:
	KMOVD  K5, AX
	KMOVD  K3, BX
	BTSQ   R12, AX
	TZCNTQ AX, CX

	VPMOVZXBW     Y0, Z0
	VPSLLW        $8, Z0, Z0
	VPORQ         Z15, Z0, Z0
	PDEPQ         R8, BX, BX
	ORQ           R9, BX
	LEAQ          (CX)(CX*1), DX
	BZHIQ         DX, BX, BX
	KMOVQ         BX, K1
	VPCOMPRESSB.Z Z0, K1, Z0
	VMOVDQU64     Z0, (DI)
	POPCNTQ       BX, BX
	ADDQ          BX, DI
	ADDQ          CX, SI
	CMPQ          CX, R12
	JEQ           block

	// A character beyond ASCII, of two or three bytes and with one of ASCII behind it, or
	// what is left to Go. There is room, and text, for what is looked at here.
	MOVL  (SI), AX
	MOVL  AX, BX
	ANDL  $0xc0c0f0, BX
	CMPL  BX, $0x8080e0
	JNE   two
	TESTL AX, AX
	JS    done

	// Not those of which some are too long, or surrogates, or end lines.
	MOVL AX, BX
	ANDL $0xf, BX
	JZ   done
	CMPL BX, $0xd
	JEQ  done
	MOVL AX, BX
	ANDL $0xfeffff, BX
	CMPL BX, $0xa880e2
	JEQ  done
	MOVL AX, (DI)
	ADDQ $3, SI
	ADDQ $3, DI
	JMP  block

two:
	MOVL  AX, BX
	ANDL  $0x80c0e0, BX
	CMPL  BX, $0x0080c0
	JNE   done
	TESTL $0x1e, AX
	JZ    done
	MOVL  AX, (DI)
	ADDQ  $2, SI
	ADDQ  $2, DI
	JMP   block

done:
	SUBQ text_base+24(FP), SI
	MOVQ SI, read+40(FP)
	SUBQ dst_base+0(FP), DI
	MOVQ DI, written+48(FP)
	VZEROUPPER
	RET
