//go:build !unix

package cli

import "errors"

// makeFIFO cannot: there are no pipes in directories here.
func makeFIFO(string) error { return errors.ErrUnsupported }
