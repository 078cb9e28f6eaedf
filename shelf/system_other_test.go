//go:build !unix

package shelf

import (
	"errors"
	"os"
)

func makeFIFO(string) error { return errors.ErrUnsupported }

// suspend stops a process until it is told to go on, or killed.
func suspend(*os.Process) error { return errors.ErrUnsupported }
