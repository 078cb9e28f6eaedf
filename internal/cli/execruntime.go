package cli

import (
	"runtime"
	"runtime/debug"
)

// execMemory is the memory in bytes above which exec collects garbage with all
// its might. It takes less in a life without lines of many megabytes.
const execMemory = 32 << 20

// execGarbage is by how many per cent of what is in use the memory of exec may grow
// before garbage is looked for: up to some 16 MiB there is little of it, and to look takes
// longer than to start a program.
const execGarbage = 400

// execProcs is at least how many goroutines of exec may be in Go code or in a system call
// at once: those that carry the two outputs, that of the digest, and one to spare.
//
// Go's runtime lets as many of them as there are processors. When that leaves none to
// spare, a thread of the runtime looks every 20 µs for goroutines that are in a system call,
// and gives their turn to others; back from the call they wait for another turn. In a flood,
// where the same two or three goroutines do nothing but long reads and writes, that took a
// seventh of the processors' time on two of them, and a tenth on one.
const execProcs = 4

// prepareRuntime tunes Go's runtime for recording a program, where the user did not.
func (a *app) prepareRuntime() {
	if a.getenv("GOGC") == "" {
		debug.SetGCPercent(execGarbage)
	}
	if a.getenv("GOMEMLIMIT") == "" {
		// What long lines leave behind is collected before more is taken.
		debug.SetMemoryLimit(execMemory)
	}
	if a.getenv("GOMAXPROCS") == "" && runtime.GOMAXPROCS(0) < execProcs {
		runtime.GOMAXPROCS(execProcs)
	}
}
