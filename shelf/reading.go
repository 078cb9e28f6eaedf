package shelf

import "sync/atomic"

// bytesRead and bytesOpened count what all Events of the process have read, and how
// long they were when they were opened.
var bytesRead, bytesOpened atomic.Int64

// Reading returns how many bytes of event logs this process has read through
// [Events] by now, and how many are in all that it has opened. What is read twice
// counts twice. It is there to tell somebody who waits how far a long reading has
// come, and may be called at any time.
func Reading() (read, opened int64) { return bytesRead.Load(), bytesOpened.Load() }
