//go:build !linux

package cli

// writeAlone writes nothing: here the scheduler is always told.
func writeAlone(uintptr, []byte) int { return 0 }
