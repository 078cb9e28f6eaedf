//go:build !(linux || darwin)

package runshelf

import "errors"

func limitFiles(uint64) error { return errors.ErrUnsupported }
