// Package shelf is the directory of runs: who is called what, where a run's files
// lie, how a run comes to be, how it is found again, and how it ended.
//
//	logs/                        the shelf
//	├── run_20260115_120000/     one run, made once and never used again
//	│   ├── .lock                held by the living writer and by nobody else
//	│   ├── events.jsonl         every event
//	│   ├── config.json          the configuration, when the run has one
//	│   └── run.json             the manifest
//	└── latest -> run_2026…      the run that started last
//
// The write side is [Shelf.Create], which gives a [Live] run, and [Shelf.Edit]
// for what a person says about a run afterwards. Everything else reads, and a
// reader writes nothing, follows no link out of the shelf, waits at no FIFO, and
// takes a damaged run for what can still be known of it.
//
// A [Shelf] is a name and may be used concurrently, by any number of processes.
package shelf
