package shelf

import (
	"path/filepath"

	"example.org/runshelf/internal/vfs"
)

// growingFiles are the files of a run for which its writer sets space aside ahead of
// what it writes (see [vfs.Ahead]). One that was killed leaves that space with them.
func growingFiles() []string { return []string{EventsFile, StdoutFile, StderrFile} }

// hasSetAside reports whether files of a run take space beyond their end. It is a waste
// and no fault. What cannot be looked at counts as in order.
func hasSetAside(fsys vfs.FS, dir string) bool {
	for _, name := range growingFiles() {
		if n, err := vfs.SetAside(fsys, filepath.Join(dir, name)); n > 0 && err == nil {
			return true
		}
	}
	return false
}

// giveBack frees that space, with the run's lock held, and returns how many bytes it
// was. It is a favour: where it cannot be done nothing is lost.
func giveBack(fsys vfs.FS, dir string) (bytes int64) {
	for _, name := range growingFiles() {
		n, _ := vfs.GiveBack(fsys, filepath.Join(dir, name))
		bytes += n
	}
	return bytes
}
