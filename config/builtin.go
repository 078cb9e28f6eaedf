package config

import "slices"

// Builtin returns the settings of recording, of every simulation and of comparing:
// the sections logging, simulation and compare. The models' own settings are not among them. The
// given models become the permitted values of simulation.model; without any, every
// name is permitted.
func Builtin(models ...string) []Setting {
	return slices.Concat(logging(), simulation(models), comparison())
}

func logging() []Setting {
	return []Setting{
		{Key: "logging.logs_dir", Default: "logs", Env: "RUNSHELF_LOGS_DIR", NonEmpty: true, FileRelative: true,
			Doc: "The shelf: the directory in which every run gets its own."},
		{Key: "logging.output_file", Default: "run.jsonl", NonEmpty: true,
			Doc: "The single file of a run without a directory when whoever starts it names none, relative to the current directory. sim names its own with --output-file."},
		{Key: "logging.legacy_backups", Default: int64(10), Min: bound(0), Max: bound(10000),
			Doc: "How many earlier versions of output_file are kept, as output_file.1 and so on."},
		{Key: "logging.durability", Default: "crash", Allowed: []string{"crash", "each", "power", "none"},
			Doc: "What survives: crash loses nothing when the process is killed, each also shows every event to other tools at once, power loses nothing in a power cut, none may lose the last 100 ms."},
		{Key: "logging.default_recent", Default: int64(100), Min: bound(1), Max: bound(1000000),
			Doc: "How many of the newest events a logger gives to its own program when not told how many."},
		{Key: "logging.max_event_bytes", Default: int64(1 << 20), Min: bound(1), Max: bound(1 << 30),
			Doc: "The longest line of an event, in bytes. Longer texts are stored whole beside the events."},
		{Key: "logging.digest", Default: true,
			Doc: "Whether the manifest gets the SHA-256 of the events, by which verify knows every byte. It costs about half a nanosecond a byte."},
		{Key: "logging.readable_events", Default: []string{"simulation_*", "tick", "mint_auction", "agent_*", "log_gap"}, Globs: true,
			Doc: "The event types, as globs, that the readable log run.log holds. Warnings and errors are always there."},
		{Key: "logging.readable_level", Default: "INFO", Allowed: []string{"DEBUG", "INFO", "WARN", "ERROR"},
			Doc: "The lowest level of the events in run.log."},
		{Key: "logging.max_log_size", Default: "", Size: true,
			Doc: "The greatest size of run.log, such as 10MB: before it grows beyond it becomes run.log.1, then run.log.2 and so on, and nothing of it is removed; empty or 0 is no limit. The events always stand in one file."},
		{Key: "logging.console_level", Default: "OFF", Allowed: []string{"OFF", "DEBUG", "INFO", "WARN", "ERROR"},
			Doc: "The lowest level of the events that sim, and on a terminal exec, show on standard error while the run goes, by the types of readable_events; OFF shows none."},
		{Key: "logging.keep_last_n_runs", Default: int64(0), Min: bound(0), Max: bound(1000000),
			Doc: "When a run has ended, all but so many of the newest runs are removed for ever; 0 keeps all. Pinned and living runs stay and do not count; the run that has ended stays too."},
		{Key: "logging.keep_size", Default: "", Size: true,
			Doc: "When a run has ended, the oldest runs are removed for ever until the rest takes at most so much, such as 5GB; empty or 0 is no limit. Pinned and living runs stay, and so do the newest and the run that has ended."},
	}
}

func simulation(models []string) []Setting {
	return []Setting{
		{Key: "simulation.model", Default: "economy", Allowed: models, NonEmpty: true,
			Doc: "The model that runs when none is named."},
		{Key: "simulation.seed", Default: int64(-1), Min: bound(-1),
			Doc: "The seed of all randomness. The same seed gives the same events; -1 draws one and records it."},
		{Key: "simulation.max_events", Default: int64(0), Min: bound(0),
			Doc: "The run ends after the tick in which it has reached so many events, which may be some more; 0 is no limit."},
		{Key: "simulation.max_seconds", Default: 0.0, Min: bound(0),
			Doc: "The run ends after the tick in which so many seconds of real time have passed; 0 is no limit."},
		{Key: "simulation.checkpoint_every", Default: int64(0), Min: bound(0),
			Doc: "A checkpoint to resume from is saved every so many ticks; 0 is never."},
		{Key: "simulation.metrics_every", Default: int64(0), Min: bound(0),
			Doc: "The metrics are written to metrics.jsonl every so many ticks; 0 is never."},
		{Key: "simulation.check_invariants", Default: false,
			Doc: "Whether the model's laws are checked after every tick. A broken one fails the run."},
	}
}

func comparison() []Setting {
	return []Setting{
		{Key: "compare.ignore", Default: []string{},
			Doc: "Fields, and parts of texts, that diff sets aside besides those it always does, as its flag --ignore has them. diff --learn --save fills it."},
	}
}

func bound(x float64) *float64 { return &x }
