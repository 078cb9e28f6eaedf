package cli

import (
	"errors"
	"io/fs"
	"strings"
)

// parts takes joined errors apart, so that each gets a line. What was put in
// front of all of them is put in front of each.
func parts(err error) []error {
	joined, ok := joinedIn(err)
	switch {
	case err == nil:
		return nil
	case !ok:
		return []error{err}
	}
	front, whole := strings.CutSuffix(err.Error(), joined.Error())
	if !whole {
		return []error{err} // the text around it is not one that can be taken apart
	}
	var all []error
	for _, e := range joined.Unwrap() {
		for _, part := range parts(e) {
			all = append(all, partError{part, front})
		}
	}
	return all
}

// joinedError is what [errors.Join] returns.
type joinedError interface {
	error
	Unwrap() []error
}

// joinedIn finds the first joined error among those that err wraps.
func joinedIn(err error) (joinedError, bool) {
	for ; err != nil; err = errors.Unwrap(err) {
		if joined, ok := err.(joinedError); ok {
			return joined, true
		}
	}
	return nil, false
}

// partError is one of several errors, with what was said in front of all.
type partError struct {
	error
	front string
}

// Error implements error. A path that the front names is not named again.
func (e partError) Error() string {
	text := e.error.Error()
	var path *fs.PathError
	if errors.As(e.error, &path) && strings.Contains(e.front, path.Path) {
		text = strings.Replace(text, path.Op+" "+path.Path+": ", path.Op+": ", 1)
	}
	return e.front + text
}

func (e partError) Unwrap() error { return e.error }
