package cli

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"example.org/runshelf/provenance"
	"example.org/runshelf/shelf"
)

func newNoteCommand(a *app) *cobra.Command {
	return remark{
		use:   "note RUN TEXT...",
		short: "write a note on a run",
		long: `Adds a note to a run, with the time. Several words are one note. What looks like a secret
is not kept.`,
		example: `  runshelf note latest 'the price of energy doubled here'
  runshelf note latest --remove 'the price of energy doubled here'
  runshelf note latest --remove            takes the newest note away`,
		remove: "take away the note of that text, without a text the newest",
		change: a.noteChange,
	}.command(a)
}

// noteChange adds a note, or takes one away.
func (a *app) noteChange(words []string, remove bool) (func(*shelf.Manifest) error, error) {
	text := provenance.RedactText(strings.Join(words, " "))
	switch {
	case remove:
		return func(m *shelf.Manifest) error { return removeNote(m, text) }, nil
	case strings.TrimSpace(text) == "":
		return nil, withHint(usageErrorf("note needs a run and a text"), "runshelf note latest 'what was special about it'")
	}
	note := shelf.Note{At: a.now().UTC(), Text: text}
	return func(m *shelf.Manifest) error { m.Notes = append(m.Notes, note); return nil }, nil
}

// removeNote takes away the newest note of a text, or the newest of all.
func removeNote(m *shelf.Manifest, text string) error {
	for i, n := range slices.Backward(m.Notes) {
		if text == "" || n.Text == text {
			m.Notes = slices.Delete(m.Notes, i, i+1)
			return nil
		}
	}
	if text == "" {
		return errNothingThere("note")
	}
	return errNothingThere("note with this text")
}
