//go:build !amd64

package vector

// Without assembly nobody calls these: the best unit is Portable.

func pairAVX2(*byte, int, int, byte, byte) int { panic("no assembly here") }

func masksAVX512(*job) { panic("no assembly here") }

func packAVX512(*job) { panic("no assembly here") }

func stripAVX2(*job) { panic("no assembly here") }

func countAVX2(*Counting) { panic("no assembly here") }
