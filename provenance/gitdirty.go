package provenance

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
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
	return GitDirtySince(ctx, dir, time.Time{}, except...)
}

// GitDirtySince is GitDirty for a tree in which a program has been at work since a time:
// new files that were made after it do not count, where the system tells when a file was
// made. Whatever was there before counts, and so does every change of a file that git knows.
func GitDirtySince(ctx context.Context, dir string, since time.Time, except ...string) (bool, error) {
	ctx, enough := context.WithCancelCause(ctx)
	defer enough(nil)
	// A monitor that the repository's own configuration names is a program of
	// somebody else, and is not started.
	args := []string{"--no-optional-locks", "-c", "core.fsmonitor=false", "status", "--porcelain", "-z", "--untracked-files=normal"}
	cmd := exec.CommandContext(ctx, "git", append(args, passOver(dir, except)...)...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GIT_TERMINAL_PROMPT=0", "LC_ALL=C")
	cmd.WaitDelay = time.Second // a child of git must not hold us by its pipe
	changes := &changes{since: since, found: func() { enough(errFound) }}
	changes.root, changes.rooted = workTree(dir)
	var complaint bytes.Buffer
	cmd.Stdout, cmd.Stderr = changes, &complaint
	if err := cmd.Run(); err != nil && !changes.any {
		return false, fmt.Errorf("asking git about changes in %s: %w%s", cmp.Or(dir, "the current directory"), reason(ctx, err), firstLine(complaint.Bytes()))
	}
	return changes.any || len(changes.entry) > 0, nil
}

// errFound ends git when one change is known.
var errFound = errors.New("there is a change")

// changes reads what git says has changed, up to the first that counts.
type changes struct {
	root   string // of the work tree
	rooted bool   // it is known
	since  time.Time
	found  func() // called once
	any    bool
	entry  []byte // that has not ended
}

// longestEntry is longer than a path can be, in bytes.
const longestEntry = 64 << 10

func (c *changes) Write(p []byte) (int, error) {
	for rest := p; len(rest) > 0 && !c.any; {
		part, behind, ended := bytes.Cut(rest, []byte{0})
		c.entry, rest = append(c.entry, part...), behind
		if ended && c.counts(string(c.entry)) || len(c.entry) > longestEntry {
			c.any = true
			c.found()
		}
		if ended {
			c.entry = c.entry[:0]
		}
	}
	return len(p), nil
}

// counts reports whether an entry tells of something that was there before.
func (c *changes) counts(entry string) bool {
	path, isNew := strings.CutPrefix(entry, "?? ")
	return !isNew || c.since.IsZero() || !c.rooted || !madeSince(filepath.Join(c.root, filepath.FromSlash(path)), c.since)
}

// mostMade is how many files of a new directory are looked at.
const mostMade = 1000

// madeSince reports whether a file was made after a time, or a directory, or all that is in
// it.
func madeSince(path string, since time.Time) bool {
	if made, ok := birth(path); !ok || made.After(since) {
		return ok
	}
	files := 0
	err := filepath.WalkDir(path, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if files++; files > mostMade {
			return errFound
		}
		if made, ok := birth(path); !ok || !made.After(since) {
			return errFound
		}
		return nil
	})
	return err == nil && files > 0
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
