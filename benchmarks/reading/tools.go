package main

import (
	"os"
	"os/exec"
	"path/filepath"
)

// tools are the programs that take part. Of the peers one may be missing.
type tools struct {
	runshelf, self  string
	ripgrep, duckdb string
	jq, tail        string
	whyNoDuckDB     string
}

// tools finds the programs, and builds those that have to be built.
func (s settings) tools() (t tools, err error) {
	if t.self, err = os.Executable(); err != nil {
		return t, err
	}
	if t.runshelf = s.program; t.runshelf == "" {
		t.runshelf = filepath.Join(s.dir, "runshelf")
		s.say("building runshelf")
		if err := s.build(filepath.Join(s.source, ".."), t.runshelf, "./cmd/runshelf", "CGO_ENABLED=0"); err != nil {
			return t, err
		}
	}
	t.ripgrep, t.jq, t.tail = find("rg"), find("jq"), find("tail")
	t.duckdb, t.whyNoDuckDB = s.buildDuckDB()
	// From here on caches are ours: the Go command had its own where it was.
	return t, os.Setenv("XDG_CACHE_HOME", s.cacheDir())
}

// buildDuckDB builds the peer that asks DuckDB, and says why when it cannot.
func (s settings) buildDuckDB() (path, why string) {
	if s.noDuckDB {
		return "", "it was not asked for"
	}
	s.say("building the peer that asks DuckDB")
	path = filepath.Join(s.dir, "duckdb")
	if err := s.build(filepath.Join(s.source, "duckdb"), path, ".", "CGO_ENABLED=1"); err != nil {
		return "", "it could not be built: " + err.Error()
	}
	return path, ""
}

// find returns the path of a program, "" when there is none.
func find(name string) string {
	path, err := exec.LookPath(name)
	if err != nil {
		return ""
	}
	return path
}

// build builds a command of a module.
func (s settings) build(dir, out, what, env string) error {
	cmd := exec.Command("go", "-C", dir, "build", "-trimpath", "-o", out, what)
	cmd.Env = append(os.Environ(), env)
	cmd.Stderr = s.log
	return cmd.Run()
}

// missing says which peers are not there.
func (t tools) missing() (names []string) {
	for name, path := range map[string]string{"ripgrep": t.ripgrep, "jq": t.jq, "tail": t.tail} {
		if path == "" {
			names = append(names, name+" is not installed")
		}
	}
	if t.duckdb == "" {
		names = append(names, "DuckDB: "+t.whyNoDuckDB)
	}
	return names
}
