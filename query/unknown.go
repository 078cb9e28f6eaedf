package query

import (
	"fmt"

	"example.org/runshelf/event"
	"example.org/runshelf/shelf"
)

// maxUnknown bounds the names that Unknown looks for.
const maxUnknown = 16

// Unknown returns those of the names of [Where.Roots] that no event of a run has, which
// are most likely slips: a text without its quotes is a name of a field. What a
// condition finds need not show it, since two missing fields are equal. Of each name the
// log is read up to the first event that has it; at most 16 are looked for. cacheDir is
// that of [ListOptions].
func (w *Where) Unknown(run *shelf.Run, cacheDir string) ([]string, error) {
	var unknown []string
	roots := w.Roots()
	for _, root := range roots[:min(len(roots), maxUnknown)] {
		has, err := CompileWhere(fmt.Sprintf("event[%s] != nil", event.AppendValue(nil, root)), AboutEvents)
		if err != nil {
			return nil, err
		}
		found := false
		_, err = Scan(run, Filter{Where: has, CacheDir: cacheDir}, func(*Line) error {
			found = true
			return ErrStop
		})
		if err != nil {
			return nil, err
		}
		if !found {
			unknown = append(unknown, root)
		}
	}
	return unknown, nil
}
