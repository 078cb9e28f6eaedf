package peers

import (
	"context"
	"log/slog"
)

// openSlog is the standard library's JSONHandler.
func openSlog(out output) func() writer {
	logger := slog.New(slog.NewJSONHandler(out, nil))
	return func() writer { return &slogWriter{logger: logger, ctx: context.Background()} }
}

type slogWriter struct {
	logger *slog.Logger
	ctx    context.Context
	nested nestedAttrs
	attrs  []slog.Attr
}

func (w *slogWriter) transfer(sequence uint64, e *transfer) {
	w.logger.LogAttrs(w.ctx, slog.LevelInfo, typeTransfer,
		slog.Uint64("sequence", sequence),
		slog.Int64("tick", e.Tick),
		slog.String("sender", e.Sender),
		slog.String("recipient", e.Recipient),
		slog.Int64("amount", e.Amount),
		slog.String("reason", e.Reason),
		slog.Float64("share", e.Share))
}

func (w *slogWriter) action(sequence uint64, e *action) {
	attrs := append(w.nested.of(e), slog.Uint64("sequence", sequence))
	w.logger.LogAttrs(w.ctx, slog.LevelInfo, typeAction, attrs...)
}

func (w *slogWriter) thinking(sequence uint64, e *thinking) {
	w.logger.LogAttrs(w.ctx, slog.LevelInfo, typeThinking,
		slog.Uint64("sequence", sequence),
		slog.Int64("tick", e.Tick),
		slog.String("agent_id", e.AgentID),
		slog.String("text", e.Text))
}

func (w *slogWriter) data(sequence uint64, eventType string, data map[string]any) {
	w.attrs = append(w.attrs[:0], slog.Uint64("sequence", sequence))
	for key, value := range data {
		w.attrs = append(w.attrs, slog.Any(key, value))
	}
	w.logger.LogAttrs(w.ctx, slog.LevelInfo, eventType, w.attrs...)
}
