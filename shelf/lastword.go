package shelf

import (
	"fmt"
	"io/fs"
	"path/filepath"

	"example.org/runshelf/internal/vfs"
)

// LastWord is [Live.Update] for a disk that has failed it: the new manifest is put
// in place without a sync, so that what is wrong is told to whoever reads the run
// while the system still has it, though a power cut may take it. It is no
// substitute for Update, whose error stands.
func (l *Live) LastWord(change func(*Manifest)) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return fmt.Errorf("ending run %s: %w", l.id, fs.ErrClosed)
	}
	locked, release := lockDir(l.fs, l.dir)
	defer release()
	next := l.manifest.clone()
	l.takeOver(&next)
	change(&next)
	l.addUnsynced(&next)
	data, err := encodeManifest(&next)
	if err == nil {
		err = l.putUnsynced(data, locked)
	}
	if err != nil {
		return fmt.Errorf("ending run %s: %w", l.id, err)
	}
	l.manifest = next
	return nil
}

func (l *Live) putUnsynced(data []byte, locked bool) error {
	r := replacement{fs: unsyncedFS{l.fs}, dir: l.dir, name: ManifestFile, data: data, locked: locked}
	temp, err := r.writeTemp()
	if err != nil {
		return err
	}
	if err := l.fs.Rename(temp, filepath.Join(l.dir, ManifestFile)); err != nil {
		l.fs.Remove(temp)
		return err
	}
	return nil
}

// unsyncedFS is a file system whose files are not synced.
type unsyncedFS struct{ vfs.FS }

type unsyncedFile struct{ vfs.File }

// OpenFile implements [vfs.FS].
func (u unsyncedFS) OpenFile(name string, flag int, perm fs.FileMode) (vfs.File, error) {
	f, err := u.FS.OpenFile(name, flag, perm)
	if err != nil {
		return nil, err
	}
	return unsyncedFile{f}, nil
}

// Sync implements [vfs.File].
func (unsyncedFile) Sync() error { return nil }
