package provenance

import (
	"os"
	"path/filepath"
	"strings"
)

// Git is the state of the code that ran.
type Git struct {
	// Commit is the full hash of HEAD, empty on a branch without a commit.
	Commit string
	// Branch is the short name of the branch, empty when HEAD is detached.
	Branch string
	// Dirty says whether the work tree differs from the commit; nil is unknown.
	Dirty *bool
	// Remote is the URL of origin, redacted; empty when there is none.
	Remote string
}

// ReadGit describes the repository that dir (empty: the current directory) lies
// in, or the one that the environment variable GIT_DIR names. It reads the few
// small files it needs and starts no program, so it is quick; whether the tree is
// dirty it leaves unknown, see [GitDirty].
//
// It is false when there is no repository, when its HEAD cannot be understood,
// and when references are kept in the reftable format, which it does not read.
func ReadGit(dir string) (Git, bool) {
	repo, ok := findRepository(dir)
	if !ok {
		return Git{}, false
	}
	head, ok := repo.head()
	if !ok {
		return Git{}, false
	}
	g := Git{Remote: RedactURL(repo.originURL())}
	if ref, symbolic := strings.CutPrefix(head, refPrefix); symbolic {
		g.Branch = strings.TrimPrefix(ref, "refs/heads/")
		g.Commit = repo.resolve(ref)
	} else {
		g.Commit = head
	}
	return g, true
}

// repository is where git keeps what it knows. In a linked work tree HEAD is in
// gitDir while branches and the configuration are in commonDir; otherwise the
// two are one.
type repository struct {
	gitDir, commonDir string
}

// findRepository looks upwards from dir, as git does.
func findRepository(dir string) (repository, bool) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return repository{}, false
	}
	if named := os.Getenv("GIT_DIR"); named != "" {
		return openRepository(against(dir, named))
	}
	// git goes up the real path, not the one through links.
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		dir = real
	}
	for {
		if repo, ok := openRepository(filepath.Join(dir, ".git")); ok {
			return repo, true
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return repository{}, false
		}
		dir = parent
	}
}

// openRepository accepts a git directory, or a file that names one, as linked
// work trees and submodules have it.
func openRepository(path string) (repository, bool) {
	info, err := os.Stat(path)
	if err != nil {
		return repository{}, false
	}
	if !info.IsDir() {
		text, err := readSmall(path)
		target, found := strings.CutPrefix(text, "gitdir:")
		if err != nil || !found {
			return repository{}, false
		}
		path = against(filepath.Dir(path), strings.TrimSpace(target))
	}
	repo := repository{gitDir: path, commonDir: path}
	if common, err := readSmall(filepath.Join(path, "commondir")); err == nil {
		repo.commonDir = against(path, common)
	}
	_, ok := repo.head()
	return repo, ok
}

// against returns path as seen from dir.
func against(dir, path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(dir, path)
}
