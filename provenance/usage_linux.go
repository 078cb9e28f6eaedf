package provenance

import (
	"strconv"
	"strings"
)

// peakMemory returns the process's own peak. The figure of getrusage, in KiB,
// is only the second choice: a process inherits it from the one that started it.
func peakMemory(maxrss int64) int64 {
	status, err := readSmall("/proc/self/status")
	if err != nil {
		return maxrss * 1024
	}
	if peak := statusKiB(status, "VmHWM:"); peak > 0 {
		return peak * 1024
	}
	return maxrss * 1024
}

// statusKiB returns the number of a line such as "VmHWM:	  5120 kB", 0 when
// there is none.
func statusKiB(status, name string) int64 {
	_, rest, _ := strings.Cut(status, name)
	fields := strings.Fields(rest)
	if len(fields) == 0 {
		return 0
	}
	n, err := strconv.ParseInt(fields[0], 10, 64)
	if err != nil {
		return 0
	}
	return n
}
