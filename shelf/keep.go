package shelf

import (
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
)

// keepable says what is wrong with name as that of a kept file, if anything: it must
// stay in the run directory, and never take the place of what is the run.
func keepable(name string) error {
	first, _, _ := strings.Cut(name, "/")
	switch {
	case !fs.ValidPath(name) || name == "." || strings.ContainsAny(name, "\\\x00") || !filepath.IsLocal(filepath.FromSlash(name)):
		return errors.New("the name must be a path inside the run directory, such as artifacts/model.bin")
	case strings.HasPrefix(first, "."):
		return errors.New("a name that begins with a dot belongs to the shelf")
	case ownFile(first):
		return errors.New("the run writes that file itself")
	}
	return nil
}

// ownFile reports whether every run writes a file of that name, or a part of it. Case
// is no difference, since some file systems make none.
func ownFile(name string) bool {
	name = strings.ToLower(name)
	return slices.Contains([]string{EventsFile, ManifestFile, ConfigFile, LogFile}, name) ||
		strings.HasPrefix(name, LogFile+".")
}
