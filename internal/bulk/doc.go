// Package bulk does what is done to lines by the million when somebody records a
// flood, many bytes at a time.
//
// Each thing is written twice: in Go, which is what it means and what runs everywhere,
// and in assembly for the vector instructions of amd64. Both give the same results,
// byte for byte; the tests hold them against each other. Which one runs is decided by
// asking the processor, once.
//
// The functions of this package may be called concurrently, and keep nothing of what
// they are handed.
package bulk

// Block is how many bytes are looked at and copied at once.
const Block = 32
