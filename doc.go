// Package runshelf keeps every run of a program: each run gets a directory of
// its own with its complete event log as plain JSON Lines, earlier runs stay as
// they were, and logs/latest points at the run that started last.
//
//	logger, err := runshelf.NewEventLogger(runshelf.Options{
//		RunID: runshelf.AutoRunID,
//		Name:  "baseline",
//	})
//	if err != nil {
//		return err
//	}
//	defer logger.Close()
//	logger.Log("transfer", slog.String("sender", "alpha"), slog.Int("amount", 5))
//
// writes logs/run_20260115_120000/events.jsonl, one line an event:
//
//	{"timestamp":"2026-01-15T12:00:00.123456Z","sequence":1,"event_type":"transfer","sender":"alpha","amount":5}
//
// Recording never changes what is recorded. No method of [EventLogger] panics
// on what it is given, and none stops the program because a disk is full: events
// that cannot be written are counted, the loss is told by [EventLogger.Err] and
// in the manifest run.json, and when writing works again a log_gap event stands
// in their place.
//
// The package imports the standard library only. The format of the files is
// described in docs/format.md; package shelf reads them.
package runshelf
