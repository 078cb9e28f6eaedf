package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const planted = `couplings:
  - name: bytes
    code: [shelf/**, event/*.go]
    except: ["**/*_test.go"]
    documents: [docs/format.md, docs/architecture/*.md]
  - name: commands
    code: [cmd/**]
    documents: [docs/cli.md]
`

// project is a planted repository on the branch main with one commit.
type project struct {
	t   *testing.T
	dir string
}

func plant(t *testing.T) project {
	t.Helper()
	p := project{t, t.TempDir()}
	p.git("init", "-q", "-b", "main")
	for _, name := range []string{
		"shelf/run.go", "shelf/run_test.go", "shelf/deep/er.go", "event/event.go", "cmd/x/main.go",
		"docs/format.md", "docs/architecture/overview.md", "docs/cli.md", "README.md",
	} {
		p.write(name, "first\n")
	}
	p.write("docs/coupling.yaml", planted)
	p.write(".gitignore", "logs/\n")
	p.commit()
	return p
}

// git runs git without the settings of whoever runs the test.
func (p project) git(args ...string) string {
	p.t.Helper()
	command := exec.Command("git", args...)
	command.Dir = p.dir
	command.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_SYSTEM="+os.DevNull,
		"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.org", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.org")
	out, err := command.CombinedOutput()
	if err != nil {
		p.t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return strings.TrimSpace(string(out))
}

func (p project) write(name, content string) {
	p.t.Helper()
	name = filepath.Join(p.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		p.t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o666); err != nil {
		p.t.Fatal(err)
	}
}

func (p project) commit() {
	p.t.Helper()
	p.git("add", "--all")
	p.git("commit", "-q", "-m", "step")
}

// check wants an exit code and a text among what is printed.
func (p project) check(code int, want string, args ...string) {
	p.t.Helper()
	var stdout, stderr strings.Builder
	got := run(append([]string{"--dir", p.dir}, args...), &stdout, &stderr)
	if all := stdout.String() + stderr.String(); got != code || !strings.Contains(all, want) {
		p.t.Errorf("exit %d, want %d with %q\n%s", got, code, want, all)
	}
}

func TestCoupling(t *testing.T) {
	for _, c := range []struct {
		name    string
		changes string
		code    int
		want    string
	}{
		{"nothing", "", 0, "0 files differ"},
		{"code alone", "shelf/run.go", 1, "FAIL  bytes: code changed and no document did\n        shelf/run.go\n"},
		{"deep code alone", "shelf/deep/er.go", 1, "bring one of these up to date: docs/format.md, docs/architecture/*.md"},
		{"new code alone", "event/new.go", 1, "event/new.go"},
		{"code with a document", "shelf/run.go docs/format.md", 0, "ok    bytes: 1 files of code, and docs/format.md"},
		{"code with a matched document", "event/event.go docs/architecture/new.md", 0, "docs/architecture/new.md"},
		{"code with another's document", "shelf/run.go docs/cli.md", 1, "FAIL  bytes"},
		{"one of two", "shelf/run.go cmd/x/main.go docs/cli.md", 1, "FAIL  bytes"},
		{"both", "shelf/run.go cmd/x/main.go docs/cli.md docs/format.md", 0, "code and documents move together"},
		{"a test", "shelf/run_test.go", 0, "code and documents move together"},
		{"a document alone", "docs/format.md", 0, "code and documents move together"},
		{"what nothing couples", "README.md event/sub/x.go", 0, "2 files differ"},
		{"what git ignores", "logs/run.go", 0, "0 files differ"},
		{"a name with a space", "shelf/a b.go", 1, "shelf/a b.go"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := plant(t)
			p.git("checkout", "-q", "-b", "work")
			for _, name := range strings.Split(c.changes, " ") {
				if c.name == "a name with a space" {
					name = c.changes
				}
				if name != "" {
					p.write(name, "second\n")
				}
			}
			p.check(c.code, c.want)
			if c.changes != "" && !strings.HasPrefix(c.changes, "logs/") {
				p.commit()
				p.check(c.code, c.want)
			}
		})
	}
}

func TestRemovedAndRenamed(t *testing.T) {
	p := plant(t)
	p.git("checkout", "-q", "-b", "work")
	p.git("rm", "-q", "shelf/deep/er.go")
	p.check(1, "shelf/deep/er.go")
	p = plant(t)
	p.git("checkout", "-q", "-b", "work")
	p.git("mv", "shelf/deep/er.go", "er.go")
	p.commit()
	p.check(1, "shelf/deep/er.go")
}

