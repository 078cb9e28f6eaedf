package capture

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"example.org/runshelf"
	"example.org/runshelf/provenance"
	"example.org/runshelf/shelf"
)

// gitTimeout bounds what is asked of git before the program starts.
const gitTimeout = time.Minute

// requireClean refuses a work tree with uncommitted changes when that is wanted. The
// runs on the shelf are none.
func (o Options) requireClean() error {
	if !o.RequireClean {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), gitTimeout)
	defer cancel()
	dirty, err := provenance.GitDirty(ctx, o.Run.SourceDir, cmp.Or(o.Run.LogsDir, runshelf.DefaultLogsDir))
	if err != nil {
		return fmt.Errorf("a clean work tree is required: %w", err)
	}
	if dirty {
		return errors.New("a clean work tree is required, and this one has uncommitted changes")
	}
	return nil
}

// diffFile is where the uncommitted changes are kept.
const diffFile = "git.diff"

// longestDiff bounds the changes that are kept, in bytes.
const longestDiff = 32 << 20

// keepDiff keeps the uncommitted changes of tracked files, when that is wanted,
// before the program can change more. Secrets in them are redacted. A tree without
// changes leaves no file.
func (r *running) keepDiff() {
	if !r.GitDiff {
		return
	}
	diff, err := readDiff(r.Run.SourceDir)
	if err == nil && len(diff) > 0 {
		err = r.writeArtifact(diffFile, provenance.RedactText(diff))
	}
	r.note("keeping the uncommitted changes", err)
}

// readDiff asks git for the changes. Programs that the repository's own
// configuration names are not started.
func readDiff(dir string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), gitTimeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, "git", "--no-optional-locks", "-c", "core.fsmonitor=false",
		"diff", "--no-ext-diff", "--no-textconv", "--no-color", "--binary", "HEAD")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GIT_TERMINAL_PROMPT=0", "LC_ALL=C")
	cmd.WaitDelay = time.Second
	var diff, complaint bytes.Buffer
	cmd.Stdout, cmd.Stderr = &diff, &complaint
	if err := cmd.Run(); err != nil {
		line, _, _ := strings.Cut(strings.TrimSpace(complaint.String()), "\n")
		if strings.HasPrefix(line, "warning: Not a git repository") { // its advice is for others
			return "", errors.New("there is no git repository here")
		}
		return "", fmt.Errorf("git diff: %w: %s", err, provenance.RedactText(line))
	}
	if diff.Len() > longestDiff {
		return "", fmt.Errorf("git diff: %d bytes are too many to keep", diff.Len())
	}
	return diff.String(), nil
}

// writeArtifact writes a new file below artifacts/.
func (r *running) writeArtifact(name, content string) error {
	path := filepath.Join(r.dir, shelf.ArtifactsDir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	_, err = file.WriteString(content)
	return errors.Join(err, file.Close())
}
