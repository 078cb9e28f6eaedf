// Taking lines apart, 64 bytes at once. What must come out is said by strip in
// reference.go, a byte at a time. Here each question about a byte is a bit of a mask, the
// lowest for the first of the 64 bytes.
//
// SI  the 64 bytes            R10  all ones when the last byte before them is in a string
// DI  where kept bytes go     R11  not 0 when the run of a value goes on
// R8  where masks go          R12  1 when the first byte is escaped
// R9  where line ends go      DX   the masks below, in memory
// AX, BX, CX, R13, R15  what is in hand

// Of the 64 bytes, those that are of a kind:
#define QUOTE     0(DX)
#define BACKSLASH 8(DX)
#define CONTROL   16(DX) // below 0x20; and what must not follow a backslash
#define DIGIT     24(DX)
#define COLON     32(DX) // and line ends
#define SPACE     40(DX)
#define MINUS     48(DX)
#define ZERO      56(DX) // and full stops

// Masks that were worked out:
#define LINEEND  64(DX)
#define INSIDE   72(DX) // of the texts of values, what goes
#define NUMBER   80(DX) // digits, and minuses before them

// For each, whether the last byte before the 64 was one:
#define COLON_BEFORE  88(DX)
#define SPACE_BEFORE  96(DX)
#define MINUS_BEFORE  104(DX)
#define DIGIT_BEFORE  112(DX)
#define DOT_BEFORE    120(DX)
#define ZERO_BEFORE   128(DX)

// Of the job:
#define SRC   136(DX)
#define END   144(DX)
#define KEPT  152(DX)

// BEHIND moves a mask on by one byte: it then marks what stands behind.
#define BEHIND(mask, other, before) \
	MOVQ mask, other; \
	SHRQ $63, other; \
	ADDQ mask, mask; \
	ORQ  before, mask; \
	MOVQ other, before

// FRAME begins with the job in AX, and with nothing before the first byte.
#define FRAME \
	LEAQ 63(SP), DX; \
	ANDQ $-64, DX; \
	XORQ R10, R10; \
	XORQ R11, R11; \
	XORQ R12, R12; \
	MOVQ R10, COLON_BEFORE; \
	MOVQ R10, SPACE_BEFORE; \
	MOVQ R10, MINUS_BEFORE; \
	MOVQ R10, DIGIT_BEFORE; \
	MOVQ R10, DOT_BEFORE; \
	MOVQ R10, ZERO_BEFORE; \
	MOVQ job_src(AX), SI; \
	MOVQ job_n(AX), CX; \
	ADDQ SI, CX; \
	MOVQ SI, SRC; \
	MOVQ CX, END; \
	MOVQ job_kept(AX), DI; \
	MOVQ DI, KEPT; \
	MOVQ job_keep(AX), R8; \
	MOVQ job_ends(AX), R9

// NEWLINES sets LINEEND, and leaves the quotes in AX and what may be escaped in BX.
#define NEWLINES \
	MOVQ COLON, AX; \
	ANDQ CONTROL, AX; \
	MOVQ AX, LINEEND; \
	MOVQ QUOTE, AX; \
	MOVQ BACKSLASH, BX; \
	ORQ  R12, BX

// ESCAPED takes BX of NEWLINES and finds which bytes are escaped, in BX: backslashes
// escape the next byte unless they are escaped themselves. A run of them is taken by
// one subtraction, as in simdjson (Langdale and Lemire 2019; this form of it is
// simdjson's own, of 2023). Those in AX that are escaped are no quotes.
#define ESCAPED(backslash) \
	MOVQ  backslash, CX; \
	ANDNQ CX, R12, CX; \
	LEAQ  (CX)(CX*1), R13; \
	MOVQ  $0xaaaaaaaaaaaaaaaa, R12; \
	ORQ   R12, R13; \
	SUBQ  CX, R13; \
	XORQ  R12, R13; \
	XORQ  R13, BX; \
	ANDQ  backslash, R13; \
	SHRQ  $63, R13; \
	MOVQ  R13, R12; \
	ANDNQ AX, BX, AX

// STRINGS takes the quotes in AX and leaves in BX what is in a string: from the quote
// that opens it up to the byte before the one that ends it. Each bit is the sum of all
// quotes up to it, which is a carry-less product with all ones.
#define STRINGS(ones) \
	VMOVQ      AX, X0; \
	VPCLMULQDQ $0, ones, X0, X0; \
	VMOVQ      X0, BX; \
	XORQ       R10, BX; \
	MOVQ       BX, R10; \
	SARQ       $63, R10

