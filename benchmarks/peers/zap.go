package peers

import (
	"errors"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

// openZap writes times as whole nanoseconds, the cheapest form it has.
func openZap(dir string, _ Load) (target, error) {
	file, err := createFile(dir)
	if err != nil {
		return target{}, err
	}
	return target{path: file.Name, writer: zapWriters(zapcore.Lock(file)), close: file.Close}, nil
}

// openZapBuffered uses the buffer that zap brings along.
func openZapBuffered(dir string, _ Load) (target, error) {
	file, err := createFile(dir)
	if err != nil {
		return target{}, err
	}
	syncer := &zapcore.BufferedWriteSyncer{
		WS:            unsynced{zapcore.AddSync(file)},
		Size:          bufferSize,
		FlushInterval: bufferEvery,
	}
	end := func() error { return errors.Join(syncer.Stop(), file.Close()) }
	return target{path: file.Name, writer: zapWriters(syncer), close: end}, nil
}

// unsynced leaves out the fsync that zap's buffer adds to each flush by the
// clock, which no other peer does.
type unsynced struct{ zapcore.WriteSyncer }

// Sync does nothing.
func (unsynced) Sync() error { return nil }

func zapWriters(to zapcore.WriteSyncer) func() writer {
	encoder := zapcore.NewJSONEncoder(zapcore.EncoderConfig{
		TimeKey: "ts", MessageKey: "msg", EncodeTime: zapcore.EpochNanosTimeEncoder,
	})
	logger := zap.New(zapcore.NewCore(encoder, to, zap.InfoLevel))
	return func() writer { return &zapWriter{logger: logger} }
}

type zapWriter struct {
	logger *zap.Logger
	fields []zap.Field
}

func (w *zapWriter) transfer(sequence uint64, e *transfer) {
	w.logger.Info(typeTransfer,
		zap.Uint64("sequence", sequence),
		zap.Int64("tick", e.Tick),
		zap.String("sender", e.Sender),
		zap.String("recipient", e.Recipient),
		zap.Int64("amount", e.Amount),
		zap.String("reason", e.Reason),
		zap.Float64("share", e.Share))
}

func (w *zapWriter) action(sequence uint64, e *action) {
	w.logger.Info(typeAction,
		zap.Uint64("sequence", sequence),
		zap.Int64("tick", e.Tick),
		zap.String("agent_id", e.AgentID),
		zap.String("kind", e.Kind),
		zap.Object("intent", &e.Intent),
		zap.Object("result", &e.Result))
}

func (w *zapWriter) thinking(sequence uint64, e *thinking) {
	w.logger.Info(typeThinking,
		zap.Uint64("sequence", sequence),
		zap.Int64("tick", e.Tick),
		zap.String("agent_id", e.AgentID),
		zap.String("text", e.Text))
}

func (w *zapWriter) data(sequence uint64, eventType string, data map[string]any) {
	w.fields = append(w.fields[:0], zap.Uint64("sequence", sequence))
	for key, value := range data {
		w.fields = append(w.fields, zap.Any(key, value))
	}
	w.logger.Info(eventType, w.fields...)
}

// MarshalLogObject encodes an intent for zap.
func (e *intent) MarshalLogObject(to zapcore.ObjectEncoder) error {
	to.AddString("artifact_id", e.ArtifactID)
	to.AddInt64("bytes", e.Bytes)
	to.AddInt64("price", e.Price)
	to.AddString("content", e.Content)
	return to.AddObject("access", &e.Access)
}

// MarshalLogObject encodes an access rule for zap.
func (e *access) MarshalLogObject(to zapcore.ObjectEncoder) error {
	to.AddString("rule", e.Rule)
	to.AddString("first", e.First)
	to.AddString("second", e.Second)
	return nil
}

// MarshalLogObject encodes a result for zap.
func (e *result) MarshalLogObject(to zapcore.ObjectEncoder) error {
	to.AddBool("success", e.Success)
	to.AddInt64("took_us", e.TookUs)
	to.AddFloat64("score", e.Score)
	return to.AddObject("balances", &e.Balances)
}

// MarshalLogObject encodes balances for zap.
func (e *balances) MarshalLogObject(to zapcore.ObjectEncoder) error {
	to.AddInt64("alpha", e.Alpha)
	to.AddInt64("beta", e.Beta)
	to.AddInt64("gamma", e.Gamma)
	return nil
}
