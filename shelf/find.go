package shelf

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// ErrNoRun is what is wrapped, with the name, when a name names no run.
var ErrNoRun = errors.New("no such run")

func noRun(name string) error { return fmt.Errorf("%w: %q", ErrNoRun, name) }

// AmbiguousError is a name that more than one run answers to.
type AmbiguousError struct {
	// Name is the name as it was given.
	Name string
	// Candidates are the ids it may mean, the latest first.
	Candidates []string
}

// Error implements error. It names the candidates, as long as they are not too many
// for a line.
func (e *AmbiguousError) Error() string {
	const shown = 20
	text := strings.Join(e.Candidates[:min(shown, len(e.Candidates))], ", ")
	if more := len(e.Candidates) - shown; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return fmt.Sprintf("ambiguous run %q: %s", e.Name, text)
}

// Find returns the run that name names:
//
//   - an id;
//   - "latest" or "@", which is what the link names, and without one the newest
//     by start; "latest~2" or "@~2", the second before that by start;
//   - "name:baseline" or "tag:paper", the newest that has it;
//   - a path to a run directory, or to a link "latest" beside it;
//   - a beginning that only one id has, with or without its "run_";
//   - when there is none, a run directory in the current directory.
//
// A name without a run is [ErrNoRun], one with several an *[AmbiguousError].
func (s *Shelf) Find(name string) (*Run, error) {
	if base, back, ok := cutBack(name); ok && (base == LatestLink || base == "@") {
		return s.findLatest(name, back)
	}
	if key, value, ok := strings.Cut(name, ":"); ok && (key == "name" || key == "tag") {
		return s.findNamed(name, key, value)
	}
	if isPath(name) {
		return s.findPath(name)
	}
	if ValidateID(name) != nil {
		return nil, noRun(name)
	}
	// What bears the name in full is meant, even when it is a link or no run.
	path := filepath.Join(s.dir, name)
	if _, err := os.Lstat(path); err == nil {
		return s.open(path, name)
	}
	return s.findPrefix(name)
}

// open opens the run in a directory. When it is none, the error has the name that
// was asked for.
func (s *Shelf) open(dir, name string) (*Run, error) {
	r, err := openRun(dir, s.host)
	if errors.Is(err, ErrNoRun) {
		return nil, noRun(name)
	}
	return r, err
}

// cutBack splits "base~2" into "base" and 2. Without a ~ the number is 0; a ~ with
// nothing behind it means 1, as in git.
func cutBack(name string) (base string, back int, ok bool) {
	base, digits, found := strings.Cut(name, "~")
	switch {
	case !found:
		return base, 0, true
	case digits == "":
		return base, 1, true
	}
	n, err := strconv.ParseUint(digits, 10, 31)
	return base, int(n), err == nil
}

// findLatest returns the run that is back places behind the newest.
func (s *Shelf) findLatest(name string, back int) (*Run, error) {
	if back == 0 {
		if r := s.linked(); r != nil {
			return r, nil
		}
	}
	runs, err := s.Runs()
	if err != nil {
		return nil, err
	}
	id := latestID(s.fs, s.dir)
	at := max(0, slices.IndexFunc(runs, func(r *Run) bool { return r.ID == id }))
	if back >= len(runs)-at {
		return nil, noRun(name)
	}
	return runs[at+back], nil
}

// linked returns the run that the link names, nil when there is none.
func (s *Shelf) linked() *Run {
	id := latestID(s.fs, s.dir)
	if id == "" {
		return nil
	}
	r, err := openRun(filepath.Join(s.dir, id), s.host)
	if err != nil {
		return nil
	}
	return r
}

func (s *Shelf) findNamed(name, key, value string) (*Run, error) {
	runs, err := s.Runs()
	if err != nil {
		return nil, err
	}
	for _, r := range runs {
		if key == "name" && r.Manifest.Name == value && value != "" ||
			key == "tag" && slices.Contains(r.Manifest.Tags, value) {
			return r, nil
		}
	}
	return nil, noRun(name)
}

// findPath opens a run by its path. A link called latest is followed by the one
// relative step that its shelf allows; any other link is no run.
func (s *Shelf) findPath(path string) (*Run, error) {
	clean := filepath.Clean(path)
	if filepath.Base(clean) == LatestLink {
		in := New(filepath.Dir(clean))
		in.host = s.host
		if info, err := os.Lstat(clean); err != nil || !info.IsDir() {
			return in.findLatest(path, 0)
		}
	}
	return s.open(clean, path)
}

func (s *Shelf) findPrefix(prefix string) (*Run, error) {
	ids, err := s.candidates()
	if err != nil {
		return nil, err
	}
	ids = slices.DeleteFunc(ids, func(id string) bool {
		return !strings.HasPrefix(id, prefix) && !strings.HasPrefix(id, generatedPrefix+prefix)
	})
	runs := s.loadAll(ids)
	switch len(runs) {
	case 0:
		return s.open(prefix, prefix) // a directory in the current one, by its path without a slash
	case 1:
		return runs[0], nil
	}
	slices.SortFunc(runs, compareRuns)
	e := &AmbiguousError{Name: prefix}
	for _, r := range runs {
		e.Candidates = append(e.Candidates, r.ID)
	}
	return nil, e
}
