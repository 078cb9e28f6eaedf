//go:build darwin || freebsd || netbsd || openbsd || dragonfly

package provenance

import "runtime"

// peakMemory returns the figure of getrusage in bytes: Darwin counts bytes, its
// relatives KiB.
func peakMemory(maxrss int64) int64 {
	if runtime.GOOS == "darwin" {
		return maxrss
	}
	return maxrss * 1024
}
