package provenance

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// repo makes a repository with one commit on the branch main, in which the
// configuration of whoever runs the test has no say.
func repo(t *testing.T) string {
	t.Helper()
	isolate(t)
	dir := realDir(t)
	git(t, dir, "init", "-q", "-b", "main")
	commit(t, dir, "a")
	return dir
}

func isolate(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("skipped: the program git is not installed")
	}
	for _, name := range []string{"GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"} {
		t.Setenv(name, os.DevNull)
	}
	for _, name := range []string{"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY"} {
		t.Setenv(name, "") // so that it is put back afterwards
		os.Unsetenv(name)
	}
}

// realDir is a fresh directory by its real path.
func realDir(t *testing.T) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func git(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.Command("git", append([]string{"-c", "user.name=n", "-c", "user.email=e@example.org", "-c", "protocol.file.allow=always"}, args...)...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("git %q: %v\n%s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

func commit(t *testing.T, dir, name string) {
	t.Helper()
	write(t, filepath.Join(dir, name), name)
	git(t, dir, "add", name)
	git(t, dir, "commit", "-q", "-m", name)
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

func expectGit(t *testing.T, dir, branch string) {
	t.Helper()
	want := Git{Commit: git(t, dir, "rev-parse", "HEAD"), Branch: branch}
	if got, ok := ReadGit(dir); !ok || got != want {
		t.Errorf("ReadGit = %+v, %v; want %+v", got, ok, want)
	}
}

func TestReadGitBranch(t *testing.T) {
	dir := repo(t)
	expectGit(t, dir, "main")
	git(t, dir, "checkout", "-q", "-b", "feature/deep/x")
	commit(t, dir, "b")
	expectGit(t, dir, "feature/deep/x")
}

func TestReadGitFromBelow(t *testing.T) {
	dir := repo(t)
	below := filepath.Join(dir, "x", "y")
	if err := os.MkdirAll(filepath.Join(below, ".git"), 0o755); err != nil { // not a repository
		t.Fatal(err)
	}
	expectGit(t, below, "main")
	link := filepath.Join(realDir(t), "link")
	if err := os.Symlink(below, link); err != nil {
		t.Fatal(err)
	}
	expectGit(t, link, "main")
	t.Chdir(below)
	want, _ := ReadGit(dir)
	if got, ok := ReadGit(""); !ok || got != want {
		t.Errorf("in the current directory: %+v, %v; want %+v", got, ok, want)
	}
}

func TestReadGitPacked(t *testing.T) {
	dir := repo(t)
	git(t, dir, "branch", "other")
	git(t, dir, "tag", "-a", "-m", "t", "v1")
	git(t, dir, "pack-refs", "--all")
	if _, err := os.Stat(filepath.Join(dir, ".git/refs/heads/main")); err == nil {
		t.Fatal("the branch was not packed")
	}
	expectGit(t, dir, "main")
	commit(t, dir, "b") // its own file again, newer than the packed one
	expectGit(t, dir, "main")
}

func TestReadGitDetached(t *testing.T) {
	dir := repo(t)
	git(t, dir, "checkout", "-q", "--detach")
	expectGit(t, dir, "")
}

func TestReadGitSHA256(t *testing.T) {
	isolate(t)
	dir := realDir(t)
	git(t, dir, "init", "-q", "-b", "main", "--object-format=sha256")
	commit(t, dir, "a")
	expectGit(t, dir, "main")
}

func TestReadGitUnborn(t *testing.T) {
	isolate(t)
	dir := realDir(t)
	git(t, dir, "init", "-q", "-b", "main")
	if got, ok := ReadGit(dir); !ok || got != (Git{Branch: "main"}) {
		t.Errorf("ReadGit = %+v, %v; want the branch alone", got, ok)
	}
}

func TestReadGitWorktree(t *testing.T) {
	dir := repo(t)
	git(t, dir, "remote", "add", "origin", "git@example.org:o/r.git")
	tree := filepath.Join(realDir(t), "tree")
	git(t, dir, "worktree", "add", "-q", "-b", "side/x", tree)
	commit(t, tree, "b")
	for _, packed := range []bool{false, true} {
		if packed {
			git(t, dir, "pack-refs", "--all")
		}
		want := Git{Commit: git(t, tree, "rev-parse", "HEAD"), Branch: "side/x", Remote: "git@example.org:o/r.git"}
		if got, ok := ReadGit(tree); !ok || got != want {
			t.Errorf("packed %v: ReadGit = %+v, %v; want %+v", packed, got, ok, want)
		}
	}
}

func TestReadGitSubmodule(t *testing.T) {
	inner, outer := repo(t), repo(t)
	commit(t, inner, "b")
	git(t, outer, "submodule", "--quiet", "add", inner, "sub")
	sub := filepath.Join(outer, "sub")
	want := Git{Commit: git(t, inner, "rev-parse", "HEAD"), Branch: "main", Remote: inner}
	if got, ok := ReadGit(sub); !ok || got != want {
		t.Errorf("ReadGit = %+v, %v; want %+v", got, ok, want)
	}
}

func TestReadGitDirVariable(t *testing.T) {
	dir, other := repo(t), realDir(t)
	want, _ := ReadGit(dir)
	for _, value := range []string{filepath.Join(dir, ".git"), filepath.Join("..", filepath.Base(dir), ".git")} {
		t.Setenv("GIT_DIR", value)
		from := other
		if !filepath.IsAbs(value) {
			from = filepath.Join(dir, "..", filepath.Base(dir))
		}
		if got, ok := ReadGit(from); !ok || got != want {
			t.Errorf("GIT_DIR=%s: ReadGit = %+v, %v; want %+v", value, got, ok, want)
		}
	}
	t.Setenv("GIT_DIR", filepath.Join(other, "nothing"))
	if got, ok := ReadGit(dir); ok {
		t.Errorf("GIT_DIR of nothing: ReadGit = %+v, want none", got)
	}
}

func TestReadGitRemote(t *testing.T) {
	dir := repo(t)
	git(t, dir, "remote", "add", "origin", "https://u:hunter2@example.org/o/r.git")
	git(t, dir, "remote", "add", "another", "https://example.org/x.git")
	got, ok := ReadGit(dir)
	if want := "https://[redacted]@example.org/o/r.git"; !ok || got.Remote != want {
		t.Errorf("Remote = %q, %v; want %q", got.Remote, ok, want)
	}
}

func TestReadGitRemoteAsGitDoes(t *testing.T) {
	dir := repo(t)
	config := filepath.Join(dir, ".git/config")
	before, err := os.ReadFile(config)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{
		"", "[remote \"origin\"]\n", "[remote \"origin\"]\n\turl = /srv/a\n", "[Remote \"origin\"]\n\tURL=/srv/a",
		"[remote \"Origin\"]\n\turl = /srv/b\n", "[remote \"origin\"] url = /srv/a\n", "[remote \"originx\"]\n\turl = /srv/b\n",
		"[remote \"origin\"]\n\turl = \"/srv/a # b\" ; c\n", "[remote \"origin\"]\n\turl = /srv/a # b\n", "[remote \"origin\"]\n\turl = /srv/\\\na\n",
		"[remote \"origin\"]\r\n\turl = /srv/a\r\n", "[remote \"origin\"]\n\t# url = /srv/b\n\turl = /srv/a\n\turl = /srv/c\n",
		"[remote \"origin\"]\n\turl = /srv/\\\"a\\\\b\n", "[remote \"x\"]\n\turl = /srv/b\n[remote \"origin\"]\n\tfetch = +a:b\n\turl = /srv/a\n[x]\n\turl = /srv/c\n",
	} {
		write(t, config, string(before)+text)
		want := ""
		if out, err := exec.Command("git", "-C", dir, "config", "--get-all", "remote.origin.url").Output(); err == nil {
			want, _, _ = strings.Cut(string(out), "\n")
		}
		if got, ok := ReadGit(dir); !ok || got.Remote != want {
			t.Errorf("of %q: Remote = %q, %v; want %q", text, got.Remote, ok, want)
		}
	}
}

func TestReadGitNone(t *testing.T) {
	isolate(t)
	if got, ok := ReadGit(realDir(t)); ok {
		t.Errorf("outside a repository: %+v", got)
	}
	if got, ok := ReadGit(filepath.Join(realDir(t), "missing")); ok {
		t.Errorf("in a missing directory: %+v", got)
	}
}

func TestReadGitOddFiles(t *testing.T) {
	hash := strings.Repeat("a1", 20)
	for _, tc := range []struct {
		name  string
		files map[string]string
		want  Git
		ok    bool
	}{
		{"plain", map[string]string{".git/HEAD": "ref: refs/heads/x\n", ".git/refs/heads/x": hash + "\n"}, Git{Commit: hash, Branch: "x"}, true},
		{"no space, line end of Windows", map[string]string{".git/HEAD": "ref:refs/heads/x\r\n", ".git/refs/heads/x": hash + "\r\n"}, Git{Commit: hash, Branch: "x"}, true},
		{"reference to a reference", map[string]string{".git/HEAD": "ref: refs/heads/x", ".git/refs/heads/x": "ref: refs/heads/y", ".git/refs/heads/y": hash}, Git{Commit: hash, Branch: "x"}, true},
		{"reference to itself", map[string]string{".git/HEAD": "ref: refs/heads/x", ".git/refs/heads/x": "ref: refs/heads/x"}, Git{Branch: "x"}, true},
		{"reference out of the directory", map[string]string{".git/HEAD": "ref: refs/heads/x", ".git/refs/heads/x": "ref: refs/../../y", "y": hash}, Git{Branch: "x"}, true},
		{"HEAD out of the directory", map[string]string{".git/HEAD": "ref: refs/../../y", "y": hash}, Git{}, false},
		{"HEAD with an escape", map[string]string{".git/HEAD": "ref: refs/heads/\x1b[2J"}, Git{}, false},
		{"broken branch, packed", map[string]string{".git/HEAD": "ref: refs/heads/x", ".git/refs/heads/x": "zzz", ".git/packed-refs": "# pack-refs\n^" + hash + "\n\n" + hash + " refs/heads/x"}, Git{Commit: hash, Branch: "x"}, true},
		{"reftable", map[string]string{".git/HEAD": "ref: refs/heads/.invalid\n", ".git/refs/heads": "this repository uses the reftable format", ".git/reftable/tables.list": ""}, Git{}, false},
		{"empty HEAD", map[string]string{".git/HEAD": ""}, Git{}, false},
		{"binary HEAD", map[string]string{".git/HEAD": "\x00\xff" + strings.Repeat("x", 5000)}, Git{}, false},
		{"short hash", map[string]string{".git/HEAD": "a1a1"}, Git{}, false},
		{"file that names nothing", map[string]string{".git": "hello"}, Git{}, false},
		{"file that names itself", map[string]string{".git": "gitdir: .git"}, Git{}, false},
		{"file that names a directory", map[string]string{".git": "gitdir: g\n", "g/HEAD": hash}, Git{Commit: hash}, true},
		{"common directory gone", map[string]string{".git/HEAD": hash, ".git/commondir": "../gone"}, Git{Commit: hash}, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			isolate(t)
			dir := realDir(t)
			for name, content := range tc.files {
				write(t, filepath.Join(dir, name), content)
			}
			if got, ok := ReadGit(dir); ok != tc.ok || got != tc.want {
				t.Errorf("ReadGit = %+v, %v; want %+v, %v", got, ok, tc.want, tc.ok)
			}
		})
	}
}

func TestReadGitHeadLink(t *testing.T) {
	dir := repo(t)
	head := filepath.Join(dir, ".git/HEAD")
	if err := os.Remove(head); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("refs/heads/main", head); err != nil {
		t.Fatal(err)
	}
	expectGit(t, dir, "main")
}

func TestGitDirty(t *testing.T) {
	dir := repo(t)
	expectDirty := func(want bool) {
		t.Helper()
		if got, err := GitDirty(context.Background(), dir); err != nil || got != want {
			t.Errorf("GitDirty = %v, %v; want %v", got, err, want)
		}
	}
	expectDirty(false)
	write(t, filepath.Join(dir, "a"), "changed")
	expectDirty(true)
	git(t, dir, "add", "a")
	expectDirty(true)
	git(t, dir, "commit", "-q", "-m", "b")
	expectDirty(false)
	write(t, filepath.Join(dir, "new"), "")
	expectDirty(true)
	write(t, filepath.Join(dir, ".git/info/exclude"), "new\n")
	expectDirty(false)
}

// What is recorded inside the tree is no change of it: also below a directory that is
// new itself, through links, and with names that git would take for patterns.
func TestGitDirtyExcept(t *testing.T) {
	dir := repo(t)
	below := filepath.Join(dir, "sub")
	commit(t, dir, "sub/b")
	elsewhere := realDir(t)
	for _, name := range []string{"logs", "out/runs", "lo[gs]", "sub/logs"} {
		shelf := filepath.Join(dir, filepath.FromSlash(name))
		expect := func(want bool, except ...string) {
			t.Helper()
			for _, from := range []string{dir, below} {
				if got, err := GitDirty(context.Background(), from, except...); err != nil || got != want {
					t.Errorf("%s from %s except %q: %v, %v; want %v", name, from, except, got, err, want)
				}
			}
		}
		expect(false, shelf)
		write(t, filepath.Join(shelf, "run_1/events.jsonl"), "{}")
		expect(true)
		expect(true, elsewhere)
		expect(true, dir)
		expect(false, shelf)
		expect(false, elsewhere, shelf)
		other := filepath.Join(filepath.Dir(shelf), "new")
		write(t, other, "")
		expect(true, shelf)
		if err := errors.Join(os.Remove(other), os.RemoveAll(shelf)); err != nil {
			t.Fatal(err)
		}
	}
	if got := passOver(below, []string{filepath.Join(below, "no", "such", "shelf")}); len(got) != 3 || got[2] != ":(top,exclude,literal)sub/no/such/shelf" {
		t.Errorf("a shelf that is still to be made: %q", got)
	}
	link := filepath.Join(dir, "linked")
	if err := os.Symlink(elsewhere, link); err != nil {
		t.Fatal(err)
	}
	if got, err := GitDirty(context.Background(), dir, link); err != nil || got {
		t.Errorf("the shelf is a link: %v, %v", got, err)
	}
	through := filepath.Join(elsewhere, "tree")
	if err := os.Symlink(dir, through); err != nil {
		t.Fatal(err)
	}
	if got, err := GitDirty(context.Background(), through, filepath.Join(through, "linked")); err != nil || got {
		t.Errorf("the tree is reached by a link: %v, %v", got, err)
	}
}

// What a program made since it began is no change of the tree that it began with; all that
// was there is, also when the program writes to it.
func TestGitDirtySince(t *testing.T) {
	dir := repo(t)
	commit(t, dir, "sub/b")
	if err := os.MkdirAll(filepath.Join(dir, "empty"), 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "old"), "")
	write(t, filepath.Join(dir, "mixed/old"), "")
	if _, ok := birth(filepath.Join(dir, "old")); !ok {
		t.Skip("skipped: the system does not tell when a file was made")
	}
	since := later(t)
	expect := func(want bool, what string) {
		t.Helper()
		for _, from := range []string{dir, filepath.Join(dir, "sub")} {
			if got, err := GitDirtySince(context.Background(), from, since); err != nil || got != want {
				t.Errorf("%s: %v, %v; want %v", what, got, err, want)
			}
		}
	}
	expect(true, "an old file")
	write(t, filepath.Join(dir, "old"), "written to")
	expect(true, "an old file that is written to")
	if err := os.Remove(filepath.Join(dir, "old")); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "mixed/new"), "")
	expect(true, "an old file beside a new one")
	if err := os.RemoveAll(filepath.Join(dir, "mixed")); err != nil {
		t.Fatal(err)
	}
	expect(false, "nothing")
	write(t, filepath.Join(dir, "new line\n \"é\""), "")
	write(t, filepath.Join(dir, "sub/new"), "")
	write(t, filepath.Join(dir, "made/below/new"), "")
	write(t, filepath.Join(dir, "empty/new"), "")
	expect(false, "new files")
	if got, err := GitDirty(context.Background(), dir); err != nil || !got {
		t.Errorf("at last: %v, %v", got, err)
	}
	write(t, filepath.Join(dir, "a"), "changed")
	expect(true, "a file that git knows")
	git(t, dir, "checkout", "-q", "a")
	expect(false, "new files again")
	git(t, dir, "mv", "a", "renamed")
	expect(true, "a file that git knows under another name")
}

