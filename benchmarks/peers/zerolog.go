package peers

import "github.com/rs/zerolog"

// openZerolog sets times to whole microseconds, the cheapest form it has.
func openZerolog(out output) func() writer {
	zerolog.TimeFieldFormat = zerolog.TimeFormatUnixMicro
	logger := zerolog.New(out).With().Timestamp().Logger()
	return func() writer { return &zerologWriter{logger: &logger} }
}

type zerologWriter struct{ logger *zerolog.Logger }

func (w *zerologWriter) transfer(sequence uint64, e *transfer) {
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

func (w *zerologWriter) action(sequence uint64, e *action) {
	w.logger.Log().
		Uint64("sequence", sequence).
		Int64("tick", e.Tick).
		Str("agent_id", e.AgentID).
		Str("kind", e.Kind).
		Object("intent", &e.Intent).
		Object("result", &e.Result).
		Msg(typeAction)
}

func (w *zerologWriter) thinking(sequence uint64, e *thinking) {
	w.logger.Log().
		Uint64("sequence", sequence).
		Int64("tick", e.Tick).
		Str("agent_id", e.AgentID).
		Str("text", e.Text).
		Msg(typeThinking)
}

func (w *zerologWriter) data(sequence uint64, eventType string, data map[string]any) {
	w.logger.Log().Uint64("sequence", sequence).Fields(data).Msg(eventType)
}

// MarshalZerologObject encodes an intent for zerolog.
func (e *intent) MarshalZerologObject(to *zerolog.Event) {
	to.Str("artifact_id", e.ArtifactID).
		Int64("bytes", e.Bytes).
		Int64("price", e.Price).
		Str("content", e.Content).
		Object("access", &e.Access)
}

// MarshalZerologObject encodes an access rule for zerolog.
func (e *access) MarshalZerologObject(to *zerolog.Event) {
	to.Str("rule", e.Rule).Str("first", e.First).Str("second", e.Second)
}

// MarshalZerologObject encodes a result for zerolog.
func (e *result) MarshalZerologObject(to *zerolog.Event) {
	to.Bool("success", e.Success).
		Int64("took_us", e.TookUs).
		Float64("score", e.Score).
		Object("balances", &e.Balances)
}

// MarshalZerologObject encodes balances for zerolog.
func (e *balances) MarshalZerologObject(to *zerolog.Event) {
	to.Int64("alpha", e.Alpha).Int64("beta", e.Beta).Int64("gamma", e.Gamma)
}
