//go:build !(linux && amd64)

package ticks

// Now returns 0: there is no counter here that would be cheaper to read than the
// clock of the system.
func Now() uint64 { return 0 }

func detect() bool { return false }
