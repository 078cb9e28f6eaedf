package shelf

import (
	"os"
	"path/filepath"

	"example.org/runshelf/internal/vfs"
)

// Shelf is a directory of runs. It holds no state but its name.
type Shelf struct {
	dir  string
	fs   vfs.FS
	host machine
}

// New returns the shelf in dir. It touches nothing: the directory is made with
// the first run, and one that is missing is an empty shelf.
func New(dir string) *Shelf {
	if dir == "" {
		dir = "."
	}
	return &Shelf{dir: filepath.Clean(dir), fs: vfs.OS(), host: thisMachine()}
}

// Dir returns the directory, as given to [New] but cleaned.
func (s *Shelf) Dir() string { return s.dir }

// machine is what the status of a run depends on besides the run.
type machine struct {
	hostname string
	// remote reports whether a directory lies on a file system whose locks tell
	// nothing about other machines.
	remote func(dir string) bool
	// locked reports whether somebody holds the lock of a file.
	locked func(path string) (bool, error)
}

func thisMachine() machine {
	// Without a name every run of a network file system is from elsewhere,
	// which errs on the safe side.
	name, _ := os.Hostname()
	return machine{hostname: name, remote: vfs.Remote, locked: vfs.Locked}
}
