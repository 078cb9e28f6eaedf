package simulation

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// contextState is the saved form of a Context: all of it but the configuration
// and the recorder.
type contextState struct {
	Seed     uint64            `json:"seed"`
	Tick     int64             `json:"tick"`
	Streams  map[string][]byte `json:"streams"`
	Counters map[string]uint64 `json:"counters"`
}

// Snapshot writes the state of the context as one line of JSON: seed, tick, the
// position of every random stream, and the counters of [Context.ID].
func (c *Context) Snapshot(w io.Writer) error {
	s := contextState{Seed: c.seed, Tick: c.tick, Streams: map[string][]byte{}, Counters: c.counters}
	for name, stream := range c.streams {
		b, err := stream.source.MarshalBinary()
		if err != nil {
			return fmt.Errorf("saving random stream %q: %w", name, err)
		}
		s.Streams[name] = b
	}
	return json.NewEncoder(w).Encode(s)
}

// Restore replaces the state of the context by one that [Context.Snapshot]
// wrote as line. On an error the context is unchanged.
func (c *Context) Restore(line []byte) error {
	var s contextState
	if err := json.Unmarshal(line, &s); err != nil {
		return fmt.Errorf("reading the saved context: %w", err)
	}
	if s.Streams == nil || s.Tick < 0 {
		return errors.New("reading the saved context: the random streams or the tick are missing")
	}
	streams := map[string]*stream{}
	for name, b := range s.Streams {
		stream := newStream(s.Seed, name)
		if err := stream.source.UnmarshalBinary(b); err != nil {
			return fmt.Errorf("reading the saved random stream %q: %w", name, err)
		}
		streams[name] = stream
	}
	if s.Counters == nil {
		s.Counters = map[string]uint64{}
	}
	c.seed, c.tick, c.streams, c.counters = s.Seed, s.Tick, streams, s.Counters
	return nil
}
