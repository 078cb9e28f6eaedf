//go:build !unix

package peers

import "time"

// cpuTime is 0: only unix is asked.
func cpuTime() time.Duration { return 0 }
