//go:build !windows

package web

import (
	"errors"
	"syscall"
)

// inUse reports that an address cannot be had because somebody has it.
func inUse(err error) bool { return errors.Is(err, syscall.EADDRINUSE) }
