package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// coupling joins code with the documents that describe it.
type coupling struct {
	Name string `yaml:"name"`
	// Code are globs; a change of any file that matches asks for a document.
	Code []string `yaml:"code"`
	// Except are globs of files whose change asks for nothing.
	Except []string `yaml:"except"`
	// Documents are globs; one changed document is enough.
	Documents []string `yaml:"documents"`
}

// readCouplings reads the file of couplings and refuses one that says nothing.
func readCouplings(name string) ([]coupling, error) {
	content, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("reading the couplings: %w", err)
	}
	couplings, err := parseCouplings(content)
	if err != nil {
		return nil, fmt.Errorf("reading the couplings in %s: %w", name, err)
	}
	return couplings, nil
}

// parseCouplings reads one YAML document. Unknown keys are refused: a slip there
// would switch a check off.
func parseCouplings(content []byte) ([]coupling, error) {
	var file struct {
		Couplings []coupling `yaml:"couplings"`
	}
	decoder := yaml.NewDecoder(bytes.NewReader(content))
	decoder.KnownFields(true)
	if err := decoder.Decode(&file); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if len(file.Couplings) == 0 {
		return nil, errors.New("it couples nothing")
	}
	for i, c := range file.Couplings {
		if c.Name == "" || len(c.Code) == 0 || len(c.Documents) == 0 {
			return nil, fmt.Errorf("coupling %d (%q) needs a name, code and documents", i+1, c.Name)
		}
		for _, pattern := range slices.Concat(c.Code, c.Except, c.Documents) {
			if err := checkGlob(pattern); err != nil {
				return nil, fmt.Errorf("coupling %q: %w", c.Name, err)
			}
		}
	}
	return file.Couplings, nil
}

// checkCouplings refuses globs that match no file: the code or the document has
// moved, and the coupling with it.
func checkCouplings(couplings []coupling, files []string) error {
	var lost []error
	for _, c := range couplings {
		for _, pattern := range slices.Concat(c.Code, c.Documents) {
			found := slices.ContainsFunc(files, func(name string) bool { return match(pattern, name) })
			if !found {
				lost = append(lost, fmt.Errorf("coupling %q: no file matches %s", c.Name, pattern))
			}
		}
	}
	return errors.Join(lost...)
}

// judge returns the changed code and the changed documents of a coupling. A
// file that is both counts as a document.
func (c coupling) judge(changed []string) (code, documents []string) {
	for _, name := range changed {
		switch {
		case matchAny(c.Documents, name):
			documents = append(documents, name)
		case matchAny(c.Code, name) && !matchAny(c.Except, name):
			code = append(code, name)
		}
	}
	return code, documents
}

// report prints a line for each coupling whose code changed, and says whether
// all of them have a changed document.
func report(w io.Writer, couplings []coupling, changed []string) bool {
	together := true
	for _, c := range couplings {
		code, documents := c.judge(changed)
		switch {
		case len(code) == 0:
		case len(documents) > 0:
			fmt.Fprintf(w, "ok    %s: %d files of code, and %s\n", c.Name, len(code), strings.Join(documents, ", "))
		default:
			together = false
			fmt.Fprintf(w, "FAIL  %s: code changed and no document did\n", c.Name)
			for _, name := range code {
				fmt.Fprintf(w, "        %s\n", name)
			}
			fmt.Fprintf(w, "      bring one of these up to date: %s\n", strings.Join(c.Documents, ", "))
		}
	}
	if together {
		fmt.Fprintln(w, "code and documents move together")
	}
	return together
}
