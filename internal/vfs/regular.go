package vfs

import (
	"io"
	"io/fs"
	"os"
)

// OpenRegular opens the regular file path for reading. A link at the end of path
// is not followed, a FIFO is not waited for, and anything but a regular file is
// an *fs.PathError around [ErrNotRegular].
//
// Where a system has no flag against following (Windows), the file is looked at
// before it is opened.
func OpenRegular(fsys FS, path string) (File, error) {
	if NoFollow == 0 {
		if info, err := fsys.Lstat(path); err != nil {
			return nil, err
		} else if !info.Mode().IsRegular() {
			return nil, &fs.PathError{Op: "open", Path: path, Err: ErrNotRegular}
		}
	}
	f, err := fsys.OpenFile(path, os.O_RDONLY|NoFollow|NonBlock, 0)
	if err != nil {
		return nil, notRegular(fsys, path, err)
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = &fs.PathError{Op: "open", Path: path, Err: ErrNotRegular}
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// notRegular says in place of what the system said that path is no regular file,
// if it is none: of a link, systems say that there are too many.
func notRegular(fsys FS, path string, err error) error {
	if info, statErr := fsys.Lstat(path); statErr == nil && !info.Mode().IsRegular() {
		return &fs.PathError{Op: "open", Path: path, Err: ErrNotRegular}
	}
	return err
}

// ReadRegular reads at most limit bytes of the regular file path, as
// [OpenRegular] opens it. A longer file is cut: a caller that must know gives
// one byte more than it accepts.
func ReadRegular(fsys FS, path string, limit int64) ([]byte, error) {
	f, err := OpenRegular(fsys, path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	// One byte beyond the size lets the end be seen without growing the buffer.
	buf := make([]byte, 0, min(info.Size(), limit)+1)
	return readUpTo(f, buf, limit)
}

func readUpTo(r io.Reader, buf []byte, limit int64) ([]byte, error) {
	for int64(len(buf)) < limit {
		if len(buf) == cap(buf) {
			buf = append(buf, 0)[:len(buf)]
		}
		room := min(int64(cap(buf)), limit)
		n, err := r.Read(buf[len(buf):room])
		buf = buf[:len(buf)+n]
		if err == io.EOF {
			return buf, nil
		}
		if err != nil {
			return nil, err
		}
	}
	return buf, nil
}
