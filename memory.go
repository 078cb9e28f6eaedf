package runshelf

import (
	"errors"
	"os"

	"example.org/runshelf/internal/vfs"
	"example.org/runshelf/shelf"
)

// memory is where a buffered journal keeps what has not reached the file.
type memory struct {
	bytes []byte
	uuid  string
	// survives says that the bytes are a file, which outlives the process.
	survives bool
	// free gives the memory back, and removes the file, once all is written.
	free func() error
}

// plainMemory goes with the process.
func plainMemory() memory {
	return memory{bytes: make([]byte, shelf.TailSize), free: func() error { return nil }}
}

// mappedMemory is the tail file of a run, mapped. Its space is allocated by
// writing it: a full disk is met here, as an error, and not later as a SIGBUS.
func mappedMemory(live *shelf.Live) (memory, error) {
	path := live.Path(shelf.TailFile)
	file, err := live.FS().OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return memory{}, err
	}
	mem, err := mapTail(file)
	if err = errors.Join(err, file.Close()); err != nil {
		return memory{}, errors.Join(err, live.FS().Remove(path))
	}
	free := func() error { return errors.Join(vfs.Unmap(mem), live.FS().Remove(path)) }
	return memory{bytes: mem, uuid: live.UUID(), survives: true, free: free}, nil
}

func mapTail(file vfs.File) ([]byte, error) {
	if _, err := file.WriteAt(make([]byte, shelf.TailSize), 0); err != nil {
		return nil, err
	}
	return vfs.Map(file, shelf.TailSize)
}
