package peers

import (
	"log/slog"

	"example.org/runshelf"
)

// Runshelf is Runshelf at a level of durability. The default one bears the plain
// name.
func Runshelf(level runshelf.Durability) Contender {
	c := Contender{Name: "Runshelf", Lost: Safe, open: openRunshelf(level, true)}
	if level != runshelf.DurabilityCrash {
		c.Name += ", " + string(level)
	}
	if level == runshelf.DurabilityNone {
		c.Lost = Unsafe
	}
	return c
}

// RunshelfNoDigest is Runshelf at its default level without the SHA-256 of the
// events, which no peer takes.
func RunshelfNoDigest() Contender {
	return Contender{Name: "Runshelf, no digest", Lost: Safe, open: openRunshelf(runshelf.DurabilityCrash, false)}
}

// openRunshelf makes a run at a level of durability.
func openRunshelf(level runshelf.Durability, digest bool) func(string, Load) (target, error) {
	return func(dir string, _ Load) (target, error) {
		logger, err := runshelf.NewEventLogger(runshelf.Options{
			LogsDir: dir, RunID: runshelf.AutoRunID, Durability: level, NoDigest: !digest, SourceDir: dir,
		})
		if err != nil {
			return target{}, err
		}
		return target{
			path:   logger.Path,
			writer: func() writer { return &runshelfWriter{logger: logger} },
			close:  logger.Close,
		}, nil
	}
}

// runshelfWriter numbers no event: the logger does.
type runshelfWriter struct {
	logger *runshelf.EventLogger
	nested nestedAttrs
}

func (w *runshelfWriter) transfer(_ uint64, e *transfer) {
	w.logger.Log(typeTransfer,
		slog.Int64("tick", e.Tick),
		slog.String("sender", e.Sender),
		slog.String("recipient", e.Recipient),
		slog.Int64("amount", e.Amount),
		slog.String("reason", e.Reason),
		slog.Float64("share", e.Share))
}

func (w *runshelfWriter) action(_ uint64, e *action) {
	w.logger.Log(typeAction, w.nested.of(e)...)
}

func (w *runshelfWriter) thinking(_ uint64, e *thinking) {
	w.logger.Log(typeThinking,
		slog.Int64("tick", e.Tick),
		slog.String("agent_id", e.AgentID),
		slog.String("text", e.Text))
}

func (w *runshelfWriter) data(_ uint64, eventType string, data map[string]any) {
	w.logger.LogMap(eventType, data)
}

// nestedAttrs makes the attributes of an action in memory that it uses again, as
// a caller does who wants groups without allocation: a logger keeps nothing of
// what it was given.
type nestedAttrs struct {
	top      [8]slog.Attr
	intent   [5]slog.Attr
	access   [3]slog.Attr
	result   [4]slog.Attr
	balances [3]slog.Attr
}

// of returns the attributes of an event. They hold until the next call.
func (n *nestedAttrs) of(e *action) []slog.Attr {
	return append(n.top[:0],
		slog.Int64("tick", e.Tick),
		slog.String("agent_id", e.AgentID),
		slog.String("kind", e.Kind),
		slog.GroupAttrs("intent", n.ofIntent(&e.Intent)...),
		slog.GroupAttrs("result", n.ofResult(&e.Result)...))
}

func (n *nestedAttrs) ofIntent(e *intent) []slog.Attr {
	access := append(n.access[:0],
		slog.String("rule", e.Access.Rule),
		slog.String("first", e.Access.First),
		slog.String("second", e.Access.Second))
	return append(n.intent[:0],
		slog.String("artifact_id", e.ArtifactID),
		slog.Int64("bytes", e.Bytes),
		slog.Int64("price", e.Price),
		slog.String("content", e.Content),
		slog.GroupAttrs("access", access...))
}

func (n *nestedAttrs) ofResult(e *result) []slog.Attr {
	balances := append(n.balances[:0],
		slog.Int64("alpha", e.Balances.Alpha),
		slog.Int64("beta", e.Balances.Beta),
		slog.Int64("gamma", e.Balances.Gamma))
	return append(n.result[:0],
		slog.Bool("success", e.Success),
		slog.Int64("took_us", e.TookUs),
		slog.Float64("score", e.Score),
		slog.GroupAttrs("balances", balances...))
}
