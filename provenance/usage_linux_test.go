package provenance

import "testing"

func TestStatusKiB(t *testing.T) {
	for status, want := range map[string]int64{
		"Name:\tx\nVmHWM:\t    5120 kB\nVmRSS:\t 1 kB\n": 5120,
		"VmHWM:":    0,
		"VmHWM:\tx": 0,
		"":          0,
	} {
		if got := statusKiB(status, "VmHWM:"); got != want {
			t.Errorf("statusKiB(%q) = %d, want %d", status, got, want)
		}
	}
}
