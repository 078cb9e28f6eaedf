//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package provenance

import (
	"syscall"
	"time"
)

func currentUsage() Usage {
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		return Usage{}
	}
	return Usage{
		UserS:       time.Duration(r.Utime.Nano()).Seconds(),
		SystemS:     time.Duration(r.Stime.Nano()).Seconds(),
		MaxRSSBytes: peakMemory(int64(r.Maxrss)),
	}
}
