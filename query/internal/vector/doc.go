// Package vector does the two things that reading a log spends most of its time
// with, many bytes at a time: it looks for a text, and it takes lines apart.
//
// Each is written several times: in Go, which is what it means and what runs
// everywhere, and in assembly for the vector instructions that a processor may
// have. All of them give the same results, byte for byte; the tests hold them
// against each other. Which one runs is decided by asking the processor, once.
//
// What the functions of this package are handed is read and never kept. They may be
// called concurrently.
package vector
