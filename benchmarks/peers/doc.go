// Package peers holds the ways of writing events that are measured beside one
// another: Runshelf, the loggers of the Go world, and the limits of the machine.
//
// All write the same events with the same data to a real file: a time, a sequence
// number, the type, and the fields. Each peer is set up as its own documentation
// says is fastest, with times in its fastest form of at least a millisecond
// where it has one, without levels where they can be left out, and without
// callers. A peer that has no buffer of its own is buffered by [newBuffer], with
// the same size and the same interval as the others.
package peers
