package provenance

import (
	"encoding/binary"
	"syscall"
)

func memoryBytes() int64 {
	// The value is a 64-bit number that the syscall package hands over as text,
	// with a zero byte at its end cut off.
	raw, err := syscall.Sysctl("hw.memsize")
	if err != nil || len(raw) > 8 {
		return 0
	}
	var number [8]byte
	copy(number[:], raw)
	return int64(binary.LittleEndian.Uint64(number[:]))
}

func bootID() string {
	id, err := syscall.Sysctl("kern.bootsessionuuid")
	if err != nil {
		return ""
	}
	return id
}
