package capture

import (
	"log/slog"

	"example.org/runshelf/event"
)

// plainJSON knows no dialect but our own names.
type plainJSON struct{}

// Line takes any JSON object.
func (plainJSON) Line(line []byte) (string, slog.Level, []slog.Attr, []byte, bool) {
	value, err := event.DecodeValue(line)
	object, ok := value.(event.Object)
	if err != nil || !ok {
		return "", 0, nil, nil, false
	}
	kind := "log"
	if v, _ := object.Get(event.KeyType); v != nil {
		if text, ok := v.(string); ok && event.IsWord(text) {
			kind = text
		}
	}
	return kind, 0, nil, line, true
}
