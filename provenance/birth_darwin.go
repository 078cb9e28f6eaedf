package provenance

import (
	"os"
	"syscall"
	"time"
)

// birth is when a file was made; false when the system does not say.
func birth(path string) (time.Time, bool) {
	info, err := os.Lstat(path)
	if err != nil {
		return time.Time{}, false
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return time.Time{}, false
	}
	return time.Unix(stat.Birthtimespec.Unix()), true
}