// later returns a time that is after all files that there are, and before all that are made from
// now on.
func later(t *testing.T) time.Time {
	t.Helper()
	since := time.Now()
	for probe := filepath.Join(realDir(t), "probe"); ; {
		write(t, probe, "")
		made, ok := birth(probe)
		if !ok {
			t.Skip("skipped: the system does not tell when a file was made")
		}
		if made.After(since) {
			return since
		}
		if err := os.Remove(probe); err != nil {
			t.Fatal(err)
		}
	}
}

// Of many changes the first is enough.
func TestGitDirtyOfMany(t *testing.T) {
	dir := repo(t)
	for i := range 3000 {
		write(t, filepath.Join(dir, strings.Repeat("n", 100)+strconv.Itoa(i)), "")
	}
	for _, since := range []time.Time{{}, time.Now()} {
		if got, err := GitDirtySince(context.Background(), dir, since); err != nil || !got {
			t.Errorf("since %v: %v, %v", since, got, err)
		}
	}
}

func TestGitDirtyFails(t *testing.T) {
	isolate(t)
	outside := realDir(t)
	if _, err := GitDirty(context.Background(), outside); err == nil || !strings.Contains(err.Error(), "not a git repository") {
		t.Errorf("outside a repository: %v", err)
	}
	if _, err := GitDirty(context.Background(), filepath.Join(outside, "missing")); err == nil {
		t.Error("in a missing directory: no error")
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := GitDirty(ctx, outside); err == nil || !strings.Contains(err.Error(), context.Canceled.Error()) {
		t.Errorf("with a context that ended: %v", err)
	}
	t.Setenv("PATH", outside)
	if _, err := GitDirty(context.Background(), outside); err == nil || !strings.Contains(err.Error(), "executable file not found") {
		t.Errorf("without git: %v", err)
	}
}

func FuzzReadGit(f *testing.F) {
	f.Add("ref: refs/heads/main\n", strings.Repeat("a1", 20)+" refs/heads/main\n", "[remote \"origin\"]\n\turl = https://u:p@h/\n")
	f.Add("", "^", "[")
	f.Add("ref: refs/heads/\\", "# x", "[remote \"origin\"]url=\"\\")
	f.Fuzz(func(t *testing.T, head, packed, config string) {
		isolate(t)
		dir := realDir(t)
		for name, content := range map[string]string{"HEAD": head, "packed-refs": packed, "config": config} {
			write(t, filepath.Join(dir, ".git", name), content)
		}
		got, ok := ReadGit(dir)
		if got.Commit != "" && !isHash(got.Commit) || !ok && got != (Git{}) {
			t.Errorf("ReadGit = %+v, %v", got, ok)
		}
		if again := RedactURL(got.Remote); again != got.Remote {
			t.Errorf("Remote %q is %q when redacted again", got.Remote, again)
		}
	})
}
