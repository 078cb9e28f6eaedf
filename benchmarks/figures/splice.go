package figures

import (
	"bytes"
	"fmt"
	"os"
)

// Place is where a file holds what was measured: between two lines that name it.
type Place struct{ File, Name string }

// Start and End are the lines.
func (p Place) Start() string { return "<!-- " + p.Name + ":start -->" }

// End is the line behind the place.
func (p Place) End() string { return "<!-- " + p.Name + ":end -->" }

// splice replaces what stands between the marks.
func (p Place) splice(page, text []byte) ([]byte, error) {
	before, rest, ok := bytes.Cut(page, []byte(p.Start()))
	if !ok {
		return nil, fmt.Errorf("%s is missing", p.Start())
	}
	_, after, ok := bytes.Cut(rest, []byte(p.End()))
	if !ok {
		return nil, fmt.Errorf("%s is missing after %s", p.End(), p.Start())
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s%s\n\n%s\n\n%s%s", before, p.Start(), bytes.TrimSpace(text), p.End(), after)
	return b.Bytes(), nil
}

// Write puts a text there.
func (p Place) Write(text []byte) error {
	page, err := os.ReadFile(p.File)
	if err != nil {
		return err
	}
	if page, err = p.splice(page, text); err != nil {
		return fmt.Errorf("%s: %w", p.File, err)
	}
	return os.WriteFile(p.File, page, 0o666)
}

// Check says what Write would fail with, before minutes are spent.
func (p Place) Check() error {
	page, err := os.ReadFile(p.File)
	if err == nil {
		_, err = p.splice(page, nil)
	}
	if err != nil {
		return fmt.Errorf("writing the table to %s: %w", p.File, err)
	}
	return nil
}
