// Command benchmarks measures what an event costs Runshelf and other ways of
// logging, and prints the result as Markdown.
//
// # What is measured
//
// The cost of an event is the larger of two times, divided by the events: the
// wall time of the calls that log them, and the processor time (user and
// system) of the process from the first call to the end of Close. So neither a
// goroutine that writes beside the caller nor a buffer that is written at the
// end is free. The wall time with Close stands beside it. Runshelf syncs its
// file before Close returns, and its peers do not.
//
// All contenders are measured in turn within one round, and there are several
// rounds, so that a machine that becomes slower does so for all. A figure is the
// median of the rounds. A ratio is taken within each round, and its median over
// the rounds is shown.
//
// The limits are what the machine can do with lines that are ready: copied into
// blocks of 256 KiB and written, or written each by itself, by one goroutine
// also where the others have eight.
//
// After each measurement the file is read: it must hold every event, as valid
// JSON in valid UTF-8, the first one with the data that was logged.
//
// # Use
//
//	go run . -write ../README.md   # the full measurement, into the marked place
//	go run . -quick                # a few seconds, to see that it works
//	go run . -only 'small typed'   # some loads
package main
