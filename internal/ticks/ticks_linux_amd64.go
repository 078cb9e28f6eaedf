package ticks

import (
	"os"
	"strings"

	"example.org/runshelf/internal/processor"
)

// Now returns the counter. It may be read somewhat earlier or later than where the
// call stands, by a few of its own steps.
func Now() uint64

// The leaf that tells of the counter (AMD64 Architecture Programmer's Manual, volume
// 3, appendix E.4.6), and the bit in EDX that says that its speed never changes.
const (
	extended   = 0x80000000
	powerLeaf  = extended + 7
	invariable = 1 << 8
)

const clockSource = "/sys/devices/system/clocksource/clocksource0/current_clocksource"

func detect() bool {
	if most, _, _, _ := processor.ID(extended, 0); most < powerLeaf {
		return false
	}
	if _, _, _, edx := processor.ID(powerLeaf, 0); edx&invariable == 0 {
		return false
	}
	source, err := os.ReadFile(clockSource)
	return err == nil && strings.TrimSpace(string(source)) == "tsc"
}
