package provenance

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"os"
	"os/exec"
	"time"
)

// GitDirty reports whether the work tree that dir (empty: the current
// directory) lies in has changes that are not committed, new files that are not
// ignored among them. It asks the program git, which may take long in a large
// tree: ctx bounds it. It takes no lock and changes nothing in the repository.
//
// It fails when git is missing, dir is in no work tree, or ctx ends.
func GitDirty(ctx context.Context, dir string) (bool, error) {
	// A monitor that the repository's own configuration names is a program of
	// somebody else, and is not started.
	cmd := exec.CommandContext(ctx, "git", "--no-optional-locks", "-c", "core.fsmonitor=false",
		"status", "--porcelain", "--untracked-files=normal")
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
