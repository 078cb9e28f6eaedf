package peers

import "github.com/sirupsen/logrus"

func openLogrus(out output) func() writer {
	logger := logrus.New()
	logger.Out = out
	logger.Formatter = &logrus.JSONFormatter{DisableHTMLEscape: true}
	return func() writer { return &logrusWriter{logger: logger} }
}

type logrusWriter struct{ logger *logrus.Logger }

func (w *logrusWriter) transfer(sequence uint64, e *transfer) {
	w.logger.WithFields(logrus.Fields{
		"sequence": sequence, "tick": e.Tick, "sender": e.Sender, "recipient": e.Recipient,
		"amount": e.Amount, "reason": e.Reason, "share": e.Share,
	}).Info(typeTransfer)
}

func (w *logrusWriter) action(sequence uint64, e *action) {
	w.logger.WithFields(logrus.Fields{
		"sequence": sequence, "tick": e.Tick, "agent_id": e.AgentID, "kind": e.Kind,
		"intent": &e.Intent, "result": &e.Result,
	}).Info(typeAction)
}

func (w *logrusWriter) thinking(sequence uint64, e *thinking) {
	w.logger.WithFields(logrus.Fields{
		"sequence": sequence, "tick": e.Tick, "agent_id": e.AgentID, "text": e.Text,
	}).Info(typeThinking)
}

func (w *logrusWriter) data(sequence uint64, eventType string, data map[string]any) {
	w.logger.WithField("sequence", sequence).WithFields(data).Info(eventType)
}
