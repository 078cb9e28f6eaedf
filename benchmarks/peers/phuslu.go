package peers

import (
	"path/filepath"
	"time"

	"github.com/phuslu/log"
)

// asyncEntries is how many events the channel of phuslu/log's own AsyncWriter
// may hold, about as much as the common buffer does of medium events.
const asyncEntries = 512

// openPhuslu leaves the form of times as it is, which it documents as fastest.
func openPhuslu(out output) func() writer {
	logger := phusluLogger(log.IOWriter{Writer: out})
	return func() writer { return &phusluWriter{logger: logger} }
}

// openPhusluAsync hands the events to a goroutine of its own, which writes many
// by one writev(2). In v1.0.121 that hands an event over and then still reads its
// length, which the race detector reports and which changes nothing in the file.
func openPhusluAsync(dir string, _ Load) (target, error) {
	async := &log.AsyncWriter{
		ChannelSize: asyncEntries,
		// With the process in its name the file gets no symbolic link, which
		// would be made too late to be relied upon.
		Writer: &log.FileWriter{Filename: filepath.Join(dir, "events.jsonl"), ProcessID: true},
	}
	logger := phusluLogger(async)
	return target{
		path:   func() string { return newestFile(dir) },
		writer: func() writer { return &phusluWriter{logger: logger} },
		close:  async.Close,
	}, nil
}

// newestFile is the last file of a directory by its name, in which phuslu/log
// puts the time.
func newestFile(dir string) string {
	// The pattern is a good one, and no match is met when the file is opened.
	names, _ := filepath.Glob(filepath.Join(dir, "events.*.jsonl"))
	if len(names) == 0 {
		return dir
	}
	return names[len(names)-1]
}

func phusluLogger(to log.Writer) *log.Logger {
	return &log.Logger{Level: log.TraceLevel, TimeLocation: time.UTC, Writer: to}
}

type phusluWriter struct{ logger *log.Logger }

func (w *phusluWriter) transfer(sequence uint64, e *transfer) {
	w.logger.Log().
		Uint64("sequence", sequence).
		Int64("tick", e.Tick).
		Str("sender", e.Sender).
		Str("recipient", e.Recipient).
		Int64("amount", e.Amount).
		Str("reason", e.Reason).
		Float64("share", e.Share).
		Msg(typeTransfer)
}

func (w *phusluWriter) action(sequence uint64, e *action) {
	w.logger.Log().
		Uint64("sequence", sequence).
		Int64("tick", e.Tick).
		Str("agent_id", e.AgentID).
		Str("kind", e.Kind).
		Object("intent", &e.Intent).
		Object("result", &e.Result).
		Msg(typeAction)
}

func (w *phusluWriter) thinking(sequence uint64, e *thinking) {
	w.logger.Log().
		Uint64("sequence", sequence).
		Int64("tick", e.Tick).
		Str("agent_id", e.AgentID).
		Str("text", e.Text).
		Msg(typeThinking)
}

func (w *phusluWriter) data(sequence uint64, eventType string, data map[string]any) {
	w.logger.Log().Uint64("sequence", sequence).Fields(data).Msg(eventType)
}

// MarshalObject encodes an intent for phuslu/log.
func (e *intent) MarshalObject(to *log.Entry) {
	to.Str("artifact_id", e.ArtifactID).
		Int64("bytes", e.Bytes).
		Int64("price", e.Price).
		Str("content", e.Content).
		Object("access", &e.Access)
}

// MarshalObject encodes an access rule for phuslu/log.
func (e *access) MarshalObject(to *log.Entry) {
	to.Str("rule", e.Rule).Str("first", e.First).Str("second", e.Second)
}

// MarshalObject encodes a result for phuslu/log.
func (e *result) MarshalObject(to *log.Entry) {
	to.Bool("success", e.Success).
		Int64("took_us", e.TookUs).
		Float64("score", e.Score).
		Object("balances", &e.Balances)
}

// MarshalObject encodes balances for phuslu/log.
func (e *balances) MarshalObject(to *log.Entry) {
	to.Int64("alpha", e.Alpha).Int64("beta", e.Beta).Int64("gamma", e.Gamma)
}
