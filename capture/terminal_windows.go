package capture

import (
	"errors"
	"io"
	"os"
)

// terminal stands for what this system does not have.
type terminal struct{}

func (c *child) connectTerminal(Options, *stream) error {
	return errors.New("a terminal for the program: not supported on this system")
}

func (t *terminal) begin(io.Reader, func()) {}

func (t *terminal) end() {}

// inForeground reports false: the console lets every process read it.
func inForeground(*os.File) bool { return false }

func ignoreBackgroundReads() {}

func inBackground(io.Reader, error) bool { return false }
