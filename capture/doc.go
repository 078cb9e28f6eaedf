// Package capture makes a run of any program: it starts the program as a child
// process, passes its standard streams through byte for byte, keeps them in the
// run directory, and records their lines as events.
//
// The child needs to know nothing of this. One that does finds in its
// environment RUNSHELF_EVENTS, the path of a file to which any number of
// processes may append lines of JSON, and RUNSHELF_RUN_ID, RUNSHELF_DIR,
// RUNSHELF_SEED and RUNSHELF_PARAMS.
//
// [Run] belongs to a process that wraps one program: while it runs it catches
// the signals of the process and, on Linux, adopts orphaned grandchildren, so
// that the end of the run reaches them too.
//
// How it works and why is told in docs/architecture/current/capture.md.
package capture
