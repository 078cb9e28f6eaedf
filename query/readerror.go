package query

import (
	"errors"
	"fmt"
	"io"
)

// ReadError says that reading a log failed at a byte, by the name of its file where
// src knows one. An end that comes too early means that the log has become shorter
// while it was read.
func ReadError(src io.ReaderAt, at int64, err error) error {
	name := "the log"
	if file, ok := src.(interface{ Name() string }); ok {
		name = file.Name()
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("reading %s at byte %d: it has become shorter meanwhile: %w", name, at, io.ErrUnexpectedEOF)
	}
	return fmt.Errorf("reading %s at byte %d: %w", name, at, err)
}
