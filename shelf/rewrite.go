package shelf

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"example.org/runshelf/internal/vfs"
)

const (
	// lockWait is how long a change waits for another one in the same directory.
	// Each takes milliseconds, so a longer wait in which nothing changes there means
	// a stopped process, which must not stop others.
	lockWait = 2 * time.Second
	// lockTurns is how often that long is waited while others do change something:
	// a hundred who came at once, on a slow disk or a busy machine, get their turns.
	lockTurns = 8
	// manifestLimit is how much of a run.json is read, in bytes. A longer one is
	// damaged.
	manifestLimit = 64 << 20
	// manifestReserve is how much space a living run's manifest keeps for itself,
	// in bytes, so that its end can be told on a full disk.
	manifestReserve = 16 << 10
)

// lockDir takes the lock of the directory itself, which serialises changes of its
// entries among processes and within one. It reports whether it got it; without
// (no locks here, or nobody lets go) the caller goes on with more care.
func lockDir(fsys vfs.FS, dir string) (held bool, release func()) {
	d, err := fsys.OpenFile(dir, os.O_RDONLY, 0)
	if err != nil {
		return false, func() {}
	}
	held, err = vfs.TryLock(d)
	for turn := 0; turn < lockTurns && !held && err == nil; turn++ {
		before := changed(d)
		if held, err = vfs.Lock(d, lockWait); changed(d).Equal(before) {
			break
		}
	}
	return held, func() { d.Close() }
}

// changed is when the entries of an open directory were changed last.
func changed(d vfs.File) time.Time {
	info, err := d.Stat()
	if err != nil {
		return time.Time{}
	}
	return info.ModTime()
}

// replacement is a whole new content for a file.
type replacement struct {
	fs   vfs.FS
	dir  string
	name string
	data []byte
	// locked says that the lock of dir is held: then nobody else is at work here,
	// and a temporary name that exists is left over from a killed process.
	locked bool
	// reserve is the space in bytes that the file keeps for itself.
	reserve int64
}

// write replaces the file in one step: a reader sees the old content or the new
// one, also after a power cut. It reports whether the new one is in place, which
// it may be although syncing the directory failed. It leaves no temporary file.
func (r replacement) write() (replaced bool, err error) {
	temp, err := r.writeTemp()
	if err != nil {
		return false, err
	}
	if err := r.fs.Rename(temp, filepath.Join(r.dir, r.name)); err != nil {
		r.fs.Remove(temp)
		return false, err
	}
	return true, r.fs.SyncDir(r.dir)
}

// writeTemp writes and syncs the content under a hidden name in the same
// directory.
func (r replacement) writeTemp() (name string, err error) {
	var f vfs.File
	name, err = makeTemp(r.fs, r.dir, r.name, r.locked, func(name string) (err error) {
		f, err = r.fs.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, fileMode)
		return err
	})
	if err != nil {
		return "", err
	}
	if r.reserve > 0 {
		vfs.Reserve(f, int64(len(r.data))+r.reserve)
	}
	if err := finish(f, r.data); err != nil {
		r.fs.Remove(name)
		return "", err
	}
	return name, nil
}

// finish writes, syncs and closes a new file.
func finish(f vfs.File, data []byte) error {
	_, err := f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// makeTemp calls create with a hidden name in dir until it finds a free one, and
// returns that. Under the lock of dir the name is always the same and a file that
// bears it is a leftover: so killed processes leave one at most.
func makeTemp(fsys vfs.FS, dir, name string, locked bool, create func(name string) error) (string, error) {
	const attempts = 100
	fixed := filepath.Join(dir, "."+name+".new")
	if locked {
		err := create(fixed)
		if errors.Is(err, fs.ErrExist) && fsys.Remove(fixed) == nil {
			err = create(fixed)
		}
		if !errors.Is(err, fs.ErrExist) {
			return fixed, err
		}
	}
	for try := 1; ; try++ {
		temp := fixed + "." + newUUID(time.Now())
		err := create(temp)
		if !errors.Is(err, fs.ErrExist) || try == attempts {
			return temp, err
		}
	}
}

// overwrite writes the content over the old one in place, which needs no new
// file and, within what is reserved, no new space. It is not safe against a power
// cut, so it comes second. When it fails the old content is put back, for which
// there is room.
func (r replacement) overwrite() error {
	path := filepath.Join(r.dir, r.name)
	old, err := vfs.ReadRegular(r.fs, path, manifestLimit)
	if err != nil {
		return err
	}
	f, err := r.fs.OpenFile(path, os.O_WRONLY|vfs.NoFollow|vfs.NonBlock, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := rewriteAt(f, r.data); err != nil {
		return errors.Join(err, rewriteAt(f, old))
	}
	return nil
}

func rewriteAt(f vfs.File, data []byte) error {
	if _, err := f.WriteAt(data, 0); err != nil {
		return err
	}
	if err := f.Truncate(int64(len(data))); err != nil {
		return err
	}
	return f.Sync()
}

// noSpace reports whether an error means that the disk, the inodes or the
// account's quota are used up.
func noSpace(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)
}

// writeManifest replaces the run.json of the run directory dir. It reports whether the new
// one is in place.
func writeManifest(fsys vfs.FS, dir string, m *Manifest, locked bool) (replaced bool, err error) {
	data, err := encodeManifest(m)
	if err != nil {
		return false, err
	}
	r := replacement{fs: fsys, dir: dir, name: ManifestFile, data: data, locked: locked}
	if m.Status == StatusRunning {
		r.reserve = manifestReserve
	}
	replaced, err = r.write()
	if !replaced && noSpace(err) && r.overwrite() == nil {
		return true, nil
	}
	if err != nil {
		return replaced, fmt.Errorf("writing the manifest: %w", err)
	}
	return true, nil
}

// readManifest reads the run.json of a run directory. An error that is a
// *[FieldsError] leaves the rest of the manifest known.
func readManifest(fsys vfs.FS, dir string) (Manifest, []byte, error) {
	b, err := vfs.ReadRegular(fsys, filepath.Join(dir, ManifestFile), manifestLimit+1)
	if err != nil {
		return Manifest{}, nil, fmt.Errorf("reading the manifest: %w", err)
	}
	if len(b) > manifestLimit {
		return Manifest{}, nil, fmt.Errorf("reading the manifest: longer than %d bytes", manifestLimit)
	}
	b = bytes.TrimPrefix(b, byteOrderMark) // some editors put one there
	m, err := decodeManifest(b)
	if err != nil {
		return m, b, fmt.Errorf("reading %s: %w", filepath.Join(dir, ManifestFile), err)
	}
	return m, b, nil
}
