package shelf

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"example.org/runshelf/internal/vfs"
)

// Run is one run as a reader found it. It is a picture of one moment; its fields
// belong to the caller.
type Run struct {
	// ID is the name of the run's directory.
	ID string
	// Dir is the run directory, as the shelf or the path was given.
	Dir string
	// Manifest is what run.json says, as far as it could be read.
	Manifest Manifest
	// Status is how the run stands, as found out when it was read.
	Status Status
	// Start is when the run started: what the manifest says, else what the id
	// says, else when the directory was last changed.
	Start time.Time
	// Problem says why fields of the manifest are unknown; nil when none is.
	Problem error

	stored []byte          // run.json, nil when it could not be read
	ctx    context.Context // of WithContext; nil without one
}

// OpenRun reads the run in the directory dir, which must not be a link itself. A
// directory with neither events.jsonl nor run.json is no run: the error is then
// [ErrNoRun], as for one that does not exist. Whatever else is wrong with the run
// is its Problem and no error.
func OpenRun(dir string) (*Run, error) { return openRun(dir, thisMachine()) }

func openRun(dir string, host machine) (*Run, error) {
	dir = filepath.Clean(dir)
	info, err := os.Lstat(dir)
	if err != nil || !info.IsDir() {
		return nil, noRun(dir)
	}
	id := info.Name()
	if id == "." || id == ".." || id == string(filepath.Separator) {
		abs, err := filepath.Abs(dir)
		if err != nil {
			return nil, fmt.Errorf("opening run %q: %w", dir, err)
		}
		id = filepath.Base(abs)
	}
	r := &Run{ID: id, Dir: dir}
	if !r.load(host) {
		return nil, noRun(dir)
	}
	return r, nil
}

// load reads the manifest and finds out the status. It reports whether there is
// a run at all.
func (r *Run) load(host machine) bool {
	r.Manifest, r.stored, r.Problem = readManifest(vfs.OS(), r.Dir)
	if errors.Is(r.Problem, fs.ErrNotExist) && !hasEvents(r.Dir) {
		return false
	}
	r.Start = startedAt(vfs.OS(), r.Dir, r.Manifest)
	r.Status = r.findStatus(host)
	if r.Status == StatusCrashed {
		// The writer may have ended between the two looks: its last word is in the
		// manifest before it lets the lock go.
		r.Manifest, r.stored, r.Problem = readManifest(vfs.OS(), r.Dir)
		r.Status = r.findStatus(host)
	}
	return true
}

// hasEvents reports whether events.jsonl exists, in whatever shape, or may exist
// for all that can be seen.
func hasEvents(dir string) bool {
	_, err := os.Lstat(filepath.Join(dir, EventsFile))
	return !errors.Is(err, fs.ErrNotExist)
}

// findStatus applies the rule: what the manifest says, but running only while
// somebody holds the lock.
func (r *Run) findStatus(host machine) Status {
	switch r.Manifest.Status {
	case StatusCompleted, StatusFailed, StatusInterrupted:
		return r.Manifest.Status
	}
	held, err := host.locked(filepath.Join(r.Dir, LockFile))
	switch {
	case err == nil && held:
		return StatusRunning
	case err != nil, r.elsewhere(host):
		return StatusUnknown
	case r.Manifest.Status == StatusRunning, r.halfMade():
		return StatusCrashed
	}
	return StatusUnknown
}

// Abandoned reports whether the writer of the run in dir has gone: nobody holds its lock,
// on this machine or, as far as can be told, on another. If run.json still says running
// when it is looked at afterwards, the run is [StatusCrashed].
func Abandoned(dir string) bool {
	held, err := vfs.Locked(filepath.Join(dir, LockFile))
	return err == nil && !held && !vfs.Remote(dir)
}

// halfMade reports whether the writer died while it made the run: it takes the
// lock before it makes the log, and writes the manifest before the first event.
func (r *Run) halfMade() bool {
	if !errors.Is(r.Problem, fs.ErrNotExist) {
		return false
	}
	lock, err := os.Lstat(filepath.Join(r.Dir, LockFile))
	if err != nil || !lock.Mode().IsRegular() {
		return false
	}
	log, err := os.Lstat(filepath.Join(r.Dir, EventsFile))
	return err == nil && log.Mode().IsRegular() && log.Size() == 0
}

// elsewhere reports whether another machine may hold the lock without this one
// seeing it.
func (r *Run) elsewhere(host machine) bool {
	if h := r.Manifest.Host; h != nil && h.Hostname != "" && h.Hostname == host.hostname {
		return false
	}
	return host.remote(r.Dir)
}

// JSON returns the stored manifest on one line, with its own keys in their order
// and its values byte for byte, but for "run_id" and "status", which are those of
// r, and "dir", which is added. Without a manifest these three are all there is.
func (r *Run) JSON() ([]byte, error) {
	members, err := parseObject(r.stored)
	if err != nil {
		members = nil
	}
	for i := range members {
		members[i].value = compact(members[i].value)
	}
	members = setMember(members, "run_id", marshal(r.ID))
	members = setMember(members, "status", marshal(r.Status))
	members = setMember(members, "dir", marshal(r.Dir))
	return appendObject(nil, members), nil
}

func setMember(members []member, key string, value []byte) []member {
	for i := range members {
		if members[i].key == key {
			members[i].value = value
			return members
		}
	}
	return append(members, member{key, value})
}

// isPath reports whether a name of a run is meant as a path.
func isPath(name string) bool {
	return name == "." || name == ".." || strings.ContainsRune(name, '/') ||
		strings.ContainsRune(name, filepath.Separator)
}
