package main

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

//go:embed reference.py
var reference string

// python is the reference in another language. A dict is its only form of data,
// so that it has no typed fields and stands with them all the same: it is how an
// event is written there.
type python struct{ interpreter string }

// findPython returns the reference, when there is a Python 3 that works.
func findPython() (python, bool) {
	// What is found may be a script that looks for the interpreter.
	out, err := exec.Command("python3", "-c", "import json, resource, sys; print(sys.executable)").Output()
	if err != nil {
		return python{}, false
	}
	return python{strings.TrimSpace(string(out))}, true
}

func (p python) name() string { return "Python, open-append-close" }

func (p python) enters(s scenario) bool { return s.goroutines == 1 }

func (p python) run(dir string, s scenario, n int) (trial, error) {
	path, data := filepath.Join(dir, "events.jsonl"), filepath.Join(dir, "data.json")
	encoded, err := json.Marshal(s.load.Size.Data())
	if err == nil {
		err = os.WriteFile(data, encoded, 0o666)
	}
	if err != nil {
		return trial{}, err
	}
	out, err := exec.Command(p.interpreter, "-c", reference, path, data, s.load.Size.EventType(), fmt.Sprint(n)).Output()
	if err != nil {
		return trial{}, fmt.Errorf("running %s: %w", p.interpreter, err)
	}
	t, err := parsePython(string(out), n)
	if err == nil {
		t.bytes, err = check(path, n, s.load)
	}
	return t, err
}

// parsePython reads the two times that the reference prints.
func parsePython(out string, events int) (trial, error) {
	var wall, cpu float64
	if _, err := fmt.Sscan(out, &wall, &cpu); err != nil {
		return trial{}, fmt.Errorf("reading the times of the reference %q: %w", out, err)
	}
	took := time.Duration(wall * float64(time.Second))
	return trial{events: events, calls: took, whole: took, cpu: time.Duration(cpu * float64(time.Second))}, nil
}
