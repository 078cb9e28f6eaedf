package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// record is one line of "go test -json". See "go doc test2json".
type record struct {
	Action     string
	Package    string
	ImportPath string
	Test       string
	Elapsed    float64
	Output     string
}

// runPackage runs the wanted tests of one package and fills in what became of
// each.
func runPackage(ctx context.Context, o options, pkg string, members []*result, progress io.Writer) {
	names := make([]string, len(members))
	for i, m := range members {
		names[i] = m.test
		m.verdict = verdictNotRun
	}
	fmt.Fprintf(progress, "testing %s: %s\n", pkg, strings.Join(names, " "))
	started := time.Now()
	log, err := goTest(ctx, o, pkg, names, func(r record) { settle(members, r) })
	fmt.Fprintf(progress, "testing %s: done in %s\n", pkg, time.Since(started).Round(time.Millisecond))
	for _, m := range members {
		if m.verdict != verdictPassed && m.detail == "" && err != nil {
			m.detail = err.Error()
		}
	}
	if err != nil {
		fmt.Fprint(progress, log)
	}
	if err != nil && passed(members) {
		// All wanted tests passed and yet the package did not: something beside
		// them failed, so what they proved cannot be relied on.
		for _, m := range members {
			m.verdict, m.detail = verdictFailed, "the package failed: "+err.Error()
		}
	}
}

// settle notes what one line says about the wanted tests.
func settle(members []*result, r record) {
	name, part, isPart := strings.Cut(r.Test, "/")
	for _, m := range members {
		if m.test != name {
			continue
		}
		switch {
		case isPart && r.Action == "skip":
			m.skippedParts = append(m.skippedParts, part)
		case isPart:
		case r.Action == "fail":
			m.verdict, m.elapsed = verdictFailed, r.Elapsed
		case r.Action == "skip":
			m.verdict, m.elapsed, m.detail = verdictSkipped, r.Elapsed, "a skipped test proves nothing"
		case r.Action == "pass" && len(m.skippedParts) > 0:
			m.verdict, m.elapsed = verdictSkipped, r.Elapsed
			m.detail = "skipped parts: " + strings.Join(m.skippedParts, ", ")
		case r.Action == "pass":
			m.verdict, m.elapsed = verdictPassed, r.Elapsed
		}
	}
}

// goTest runs the named tests afresh, hands each line to each, and returns what
// the tests and the build printed.
func goTest(ctx context.Context, o options, pkg string, names []string, each func(record)) (string, error) {
	command := exec.CommandContext(ctx, "go", "test", "-json", "-count=1",
		"-timeout="+o.timeout.String(), "-run=^("+strings.Join(names, "|")+")$", "./"+filepath.ToSlash(pkg))
	command.Dir = o.dir
	var said strings.Builder
	command.Stderr = &said
	out, err := command.StdoutPipe()
	if err != nil {
		return "", fmt.Errorf("running go test: %w", err)
	}
	if err := command.Start(); err != nil {
		return "", fmt.Errorf("running go test: %w", err)
	}
	log, readErr := readRecords(out, each)
	err = command.Wait()
	if readErr != nil && err == nil {
		err = readErr
	}
	if err != nil {
		err = fmt.Errorf("go test: %w", err)
	}
	return log + said.String(), err
}

// readRecords reads the lines of "go test -json" to the end. A line that is no
// record is kept as text: a test may print past the testing package.
func readRecords(from io.Reader, each func(record)) (string, error) {
	var log strings.Builder
	lines := bufio.NewReader(from)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 0 {
			var r record
			if json.Unmarshal(line, &r) == nil && r.Action != "" {
				log.WriteString(r.Output)
				each(r)
			} else {
				log.Write(line)
			}
		}
		if errors.Is(err, io.EOF) {
			return log.String(), nil
		}
		if err != nil {
			return log.String(), fmt.Errorf("reading what go test says: %w", err)
		}
	}
}
