package capture

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"example.org/runshelf/event"
	"example.org/runshelf/shelf"
)

// checkGlobs refuses globs that cannot match.
func checkGlobs(globs []string) error {
	for _, glob := range globs {
		if _, err := filepath.Match(glob, ""); err != nil || glob == "" {
			return fmt.Errorf("keep %q: no glob", glob)
		}
	}
	return nil
}

// keepFiles copies the result files to artifacts/ and returns what the manifest
// says of them. They are copied, not linked: the next run of the program may
// write into the same file, and must not reach this one's.
func (r *running) keepFiles() []any {
	k := keeper{to: filepath.Join(r.dir, shelf.ArtifactsDir), names: map[string]bool{}, files: map[string]bool{}}
	if k.shelf, k.err = filepath.Abs(filepath.Dir(r.dir)); k.err == nil {
		for _, glob := range r.Keep {
			k.glob(glob)
		}
	}
	r.note("keeping files", k.err)
	return k.kept
}

// keeper copies files.
type keeper struct {
	to    string          // artifacts/
	shelf string          // is never copied into itself
	names map[string]bool // taken, below to
	files map[string]bool // copied already, by their absolute paths
	kept  []any
	err   error // all failures
}

// glob copies all that matches one glob.
func (k *keeper) glob(glob string) {
	paths, err := filepath.Glob(glob)
	if err == nil && len(paths) == 0 {
		err = fmt.Errorf("nothing matches %q", glob)
	}
	k.fail(err)
	for _, path := range paths {
		k.fail(filepath.WalkDir(path, func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				k.fail(err)
				return nil
			}
			return k.visit(path, d)
		}))
	}
}

func (k *keeper) fail(err error) { k.err = errors.Join(k.err, err) }

// visit copies one file. Links are followed; what is no regular file in the end
// is left out.
func (k *keeper) visit(path string, d fs.DirEntry) error {
	if abs, err := filepath.Abs(path); err == nil && abs == k.shelf && d.IsDir() {
		return fs.SkipDir
	}
	if abs, err := filepath.Abs(path); err == nil {
		if k.files[abs] {
			return nil // another glob has matched it too
		}
		k.files[abs] = true
	}
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() {
		if !d.IsDir() {
			k.fail(err)
		}
		return nil
	}
	k.fail(k.copy(path, info))
	return nil
}

// copy copies one file and notes it.
func (k *keeper) copy(path string, info fs.FileInfo) error {
	name := k.freeName(path)
	to := filepath.Join(k.to, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(to), 0o777); err != nil {
		return err
	}
	size, sum, err := copyFile(to, path)
	if err != nil {
		return err
	}
	k.kept = append(k.kept, event.Object{
		{Key: "path", Value: "artifacts/" + name},
		{Key: "bytes", Value: size},
		{Key: "sha256", Value: sum},
		{Key: "modified_at", Value: info.ModTime().UTC().Format(event.TimeLayout)},
	})
	_ = os.Chtimes(to, time.Time{}, info.ModTime()) // the time stands in the manifest as well
	return nil
}

// freeName returns the name of a copy: the path below the current directory, or
// what of it can stand below artifacts/.
func (k *keeper) freeName(path string) string {
	if cwd, err := os.Getwd(); err == nil && filepath.IsAbs(path) {
		if rel, err := filepath.Rel(cwd, path); err == nil && filepath.IsLocal(rel) {
			path = rel
		}
	}
	path = filepath.ToSlash(path[len(filepath.VolumeName(path)):])
	var parts []string
	for part := range strings.SplitSeq(path, "/") {
		if part != "" && part != "." && part != ".." {
			parts = append(parts, part)
		}
	}
	name := strings.Join(parts, "/")
	for free, n := name, 2; ; n++ {
		if !k.names[free] && !k.there(free) {
			k.names[free] = true
			return free
		}
		free = fmt.Sprintf("%s.%d", name, n)
	}
}

// there reports whether a name is taken by what the program has put into artifacts/
// itself, or by the changes of the work tree.
func (k *keeper) there(name string) bool {
	_, err := os.Lstat(filepath.Join(k.to, filepath.FromSlash(name)))
	return err == nil
}

// copyFile copies a file that must not be there yet, and returns its size and its
// SHA-256 in hexadecimal. Of a copy that fails nothing stays.
func copyFile(to, from string) (size int64, sum string, err error) {
	src, err := os.Open(from)
	if err != nil {
		return 0, "", err
	}
	defer src.Close()
	dst, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return 0, "", err
	}
	digest := sha256.New()
	size, err = io.CopyBuffer(dst, io.TeeReader(src, digest), make([]byte, chunkBytes))
	if err = errors.Join(err, dst.Close()); err != nil {
		err = errors.Join(err, os.Remove(to))
	}
	return size, hex.EncodeToString(digest.Sum(nil)), err
}
