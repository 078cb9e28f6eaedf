package provenance

import (
	"runtime"
	"testing"
)

func TestCurrentUsageGrows(t *testing.T) {
	before := CurrentUsage()
	if runtime.GOOS == "linux" && before.MaxRSSBytes < 1<<20 {
		t.Errorf("MaxRSSBytes = %d, less than any Go program needs", before.MaxRSSBytes)
	}
	work := make([]byte, 32<<20)
	for i := range work {
		work[i] = byte(i)
	}
	after := CurrentUsage()
	if after.UserS < before.UserS || after.SystemS < before.SystemS || after.MaxRSSBytes < before.MaxRSSBytes {
		t.Errorf("usage went from %+v to %+v", before, after)
	}
	if runtime.GOOS == "linux" && after.MaxRSSBytes < int64(len(work)) {
		t.Errorf("MaxRSSBytes = %d, less than the %d bytes in use", after.MaxRSSBytes, len(work))
	}
	runtime.KeepAlive(work)
}
