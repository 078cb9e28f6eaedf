#include "go_asm.h"
#include "textflag.h"
#include "strip_amd64.h"

// func stripAVX512(j *job)
//
// Z16, Z17  the kinds of the bytes up to 0x7f, a bit each, in the order of the masks
// Z18  in each byte 0x80      Z19  in each byte '0'
// Z20  reverses eight bytes   Z21  puts bytes of one kind together
// Z22  the unit matrix        X23  all ones
// Z24, Z25  0x80 for what may follow a backslash
TEXT ·stripAVX512(SB), NOSPLIT, $256-8
	MOVQ         j+0(FP), AX
	FRAME
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
	VPTERNLOGQ   $0xff, X23, X23, X23
	VMOVDQU64    escapes<>+0(SB), Z24
	VMOVDQU64    escapes<>+64(SB), Z25

loop:
	// A table gives each byte its kinds, none beyond ASCII. The 64 bytes of kinds are a
	// matrix of bits that is turned over, so that each kind becomes a mask.
	VMOVDQU64      (SI), Z1
	VPTESTNMB      Z18, Z1, K3
	VMOVDQA64      Z1, Z2
	VPERMI2B.Z     Z17, Z16, K3, Z2
	VPSHUFB        Z20, Z2, Z2
	VGF2P8AFFINEQB $0, Z2, Z22, Z2
	VPERMB         Z2, Z21, Z2
	VMOVDQA64      Z2, (DX)

	NEWLINES
	JNZ escaped

unescaped:
	STRINGS(X23)
	VALUES
	DIGITS
	JNZ done
	KEEP

	KMOVQ         AX, K1
	KMOVQ         NUMBER, K2
	VMOVDQU8      Z19, K2, Z1
	VPCOMPRESSB.Z Z1, K1, Z1
	VMOVDQU64     Z1, (DI)

	NOTE
	JNZ more

noted:
	POPCNTQ AX, AX
	ADDQ    AX, DI
	ADDQ    $64, SI
	CMPQ    R9, FULL
	JAE     done
	CMPQ    SI, END
	JB      loop

done:
	RESULT
	VZEROUPPER
	RET

escaped:
	ESCAPED
	VMOVDQA64  Z1, Z2
	VPERMI2B.Z Z25, Z24, K3, Z2
	VPMOVB2M   Z2, K4
	KMOVQ      K4, CX
	ANDNQ      BX, CX, CX
	ORQ        CX, CONTROL
	JMP        unescaped

more:
	MOVL $1, R15
	NOTE_ONE(R15)
	JNZ  more
	JMP  noted

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
