package web

import (
	"errors"
	"syscall"
)

// inUse reports that an address cannot be had because somebody has it.
func inUse(err error) bool {
	const wsaeaddrinuse = syscall.Errno(10048)
	return errors.Is(err, wsaeaddrinuse)
}
