package shelf

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"syscall"

	"example.org/runshelf/internal/vfs"
)

// A disk that cannot sync still takes what is written, and a run that is recorded as
// well as can be is worth more than none. So a run begins on it, with a warning, and
// its manifest says for good that a power cut may take what it recorded.

// forgivingFS is a file system on which a sync that the disk refuses is no error. The
// first refusal is remembered.
type forgivingFS struct {
	vfs.FS
	refused *error
}

type forgivingFile struct {
	vfs.File
	fs forgivingFS
}

// OpenFile implements [vfs.FS].
func (f forgivingFS) OpenFile(name string, flag int, perm fs.FileMode) (vfs.File, error) {
	opened, err := f.FS.OpenFile(name, flag, perm)
	if err != nil {
		return nil, err
	}
	return forgivingFile{opened, f}, nil
}

// SyncDir implements [vfs.FS].
func (f forgivingFS) SyncDir(name string) error { return f.forgive(f.FS.SyncDir(name)) }

// Sync implements [vfs.File].
func (f forgivingFile) Sync() error { return f.fs.forgive(f.File.Sync()) }

// forgive returns the errors of a sync that say more than that the disk does not sync.
func (f forgivingFS) forgive(err error) error {
	if !refusesSync(err) {
		return err
	}
	if *f.refused == nil {
		*f.refused = err
	}
	return nil
}

// refusesSync reports whether err says that something cannot be synced. A lack of space,
// which some file systems find out only then, is something else.
func refusesSync(err error) bool {
	return errors.Is(err, syscall.EIO) || errors.Is(err, syscall.EINVAL) || errors.Is(err, errors.ErrUnsupported)
}

// tellUnsynced says that the beginning of the run could not be synced: to who started it,
// and in the manifest for who reads it.
func (c *creation) tellUnsynced() error {
	if c.refused == nil {
		return nil
	}
	c.live.unsynced = strings.ReplaceAll(c.refused.Error(), "\n", "; ")
	c.Warn(fmt.Sprintf("%s; a power cut may take what this run records", c.live.unsynced))
	c.live.addUnsynced(&c.live.manifest)
	_, err := writeManifest(c.forgiving(), c.dir, &c.live.manifest, true)
	return err
}

// forgiving is the file system for what is made before the run begins.
func (c *creation) forgiving() forgivingFS { return forgivingFS{c.FS, &c.refused} }

// addUnsynced puts what could not be synced at the start among the troubles of the writer.
func (l *Live) addUnsynced(m *Manifest) {
	switch {
	case l.unsynced == "" || strings.Contains(m.Logger.Error, l.unsynced):
	case m.Logger.Error == "":
		m.Logger.Error = l.unsynced
	default:
		m.Logger.Error = l.unsynced + "; " + m.Logger.Error
	}
}
