//go:build !linux

package vfs

import (
	"os"
	"testing"
)

// checkTrimmed has nothing to look at: no space is set aside here.
func checkTrimmed(*testing.T, *os.File, int64) {}
