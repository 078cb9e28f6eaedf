//go:build !(darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd || windows)

package vfs

import "errors"

func tryLock(uintptr, bool) (bool, error) { return false, errors.ErrUnsupported }
