package vfs

import (
	"errors"
	"fmt"
	"io/fs"
	"time"
)

// ErrNotRegular is returned by [OpenRegular] for a directory, a FIFO, a device
// or a socket.
var ErrNotRegular = errors.New("not a regular file")

// TryLock takes the exclusive lock of an open file or directory without
// waiting. It reports whether the lock is now held; an error means that the
// system or the file system has no locks, or that the file is no longer open.
//
// The lock is flock(2) where there is one. It belongs to the open file, not to
// the process: it goes when f is closed or when its process dies, however that
// happens, and two opens of one file in one process exclude each other. On
// Windows LockFileEx on a byte far behind the end stands in; it cannot lock a
// directory. Elsewhere every call is an error that satisfies
// errors.Is(err, errors.ErrUnsupported).
func TryLock(f File) (held bool, err error) {
	held, err = tryLock(f.Fd(), true)
	if err != nil {
		return false, fmt.Errorf("locking %s: %w", f.Name(), err)
	}
	return held, nil
}

// Lock is [TryLock] with patience: it asks again and again until the lock is
// held or wait has passed. A reader that asks [Locked] holds a shared lock for a
// moment, so a writer that asks only once might be refused by nobody.
//
// The pauses grow from a quarter of a millisecond to eight, so that a hundred
// processes that wait for one another do not spend the machine on asking.
func Lock(f File, wait time.Duration) (held bool, err error) {
	const shortest, longest = 250 * time.Microsecond, 8 * time.Millisecond
	deadline := time.Now().Add(wait)
	for pause := shortest; ; pause = min(2*pause, longest) {
		held, err = TryLock(f)
		if held || err != nil || time.Now().After(deadline) {
			return held, err
		}
		time.Sleep(pause)
	}
}

// Locked reports whether somebody holds the exclusive lock of the file path. A
// file that does not exist is held by nobody. An error means that it cannot be
// told: no permission, no regular file, no locks on this file system.
//
// Nothing is written, no link at the end of path is followed, and nothing is
// waited for. The question is a shared lock, held for as long as it takes to let
// go of it: other readers are not disturbed by it, and a writer uses [Lock].
func Locked(path string) (bool, error) {
	f, err := OpenRegular(OS(), path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("asking for the lock: %w", err)
	}
	defer f.Close()
	free, err := tryLock(f.Fd(), false)
	if err != nil {
		return false, fmt.Errorf("asking for the lock of %s: %w", path, err)
	}
	return !free, nil
}
