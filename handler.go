package runshelf

import (
	"context"
	"log/slog"
	"runtime"
	"slices"

	"example.org/runshelf/event"
)

// HandlerOptions are the options of [EventLogger.Handler]. The zero value takes
// INFO and above and adds no source.
type HandlerOptions struct {
	// Level is the lowest level that is recorded. Nil means INFO.
	Level slog.Leveler
	// AddSource adds the place of the call as source: function, file and line.
	AddSource bool
}

// Handler returns a slog.Handler that records into the run, so that a program
// that logs by log/slog needs one line:
//
//	slog.SetDefault(slog.New(logger.Handler(nil)))
//
// A message of one word (see [event.IsWord]) is the event's type; any other
// makes an event of type "log" with the text in message. The time of the record
// is not kept beside the logger's own timestamp. The handler may be used
// concurrently.
func (l *EventLogger) Handler(options *HandlerOptions) slog.Handler {
	h := &handler{logger: l}
	if options != nil {
		h.options = *options
	}
	if h.options.Level == nil {
		h.options.Level = slog.LevelInfo
	}
	return h
}

// handler is a slog.Handler. It never changes: WithAttrs and WithGroup make
// another one.
type handler struct {
	logger  *EventLogger
	options HandlerOptions
	attrs   []slog.Attr // at top level
	groups  []group     // open groups, the innermost last
}

// group is a group that WithGroup has opened, with what WithAttrs put into it.
type group struct {
	name  string
	attrs []slog.Attr
}

func (h *handler) Enabled(_ context.Context, level slog.Level) bool {
	return !h.logger.inert() && level >= h.options.Level.Level()
}

func (h *handler) Handle(_ context.Context, r slog.Record) error {
	kind := event.DefaultType
	var room [16]slog.Attr
	attrs := room[:0]
	switch {
	case event.IsWord(r.Message):
		kind = r.Message
	case r.Message != "":
		attrs = append(attrs, slog.String("message", r.Message))
	}
	if h.options.AddSource && r.PC != 0 {
		attrs = append(attrs, source(r.PC))
	}
	attrs = append(attrs, h.attrs...)
	h.logger.record(r.Level, 0, kind, h.appendData(attrs, r))
	return nil
}

// appendData adds the record's own attributes, inside the groups that are open.
func (h *handler) appendData(attrs []slog.Attr, r slog.Record) []slog.Attr {
	if len(h.groups) == 0 {
		r.Attrs(func(a slog.Attr) bool {
			attrs = append(attrs, a)
			return true
		})
		return attrs
	}
	inner := make([]slog.Attr, 0, r.NumAttrs())
	r.Attrs(func(a slog.Attr) bool {
		inner = append(inner, a)
		return true
	})
	for _, g := range slices.Backward(h.groups) {
		all := append(slices.Clip(g.attrs), inner...)
		inner = []slog.Attr{{Key: g.name, Value: slog.GroupValue(all...)}}
	}
	return append(attrs, inner...)
}

func (h *handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	if len(attrs) == 0 {
		return h
	}
	next := *h
	if len(h.groups) == 0 {
		next.attrs = append(slices.Clip(h.attrs), attrs...)
		return &next
	}
	next.groups = slices.Clone(h.groups)
	last := &next.groups[len(next.groups)-1]
	last.attrs = append(slices.Clip(last.attrs), attrs...)
	return &next
}

func (h *handler) WithGroup(name string) slog.Handler {
	if name == "" {
		return h
	}
	next := *h
	next.groups = append(slices.Clip(h.groups), group{name: name})
	return &next
}

// source is where the program called the logger.
func source(pc uintptr) slog.Attr {
	frame, _ := runtime.CallersFrames([]uintptr{pc}).Next()
	return slog.Group("source",
		slog.String("function", frame.Function),
		slog.String("file", frame.File),
		slog.Int("line", frame.Line))
}