// VALUES takes the quotes in AX and the strings in BX. It sets INSIDE, and leaves the
// minuses in R15 that begin a value.
//
// A value stands behind a colon, or behind one and a space. Adding the opening quote of
// a value to the strings carries through the string, whose bits are then 0: so one
// addition tells the strings that are values.
#define VALUES \
	MOVQ  COLON, CX; \
	BEHIND(CX, R13, COLON_BEFORE); \
	MOVQ  SPACE, R15; \
	ANDQ  CX, R15; \
	BEHIND(R15, R13, SPACE_BEFORE); \
	ORQ   R15, CX; \
	MOVQ  MINUS, R15; \
	ANDQ  CX, R15; \
	ANDNQ R15, BX, R15; \
	ANDQ  BX, AX; \
	ANDQ  AX, CX; \
	NEGQ  R11; \
	MOVQ  CX, AX; \
	ADCQ  BX, AX; \
	SBBQ  R11, R11; \
	ANDNQ BX, AX, AX; \
	ANDNQ AX, CX, AX; \
	MOVQ  CONTROL, CX; \
	ANDNQ AX, CX, AX; \
	MOVQ  AX, INSIDE

// DIGITS takes the strings in BX and the minuses in R15. It sets NUMBER, and leaves the
// digits outside of strings in AX, what stands behind a minus in R15, and in BX what
// nothing can be done with: a line end in a string, a minus without a digit.
#define DIGITS \
	MOVQ  DIGIT, AX; \
	ANDNQ AX, BX, AX; \
	ANDQ  LINEEND, BX; \
	MOVQ  R15, CX; \
	ORQ   AX, CX; \
	MOVQ  CX, NUMBER; \
	BEHIND(R15, R13, MINUS_BEFORE); \
	ANDNQ R15, AX, R13; \
	ORQ   R13, BX

// KEEP takes what DIGITS left and leaves in AX what is kept: all but INSIDE, and but the
// digits behind a digit or a minus. One of the latter stays: that behind a leading zero
// which is not behind a full stop, since there may be none in JSON.
#define KEEP \
	MOVQ  AX, BX; \
	BEHIND(BX, R13, DIGIT_BEFORE); \
	MOVQ  ZERO, CX; \
	MOVQ  CX, R13; \
	ANDQ  AX, R13; \
	ANDNQ R13, BX, R13; \
	ORQ   R15, BX; \
	ANDNQ CX, AX, CX; \
	BEHIND(CX, R15, DOT_BEFORE); \
	ANDNQ R13, CX, R13; \
	BEHIND(R13, R15, ZERO_BEFORE); \
	ANDNQ BX, R13, BX; \
	ANDQ  BX, AX; \
	ORQ   INSIDE, AX; \
	NOTQ  AX

// NOTE takes the mask in AX, which it writes. It notes the first line end of the 64
// bytes, if there is one, and leaves the others in BX. R9 moves on only if there is.
#define NOTE \
	MOVQ    AX, (R8); \
	ADDQ    $8, R8; \
	MOVQ    LINEEND, BX; \
	XORL    R15, R15; \
	TESTQ   BX, BX; \
	SETNE   R15; \
	NOTE_ONE(R15)

// NOTE_ONE notes the lowest line end of BX, the first of so many.
#define NOTE_ONE(many) \
	TZCNTQ  BX, CX; \
	ADDQ    SI, CX; \
	SUBQ    SRC, CX; \
	MOVL    CX, End_Text(R9); \
	LEAQ    -1(BX), R13; \
	ANDNQ   R13, BX, R13; \
	ANDQ    AX, R13; \
	POPCNTQ R13, R13; \
	ADDQ    DI, R13; \
	SUBQ    KEPT, R13; \
	MOVL    R13, End_Kept(R9); \
	LEAQ    (R9)(many*8), R9; \
	BLSRQ   BX, BX

// RESULT tells the job how many line ends were noted.
#define RESULT \
	MOVQ j+0(FP), AX; \
	SUBQ job_ends(AX), R9; \
	SHRQ $3, R9; \
	MOVQ R9, job_lines(AX)

