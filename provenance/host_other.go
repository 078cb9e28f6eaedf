//go:build !linux && !darwin && !windows

package provenance

// memoryBytes is unknown: the systems have no common way to ask.
func memoryBytes() int64 { return 0 }

// bootID is unknown: the systems have no common way to ask.
func bootID() string { return "" }
