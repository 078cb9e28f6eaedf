//go:build linux && (amd64 || arm64)

package provenance

import (
	"encoding/binary"
	"runtime"
	"syscall"
	"time"
	"unsafe"
)

// What statx(2) is asked for and where it answers, from its manual page. Package syscall
// is older than it.
const (
	statxNoFollow  = 0x100 // AT_SYMLINK_NOFOLLOW
	statxBirth     = 0x800 // STATX_BTIME
	statxBytes     = 256
	statxBirthSec  = 80
	statxBirthNano = 88
	atCurrentDir   = -100 // AT_FDCWD
)

// birth is when a file was made; false when the system does not say.
func birth(path string) (time.Time, bool) {
	number := uintptr(332)
	if runtime.GOARCH == "arm64" {
		number = 291
	}
	name, err := syscall.BytePtrFromString(path)
	if err != nil {
		return time.Time{}, false
	}
	var answer [statxBytes]byte
	at := atCurrentDir
	_, _, failed := syscall.Syscall6(number, uintptr(at), uintptr(unsafe.Pointer(name)), statxNoFollow, statxBirth, uintptr(unsafe.Pointer(&answer[0])), 0)
	if failed != 0 || binary.NativeEndian.Uint32(answer[:])&statxBirth == 0 {
		return time.Time{}, false
	}
	second, nano := binary.NativeEndian.Uint64(answer[statxBirthSec:]), binary.NativeEndian.Uint32(answer[statxBirthNano:])
	return time.Unix(int64(second), int64(nano)), true
}
