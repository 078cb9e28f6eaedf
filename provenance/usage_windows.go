package provenance

import (
	"syscall"
	"time"
	"unsafe"
)

func currentUsage() Usage {
	process, err := syscall.GetCurrentProcess()
	if err != nil {
		return Usage{}
	}
	u := Usage{MaxRSSBytes: peakMemory(process)}
	var created, exited, kernel, user syscall.Filetime
	if err := syscall.GetProcessTimes(process, &created, &exited, &kernel, &user); err == nil {
		u.UserS, u.SystemS = spent(user), spent(kernel)
	}
	return u
}

// spent returns a span of time, which Windows counts in units of 100 ns, in
// seconds.
func spent(t syscall.Filetime) float64 {
	units := int64(t.HighDateTime)<<32 | int64(t.LowDateTime)
	return (time.Duration(units) * 100).Seconds()
}

// memoryCounters is PROCESS_MEMORY_COUNTERS of the Windows API.
type memoryCounters struct {
	size, pageFaults               uint32
	peakWorkingSet, workingSet     uintptr
	peakPagedPool, pagedPool       uintptr
	peakNonPagedPool, nonPagedPool uintptr
	pagefile, peakPagefile         uintptr
}

func peakMemory(process syscall.Handle) int64 {
	proc := syscall.NewLazyDLL("kernel32.dll").NewProc("K32GetProcessMemoryInfo")
	counters := memoryCounters{size: uint32(unsafe.Sizeof(memoryCounters{}))}
	if proc.Find() != nil {
		return 0
	}
	done, _, _ := proc.Call(uintptr(process), uintptr(unsafe.Pointer(&counters)), uintptr(counters.size))
	if done == 0 {
		return 0
	}
	return int64(counters.peakWorkingSet)
}
