package main

import (
	"bytes"
	"fmt"
	"os"
)

// The lines between which a file holds the table.
const (
	markStart = "<!-- benchmark:start -->"
	markEnd   = "<!-- benchmark:end -->"
)

// splice replaces what stands between the marks.
func splice(page, text []byte) ([]byte, error) {
	before, rest, ok := bytes.Cut(page, []byte(markStart))
	if !ok {
		return nil, fmt.Errorf("%s is missing", markStart)
	}
	_, after, ok := bytes.Cut(rest, []byte(markEnd))
	if !ok {
		return nil, fmt.Errorf("%s is missing after %s", markEnd, markStart)
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s%s\n\n%s\n\n%s%s", before, markStart, bytes.TrimSpace(text), markEnd, after)
	return b.Bytes(), nil
}

// spliceFile does so in a file. The file is looked at before anything is
// measured, by checkSplice.
func spliceFile(path string, text []byte) error {
	page, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if page, err = splice(page, text); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return os.WriteFile(path, page, 0o666)
}

// checkSplice says early what would fail after minutes.
func checkSplice(path string) error {
	page, err := os.ReadFile(path)
	if err == nil {
		_, err = splice(page, nil)
	}
	if err != nil {
		return fmt.Errorf("writing the table to %s: %w", path, err)
	}
	return nil
}
