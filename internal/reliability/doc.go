// Package reliability counts the faults that tests play, and writes the counts
// into the table of docs/reliability.md.
//
// A test plays a short sample of its faults by default. With the flag -reliability
// it plays them at full length, and each count becomes a row of the table; so does
// what had to be skipped, with the reason:
//
//	make reliability
//
// Only tests import this package.
package reliability