// TestBase compares with what is asked for, with where the branch left
// origin/main, or main, and with nothing where there is neither.
func TestBase(t *testing.T) {
	p := plant(t)
	first := p.git("rev-parse", "HEAD")
	p.write("shelf/run.go", "second\n")
	p.commit()
	p.check(0, "(the merge base with main)")
	p.check(1, "1 files differ from "+first[:12]+" (main^)", "--base", "main^")
	p.check(1, "shelf/run.go", "--base", first)
	p.git("checkout", "-q", "-b", "work")
	p.write("cmd/x/main.go", "second\n")
	p.check(1, "1 files differ")
	p.check(1, "2 files differ", "--base", first)
}

func TestBaseOfRemote(t *testing.T) {
	origin := plant(t)
	p := project{t, t.TempDir()}
	p.git("clone", "-q", origin.dir, ".")
	p.check(0, "0 files differ")
	p.write("cmd/x/main.go", "second\n")
	p.commit()
	p.check(1, "the merge base with origin/main")
	// What others land meanwhile is not this branch's change.
	origin.write("shelf/run.go", "third\n")
	origin.commit()
	p.git("fetch", "-q")
	p.write("docs/cli.md", "second\n")
	p.check(0, "ok    commands")
}

func TestNothingToCompareWith(t *testing.T) {
	p := plant(t)
	p.git("branch", "-m", "other")
	p.check(0, "nothing to compare with: there is no merge base")
	plain := project{t, t.TempDir()}
	plain.write("docs/coupling.yaml", planted)
	plain.check(0, "nothing to compare with: git rev-parse")
	plain.check(2, "not a git repository", "--base", "main")
}

// TestFaults wants exit 2 and a reason.
func TestFaults(t *testing.T) {
	p := plant(t)
	p.check(2, `finding the base "nowhere"`, "--base", "nowhere")
	p.check(2, "finding the base", "--base", "--all")
	p.check(2, "unexpected argument", "main")
	p.check(2, "not defined", "--bass", "main")
	p.check(2, "reading the couplings", "--couplings", "docs/nothing.yaml")
	p.check(0, "Usage", "--help")
	for _, c := range []struct{ text, want string }{
		{"", "couples nothing"},
		{"couplings: []", "couples nothing"},
		{"couplings: [{name: x, code: [a]}]", "needs a name, code and documents"},
		{"couplings: [{name: x, code: [a], document: [b]}]", "field document not found"},
		{"couplings: {", "reading the couplings"},
		{"couplings: [{name: x, code: [shelf/**], documents: [docs/lost.md]}]", "no file matches docs/lost.md"},
		{"couplings: [{name: x, code: [lost/**], documents: [docs/cli.md]}]", "no file matches lost/**"},
		{"couplings: [{name: x, code: [/shelf], documents: [docs/cli.md]}]", "no path below the top folder"},
		{"couplings: [{name: x, code: [../a], documents: [docs/cli.md]}]", "no path below the top folder"},
		{"couplings: [{name: x, code: ['a**'], documents: [docs/cli.md]}]", "stands alone"},
		{"couplings: [{name: x, code: ['[a'], documents: [docs/cli.md]}]", "syntax error in pattern"},
	} {
		p.write("docs/coupling.yaml", c.text)
		p.check(2, c.want)
	}
}

func TestMatch(t *testing.T) {
	for _, c := range []struct {
		pattern string
		yes, no []string
	}{
		{"shelf/**", []string{"shelf/a", "shelf/a/b.go"}, []string{"shelf", "shelfs/a", "x/shelf/a"}},
		{"**/*_test.go", []string{"a_test.go", "a/b/c_test.go"}, []string{"a.go", "a_test.go/b"}},
		{"*.go", []string{"a.go"}, []string{"a/b.go", "a.god"}},
		{"a/**/z", []string{"a/z", "a/b/c/z"}, []string{"a", "a/b", "z"}},
		{"**", []string{"a", "a/b"}, nil},
		{"go.mod", []string{"go.mod"}, []string{"a/go.mod", "goxmod"}},
	} {
		for _, name := range c.yes {
			if !match(c.pattern, name) {
				t.Errorf("%s does not match %s", c.pattern, name)
			}
		}
		for _, name := range c.no {
			if match(c.pattern, name) {
				t.Errorf("%s matches %s", c.pattern, name)
			}
		}
	}
}

// TestOwnCouplings keeps the couplings of this repository readable, and its
// globs alive.
func TestOwnCouplings(t *testing.T) {
	couplings, err := readCouplings("../../docs/coupling.yaml")
	if err != nil {
		t.Fatal(err)
	}
	files, err := repository{"../.."}.files()
	if err != nil {
		t.Skipf("the source is no git checkout: %v", err)
	}
	if err := checkCouplings(couplings, files); err != nil {
		t.Error(err)
	}
}
