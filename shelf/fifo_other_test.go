//go:build !unix

package shelf

import "errors"

func makeFIFO(string) error { return errors.ErrUnsupported }
