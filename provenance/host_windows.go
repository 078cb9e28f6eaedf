package provenance

import (
	"syscall"
	"unsafe"
)

// memoryStatus is MEMORYSTATUSEX of the Windows API.
type memoryStatus struct {
	length, load                             uint32
	totalPhysical, availablePhysical         uint64
	totalPageFile, availablePageFile         uint64
	totalVirtual, availableVirtual, extended uint64
}

func memoryBytes() int64 {
	proc := syscall.NewLazyDLL("kernel32.dll").NewProc("GlobalMemoryStatusEx")
	status := memoryStatus{length: uint32(unsafe.Sizeof(memoryStatus{}))}
	if proc.Find() != nil {
		return 0
	}
	if done, _, _ := proc.Call(uintptr(unsafe.Pointer(&status))); done == 0 {
		return 0
	}
	return int64(status.totalPhysical)
}

// bootID is unknown: Windows has no id of its boots.
func bootID() string { return "" }
