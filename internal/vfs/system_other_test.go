//go:build !unix

package vfs

import "errors"

func makeFIFO(string) error { return errors.ErrUnsupported }
