package shelf

import (
	"bytes"
	"encoding/json"
	"time"

	"example.org/runshelf/event"
)

// storedNote is a note as run.json has it.
type storedNote struct {
	At   string `json:"at"`
	Text string `json:"text"`
}

// notesField is the list of notes. Since a person adds to it, a note that is not
// understood must not take the place of the others: it keeps its own bytes.
func notesField(key string) field[Manifest] {
	decode := func(m *Manifest, value json.RawMessage) (json.RawMessage, []string) {
		var items []json.RawMessage
		if err := json.Unmarshal(value, &items); err != nil {
			return value, []string{key}
		}
		notes, sound := notesFromJSON(items)
		if m.Notes = notes; !sound {
			return nil, []string{key}
		}
		return nil, nil
	}
	encode := func(m *Manifest, rest json.RawMessage) json.RawMessage {
		if len(m.Notes) == 0 && rest != nil {
			return rest
		}
		items := make([]json.RawMessage, len(m.Notes))
		for i, n := range m.Notes {
			items[i] = n.toJSON()
		}
		return marshal(items)
	}
	return field[Manifest]{key, decode, encode}
}

// notesFromJSON reports also whether every one was understood.
func notesFromJSON(items []json.RawMessage) (notes []Note, sound bool) {
	if len(items) == 0 {
		return nil, true
	}
	notes, sound = make([]Note, len(items)), true
	for i, item := range items {
		note, ok := noteFromJSON(item)
		notes[i], sound = note, sound && ok
	}
	return notes, sound
}

func noteFromJSON(item json.RawMessage) (Note, bool) {
	var stored storedNote
	err := json.Unmarshal(item, &stored)
	at, timeErr := time.Parse(time.RFC3339, stored.At)
	n := Note{Text: stored.Text}
	if timeErr == nil {
		n.At = at.UTC()
	}
	if own := compact(item); !bytes.Equal(own, n.toJSON()) {
		n.raw = own
	}
	return n, err == nil && timeErr == nil
}

// toJSON returns the note as it was read, unless it was changed since.
func (n Note) toJSON() json.RawMessage {
	if n.raw != nil {
		if read, _ := noteFromJSON(n.raw); read.At.Equal(n.At) && read.Text == n.Text {
			return n.raw
		}
	}
	return marshal(storedNote{At: n.At.UTC().Format(event.TimeLayout), Text: n.Text})
}
