package cli

import (
	"encoding/json"
	"fmt"

	"example.org/runshelf/capture"
	"example.org/runshelf/shelf"
)

// rerunExec builds the command that would make a run of another program again.
func rerunExec(m *shelf.Manifest) []string {
	words := []string{"runshelf", "exec"}
	if m.Seed != nil {
		words = append(words, "--seed", fmt.Sprint(*m.Seed))
	}
	if params, err := decodeObject(m.Config); err == nil {
		for _, p := range params {
			words = append(words, "--param", p.Key+"="+valueText(p.Value))
		}
	}
	words = append(words, rerunFlags(m.Extra[capture.ManifestMember])...)
	return append(append(words, "--"), m.Program.Argv...)
}

// rerunFlags are the flags that a run of another program recorded. What cannot
// be read is left out.
func rerunFlags(about json.RawMessage) []string {
	var recorded struct {
		Options capture.Recorded
	}
	if json.Unmarshal(about, &recorded) != nil {
		return nil
	}
	o := recorded.Options
	var words []string
	if o.PTY {
		words = append(words, "--pty")
	}
	for _, f := range []struct{ flag, value string }{{"--events", string(o.Events)}, {"--dialect", o.Dialect}, {"--timeout", o.Timeout}} {
		if f.value != "" {
			words = append(words, f.flag, f.value)
		}
	}
	for _, glob := range o.Keep {
		words = append(words, "--keep", glob)
	}
	return words
}
