#include "textflag.h"

// func pairAVX2(b *byte, n, distance int, first, second byte) int
//
// SI  where the next 64 places begin; DI  the same, moved on by the distance
// CX  where the places end
// Y0  the first byte everywhere; Y1  the second
TEXT ·pairAVX2(SB), NOSPLIT, $0-40
	MOVQ         b+0(FP), SI
	MOVQ         n+8(FP), CX
	ADDQ         SI, CX
	MOVQ         distance+16(FP), DI
	ADDQ         SI, DI
	VPBROADCASTB first+24(FP), Y0
	VPBROADCASTB second+25(FP), Y1

loop:
	VPCMPEQB (SI), Y0, Y2
	VPCMPEQB (DI), Y1, Y3
	VPCMPEQB 32(SI), Y0, Y4
	VPCMPEQB 32(DI), Y1, Y5
	VPAND    Y2, Y3, Y2
	VPAND    Y4, Y5, Y4
	VPOR     Y2, Y4, Y3
	VPTEST   Y3, Y3
	JNZ      found
	ADDQ     $64, SI
	ADDQ     $64, DI
	CMPQ     SI, CX
	JB       loop
	JMP      done

found:
	VPMOVMSKB Y2, AX
	VPMOVMSKB Y4, BX
	SHLQ      $32, BX
	ORQ       BX, AX
	TZCNTQ    AX, AX
	ADDQ      AX, SI

done:
	SUBQ b+0(FP), SI
	MOVQ SI, ret+32(FP)
	VZEROUPPER
	RET
