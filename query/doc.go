// Package query answers questions about the events of a run. It reads and never
// writes, also when the run is alive or damaged.
//
// Memory is bounded by the longest line and never by the length of the log. A
// line that is no event (torn by a crash, filled with NUL bytes, not JSON) is
// skipped and counted in the [Report]; it never ends a question.
//
// Every question is put as a [Filter] and a function that is called for each
// event in the order of the file. [Scan] reads forward, [Last] from the end,
// [Follow] goes on while the run lives, and [Stats] counts.
//
// Functions of this package may be called concurrently. A [Line] belongs to the
// call that got it.
package query
