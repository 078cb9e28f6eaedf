package shelf

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"time"

	"example.org/runshelf/internal/vfs"
)

// Edit changes what a person says about the run that name names: its name, tags,
// notes and pin. The log of a run that was killed is completed from its tail
// first. The run may be alive; its writer then keeps these fields, and
// may overwrite any other that change sets. An error of change is returned as it
// is and nothing is written.
//
// A run without a manifest gets one. A manifest that cannot be read is not
// replaced, since it may hold what somebody can still save.
func (s *Shelf) Edit(name string, change func(*Manifest) error) error {
	r, err := s.Find(name)
	if err != nil {
		return err
	}
	if err := recoverTail(s.fs, r.Dir); err != nil {
		return fmt.Errorf("changing run %s: %w", r.ID, err)
	}
	if err := awaitManifest(s.fs, r.Dir); err != nil {
		return fmt.Errorf("changing run %s: %w", r.ID, err)
	}
	locked, release := lockDir(s.fs, r.Dir)
	defer release()
	m, stored, err := readManifest(s.fs, r.Dir)
	var misfit *FieldsError
	switch {
	case err == nil, errors.As(err, &misfit):
	case errors.Is(err, fs.ErrNotExist), stored != nil && len(stored) == 0:
		m = Manifest{Format: ManifestFormat, RunID: r.ID}
	default:
		return fmt.Errorf("changing run %s: %w", r.ID, err)
	}
	if err := change(&m); err != nil {
		return err
	}
	if _, err := writeManifest(s.fs, r.Dir, &m, locked); err != nil {
		return fmt.Errorf("changing run %s: %w", r.ID, err)
	}
	return nil
}

// errBeingMade says that a run is not there yet.
var errBeingMade = errors.New("the run is just being made")

// awaitManifest waits for the manifest of a run that is being made. Whoever makes a run
// counts on being alone in its directory until then; a manifest that somebody else had put
// there would take its place from the one that is on its way.
func awaitManifest(fsys vfs.FS, dir string) error {
	const step = 5 * time.Millisecond
	for waited := time.Duration(0); ; waited += step {
		if _, err := fsys.Lstat(filepath.Join(dir, ManifestFile)); !errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if held, err := vfs.Locked(filepath.Join(dir, LockFile)); err != nil || !held {
			return nil
		}
		if waited > lockWait {
			return errBeingMade
		}
		time.Sleep(step)
	}
}
