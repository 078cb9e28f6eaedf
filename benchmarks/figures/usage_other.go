//go:build !unix

package figures

import "time"

// CPUTime is 0: it is not known here, so that the cost of an event is its wall time.
func CPUTime() time.Duration { return 0 }
