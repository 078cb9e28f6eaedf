// Package compare tells two event logs apart: it finds the first event at which
// they part, says which fields differ there, and counts what was added, removed
// and changed behind it. It reads and never writes.
//
// Two events are equal when their JSON objects are, whatever the order of their
// keys and the spelling of their numbers and strings, once the fields that are
// volatile have been set aside: by default the timestamp, sequence, cause and
// source_time of the envelope. A line that is no JSON object is damage: it is
// passed over and counted.
//
// Time is linear in the length of the logs and memory is bounded by a few
// buffers, a window of events and the longest line. Most lines are never
// decoded: one walk over a line of the first log finds its volatile values, and
// all between them must be the same bytes in the second. Only where they are not
// are both decoded and compared as values.
//
// Comparing goes on until it is done. Logs of runs with a context (see
// [shelf.Run.WithContext]), and of files opened with one, cannot be read any more once
// it has ended, and so end what reads them, with an error that wraps its cause.
//
// Functions of this package may be called concurrently on different logs.
package compare
