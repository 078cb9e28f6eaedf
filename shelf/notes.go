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
func notesField(key string, p *[]Note) field {
	decode := func(value json.RawMessage) (json.RawMessage, []string) {
		var items []json.RawMessage
		if err := json.Unmarshal(value, &items); err != nil {
			return value, []string{key}
		}
		notes, sound := make([]Note, len(items)), true
		for i, item := range items {
			note, ok := noteFromJSON(item)
			notes[i], sound = note, sound && ok
		}
		if *p = notes; sound {
			return nil, nil
		}
		return nil, []string{key}
	}
	encode := func(rest json.RawMessage) json.RawMessage {
		if len(*p) == 0 && rest != nil {
			return rest
		}
		items := make([]json.RawMessage, len(*p))
		for i, n := range *p {
			items[i] = n.toJSON()
		}
		return marshal(items)
	}
	return field{key, decode, encode}
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
