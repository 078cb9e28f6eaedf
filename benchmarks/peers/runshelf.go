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
			writer: func() writer { return &runshelfWriter{logger: logger, nested: newNestedAttrs()} },
			close:  logger.Close,
		}, nil
	}
}

// runshelfWriter numbers no event: the logger does.
type runshelfWriter struct {
	logger *runshelf.EventLogger
	nested *nestedAttrs
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
// what it was given. The names stay there, and only values are set.
type nestedAttrs struct {
	top      [6]slog.Attr // with room for one more
	intent   [5]slog.Attr
	access   [3]slog.Attr
	result   [4]slog.Attr
	balances [3]slog.Attr
}

func newNestedAttrs() *nestedAttrs {
	n := &nestedAttrs{}
	setKeys(n.top[:], "tick", "agent_id", "kind", "intent", "result")
	setKeys(n.intent[:], "artifact_id", "bytes", "price", "content", "access")
	setKeys(n.access[:], "rule", "first", "second")
	setKeys(n.result[:], "success", "took_us", "score", "balances")
	setKeys(n.balances[:], "alpha", "beta", "gamma")
	return n
}

func setKeys(attrs []slog.Attr, keys ...string) {
	for i, key := range keys {
		attrs[i].Key = key
	}
}

// of returns the attributes of an event. They hold until the next call.
func (n *nestedAttrs) of(e *action) []slog.Attr {
	n.top[0].Value = slog.Int64Value(e.Tick)
	n.top[1].Value = slog.StringValue(e.AgentID)
	n.top[2].Value = slog.StringValue(e.Kind)
	n.top[3].Value = n.ofIntent(&e.Intent)
	n.top[4].Value = n.ofResult(&e.Result)
	return n.top[:5]
}

func (n *nestedAttrs) ofIntent(e *intent) slog.Value {
	n.access[0].Value = slog.StringValue(e.Access.Rule)
	n.access[1].Value = slog.StringValue(e.Access.First)
	n.access[2].Value = slog.StringValue(e.Access.Second)
	n.intent[0].Value = slog.StringValue(e.ArtifactID)
	n.intent[1].Value = slog.Int64Value(e.Bytes)
	n.intent[2].Value = slog.Int64Value(e.Price)
	n.intent[3].Value = slog.StringValue(e.Content)
	n.intent[4].Value = slog.GroupValue(n.access[:]...)
	return slog.GroupValue(n.intent[:]...)
}

func (n *nestedAttrs) ofResult(e *result) slog.Value {
	n.balances[0].Value = slog.Int64Value(e.Balances.Alpha)
	n.balances[1].Value = slog.Int64Value(e.Balances.Beta)
	n.balances[2].Value = slog.Int64Value(e.Balances.Gamma)
	n.result[0].Value = slog.BoolValue(e.Success)
	n.result[1].Value = slog.Int64Value(e.TookUs)
	n.result[2].Value = slog.Float64Value(e.Score)
	n.result[3].Value = slog.GroupValue(n.balances[:]...)
	return slog.GroupValue(n.result[:]...)
}
