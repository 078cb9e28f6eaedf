// Package ticks reads the counter that the processor counts time with, which takes a
// third of what asking the system for the time does. It is for whoever takes the time
// millions of times a second, and asks the system often enough to notice when the
// counter does not do what it should: nothing is promised of how fast it counts, and
// it may jump when a machine sleeps or is moved to another one.
//
// The functions of this package may be called concurrently.
package ticks

import "sync"

// Steady reports whether the counter is worth reading: the processor says that it
// counts at one speed, and the system counts with it too, which has looked longer at
// it than this package could. It asks both once.
func Steady() bool { return steady() }

var steady = sync.OnceValue(detect)
