package main

import (
	"errors"
	"os"
)

// warmMemory writes n bytes to a scratch file and removes it again. What it took
// of the system's memory is free then and given to whoever writes next. On a
// virtual machine, memory that was not in use lately may have gone back to the
// host; the first to write into it pays several times the price of the copy, and
// without this that was whoever came after a pause.
func warmMemory(dir string, n int64) (err error) {
	file, err := os.CreateTemp(dir, "warm-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close(), os.Remove(file.Name())) }()
	block := make([]byte, 256<<10)
	for ; n > 0; n -= int64(len(block)) {
		if _, err := file.Write(block); err != nil {
			return err
		}
	}
	return nil
}
