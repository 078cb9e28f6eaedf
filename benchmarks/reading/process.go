package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"
)

// process is a program with its arguments.
type process struct {
	path string
	args []string
	dir  string
}

// trial is what one life of a process took.
type trial struct {
	wall, cpu time.Duration
	memory    int64 // the largest, in bytes; 0 where it is not known
}

// run runs the process to its end. What it prints goes to out.
func (p process) run(out io.Writer) (trial, error) {
	cmd := exec.Command(p.path, p.args...)
	var complaints bytes.Buffer
	cmd.Dir, cmd.Stdout, cmd.Stderr = p.dir, out, &complaints
	cmd.Env = append(os.Environ(), "NO_COLOR=1")
	began := time.Now()
	err := cmd.Run()
	t := trial{wall: time.Since(began)}
	if err != nil {
		return t, fmt.Errorf("%s %s: %w: %s", p.path, strings.Join(p.args, " "), err, strings.TrimSpace(complaints.String()))
	}
	t.cpu = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	t.memory = largestMemory(cmd.ProcessState)
	return t, nil
}

// measured runs the process with its output thrown away, as into a file that
// costs nothing.
func (p process) measured() (trial, error) {
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		return trial{}, err
	}
	defer null.Close()
	return p.run(null)
}

// text returns what the process prints.
func (p process) text() (string, error) {
	var out bytes.Buffer
	_, err := p.run(&out)
	return out.String(), err
}
