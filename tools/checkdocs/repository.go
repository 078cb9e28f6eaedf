package main

import (
	"bytes"
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"strings"
)

// repository asks git about one folder.
type repository struct{ dir string }

// git runs one command and returns what it printed.
func (r repository) git(args ...string) (string, error) {
	command := exec.Command("git", args...)
	command.Dir = r.dir
	var said bytes.Buffer
	command.Stderr = &said
	out, err := command.Output()
	if err != nil {
		return "", fmt.Errorf("git %s: %w: %s", args[0], err, strings.TrimSpace(said.String()))
	}
	return string(out), nil
}

// base returns the commit to compare with and where it comes from. It is empty
// when there is none, and the second result says why.
func (r repository) base(asked string) (commit, why string, err error) {
	if _, err := r.git("rev-parse", "--git-dir"); err != nil {
		if asked != "" || errors.Is(err, exec.ErrNotFound) {
			return "", "", err
		}
		return "", err.Error(), nil
	}
	if asked != "" {
		commit, err = r.git("rev-parse", "--verify", "--quiet", "--end-of-options", asked+"^{commit}")
		if err != nil {
			return "", "", fmt.Errorf("finding the base %q: %w", asked, err)
		}
		return strings.TrimSpace(commit), asked, nil
	}
	for _, branch := range []string{"origin/main", "main"} {
		commit, err := r.git("merge-base", "HEAD", branch)
		if err == nil {
			return strings.TrimSpace(commit), "the merge base with " + branch, nil
		}
	}
	return "", "there is no merge base with origin/main or main", nil
}

// files returns every file that git tracks or would track.
func (r repository) files() ([]string, error) {
	return r.list("ls-files", "-z", "--cached", "--others", "--exclude-standard")
}

// changed returns the files that differ between a commit and now. A renamed file
// counts under both names.
func (r repository) changed(base string) ([]string, error) {
	tracked, err := r.list("diff", "--name-only", "--no-renames", "--relative", "-z", base, "--")
	if err != nil {
		return nil, err
	}
	fresh, err := r.list("ls-files", "-z", "--others", "--exclude-standard")
	if err != nil {
		return nil, err
	}
	all := slices.Concat(tracked, fresh)
	slices.Sort(all)
	return slices.Compact(all), nil
}

// list runs a command that prints names ended by NUL bytes.
func (r repository) list(args ...string) ([]string, error) {
	out, err := r.git(args...)
	if err != nil {
		return nil, fmt.Errorf("listing files: %w", err)
	}
	names := strings.Split(out, "\x00")
	return slices.DeleteFunc(names, func(name string) bool { return name == "" }), nil
}
