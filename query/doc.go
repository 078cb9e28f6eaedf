// Package query answers questions about the events of a run, and about the runs
// of a shelf. It reads and never writes, also when a run is alive or damaged.
//
// Memory is bounded by the longest line and never by the length of the log. A
// line that is no event (torn by a crash, filled with NUL bytes, not JSON) is
// skipped and counted in the [Report]; it never ends a question and counts in
// none.
//
// Every question is put as a [Filter] and a function that is called for each
// event in the order of the file. [Scan] reads forward, [Last] from the end,
// [Follow] goes on while the run lives, [Stats] counts, and [Series] draws. A
// [Where] is a condition in the filter language, [List] the runs of a shelf, and
// [SQL] runs a statement over all of them.
//
// A question reads on until it is answered. Who may lose patience puts it to
// run.WithContext(ctx) (see [shelf.Run.WithContext]): when ctx ends nothing more is
// read or handed out, and the error wraps the cause of ctx. What was read until then
// is in the report.
//
// # How a log is read
//
// A log is cut into blocks of 256 KiB at line ends, which workers read
// side by side and whose results are put together in their order. Within a
// block nothing is decoded: a skimmer finds the values of the few keys that the
// question is about. Lines that have the shape of one read before (the same
// keys in the same order) are checked against that shape, every other line is
// read exactly; both know a line that is not JSON. Where the processor has vector
// instructions the lines are stripped of their values first, and compared whole
// (query/internal/vector); the answers are the same.
//
// A filter that is true only of lines with a certain text in them, such as a type
// or a name, has the blocks searched for that text, and other lines are not read.
//
// Functions of this package may be called concurrently. A [Line] belongs to the
// call that got it.
package query
