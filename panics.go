package runshelf

import "runtime"

// panics counts the panics under way in the calling goroutine. Who defers Close in a
// function that panics has it called while that panic goes on, and nothing but the
// stack tells.
func panics() int {
	pcs := make([]uintptr, 64)
	n := runtime.Callers(0, pcs)
	for n == len(pcs) {
		pcs = make([]uintptr, 2*len(pcs))
		n = runtime.Callers(0, pcs)
	}
	found := 0
	for frames, more := runtime.CallersFrames(pcs[:n]), n > 0; more; {
		var frame runtime.Frame
		if frame, more = frames.Next(); frame.Function == "runtime.gopanic" {
			found++
		}
	}
	return found
}
