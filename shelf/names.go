package shelf

// The names of the files and directories in a run directory, and of the link
// beside them.
const (
	// EventsFile holds every event, one JSON object a line.
	EventsFile = "events.jsonl"
	// ManifestFile holds the [Manifest].
	ManifestFile = "run.json"
	// LogFile holds the key events as text for people.
	LogFile = "run.log"
	// ConfigFile holds the configuration that the run really used.
	ConfigFile = "config.json"
	// MetricsFile holds metrics over time.
	MetricsFile = "metrics.jsonl"
	// StdoutFile and StderrFile hold what a wrapped program wrote, byte for byte.
	StdoutFile = "stdout.log"
	StderrFile = "stderr.log"
	// SideFile is the side channel of a wrapped program, to which that appends lines.
	// A run that ended well has none any more; see [Run.Unrecorded].
	SideFile = "side.jsonl"
	// LockFile is locked by the living writer.
	LockFile = ".lock"
	// TailFile holds the newest events of a run that lives or was killed.
	TailFile = ".tail"
	// IndexFile holds what is known of each block of EventsFile. It may be missing
	// or wrong.
	IndexFile = ".index"
	// ArtifactsDir holds files that the run kept.
	ArtifactsDir = "artifacts"
	// CheckpointsDir holds snapshots to resume from.
	CheckpointsDir = "checkpoints"
	// LatestLink, in the shelf, is the relative link to the run that started
	// last.
	LatestLink = "latest"
)

// latestText stands in for LatestLink where links cannot be made. It holds the
// id and a line end.
const latestText = LatestLink + ".txt"

// The rights of what is made here; the umask narrows them.
const (
	dirMode  = 0o777
	fileMode = 0o666
)
