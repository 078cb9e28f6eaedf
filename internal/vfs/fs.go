package vfs

import (
	"io"
	"io/fs"
)

// File is an open file. The contracts are those of [os.File]; ReadAt and WriteAt
// may be called concurrently.
type File interface {
	io.Reader
	io.Writer
	io.ReaderAt
	io.WriterAt
	io.Closer
	// Name returns the name the file was opened by.
	Name() string
	Stat() (fs.FileInfo, error)
	Truncate(size int64) error
	// Sync waits until contents and metadata are on the device.
	Sync() error
	// Datasync waits until the contents, and the metadata needed to read them
	// back, are on the device. Where a system knows no such call it is Sync.
	Datasync() error
	// Fd returns the descriptor, for locks and mappings. It stays the file's.
	Fd() uintptr
}

// FS is the part of a file system that Runshelf uses. Names are those of the
// system, relative ones count from the current directory, and errors satisfy
// errors.Is with the sentinels of io/fs as those of package os do. An FS may be
// used concurrently.
type FS interface {
	OpenFile(name string, flag int, perm fs.FileMode) (File, error)
	// Mkdir is exclusive: it fails with fs.ErrExist when the name is taken.
	Mkdir(name string, perm fs.FileMode) error
	MkdirAll(name string, perm fs.FileMode) error
	// Rename replaces newName in one step when it exists.
	Rename(oldName, newName string) error
	// Remove removes a file, a link, or an empty directory.
	Remove(name string) error
	// Symlink makes name a symbolic link that holds target as it is given.
	Symlink(target, name string) error
	// Link makes newName a second name of oldName; it never replaces.
	Link(oldName, newName string) error
	Readlink(name string) (string, error)
	Lstat(name string) (fs.FileInfo, error)
	// ReadDir returns the entries of a directory, sorted by name.
	ReadDir(name string) ([]fs.DirEntry, error)
	// SyncDir waits until the entries of a directory are on the device. It does
	// nothing where directories cannot be synced.
	SyncDir(name string) error
}
