package provenance

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"
)

// GitDirty reports whether the work tree that dir (empty: the current
// directory) lies in has changes that are not committed, new files that are not
// ignored among them. It asks the program git, which may take long in a large
// tree: ctx bounds it. It takes no lock and changes nothing in the repository.
//
// What lies in the directories except does not count: what is recorded there is no
// change of the code.
//
// It fails when git is missing, dir is in no work tree, or ctx ends.
func GitDirty(ctx context.Context, dir string, except ...string) (bool, error) {
	// A monitor that the repository's own configuration names is a program of
	// somebody else, and is not started.
	args := []string{"--no-optional-locks", "-c", "core.fsmonitor=false", "status", "--porcelain", "--untracked-files=normal"}
	cmd := exec.CommandContext(ctx, "git", append(args, passOver(dir, except)...)...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GIT_TERMINAL_PROMPT=0", "LC_ALL=C")
	cmd.WaitDelay = time.Second // a child of git must not hold us by its pipe
	var changes counter
	var complaint bytes.Buffer
	cmd.Stdout, cmd.Stderr = &changes, &complaint
	if err := cmd.Run(); err != nil {
		return false, fmt.Errorf("asking git about changes in %s: %w%s", cmp.Or(dir, "the current directory"), reason(ctx, err), firstLine(complaint.Bytes()))
	}
	return changes > 0, nil
}

// passOver returns the arguments that have git pass over directories, none when they lie
// elsewhere. A directory that is a link is passed over as the link and as what it names.
func passOver(dir string, except []string) []string {
	root, ok := workTree(dir)
	if !ok {
		return nil
	}
	args := []string{"--", ":(top)"}
	for _, path := range except {
		for _, place := range places(path) {
			inside, err := filepath.Rel(root, place)
			if err == nil && filepath.IsLocal(inside) && inside != "." {
				args = append(args, ":(top,exclude,literal)"+filepath.ToSlash(inside))
			}
		}
	}
	if len(args) == 2 {
		return nil
	}
	return args
}

// places are the real paths of a file, which need not exist yet: of itself, and of what
// it names when it is a link.
func places(path string) []string {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil
	}
	found := []string{filepath.Join(realAbove(filepath.Dir(path)), filepath.Base(path))}
	if real, err := filepath.EvalSymlinks(path); err == nil && !slices.Contains(found, real) {
		found = append(found, real)
	}
	return found
}

// realAbove is the real path of a directory as far as it exists.
func realAbove(dir string) string {
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		return real
	}
	parent := filepath.Dir(dir)
	if parent == dir {
		return dir
	}
	return filepath.Join(realAbove(parent), filepath.Base(dir))
}

// workTree is the real path of the work tree around dir. It is false when there is
// none, and when the environment says that it is elsewhere than files show.
func workTree(dir string) (root string, ok bool) {
	if os.Getenv("GIT_DIR") != "" || os.Getenv("GIT_WORK_TREE") != "" {
		return "", false
	}
	dir, err := filepath.Abs(dir)
	if err == nil {
		dir, err = filepath.EvalSymlinks(dir)
	}
	for err == nil {
		if _, found := openRepository(filepath.Join(dir, ".git")); found {
			return dir, true
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			break
		}
		dir = parent
	}
	return "", false
}

// reason prefers why the context ended to how the process did.
func reason(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	return err
}

// firstLine returns what git complained about, for the end of an error.
func firstLine(complaint []byte) string {
	line, _, _ := bytes.Cut(bytes.TrimSpace(complaint), []byte("\n"))
	if len(line) == 0 {
		return ""
	}
	return ": " + RedactText(string(line))
}

// counter counts the bytes written to it and keeps none.
type counter int64

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}
