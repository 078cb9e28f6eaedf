package shelf

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
)

// LogSegment returns the name of a full part of a readable log: of "run.log" the
// oldest is "run.log.1", and number counts from there.
func LogSegment(name string, number int) string { return name + "." + strconv.Itoa(number) }

// logOrder returns the place of a file of the run directory among the parts of the
// readable log, and 0 when it is none. The newest part is always the last.
func logOrder(name string) int {
	if name == LogFile {
		return math.MaxInt
	}
	text, ok := strings.CutPrefix(name, LogFile+".")
	if !ok || strings.Trim(text, "0123456789") != "" || strings.HasPrefix(text, "0") {
		return 0
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0
	}
	return n
}

// IsLog reports whether a file of a run is a part of its readable log.
func IsLog(name string) bool { return logOrder(name) > 0 }

// OrderLog puts the parts of the readable log that are among the files into the
// order in which they were written, run.log last. All else stays where it is.
func OrderLog[T any](files []T, name func(T) string) {
	var places []int
	var parts []T
	for i, f := range files {
		if IsLog(name(f)) {
			places = append(places, i)
			parts = append(parts, f)
		}
	}
	slices.SortFunc(parts, func(a, b T) int { return logOrder(name(a)) - logOrder(name(b)) })
	for i, place := range places {
		files[place] = parts[i]
	}
}

// LogFiles returns the names of the parts of the run's readable log that are there,
// the oldest first: "run.log.1", "run.log.2" … and "run.log". A log without an upper
// bound has one part at most, and one without a line none.
func (r *Run) LogFiles() ([]string, error) {
	entries, err := os.ReadDir(r.Dir)
	if err != nil {
		return nil, fmt.Errorf("looking for the readable log of run %s: %w", r.ID, err)
	}
	var names []string
	for _, e := range entries {
		if IsLog(e.Name()) && e.Type().IsRegular() {
			names = append(names, e.Name())
		}
	}
	OrderLog(names, func(name string) string { return name })
	return names, nil
}

// OpenLog opens the readable log to be read from its first line to its last, in
// however many files it stands. A log without a line is empty. The caller closes it.
// While the run lives, what is written after this call is read only up to the moment
// at which the newest part is full.
func (r *Run) OpenLog() (io.ReadCloser, error) {
	log := &logParts{}
	if err := log.open(r); err != nil {
		return nil, errors.Join(err, log.Close())
	}
	return log, nil
}

// logParts reads one file after the other.
type logParts struct {
	io.Reader
	files []io.Closer
}

// open opens all parts. The newest comes first, since it may be renamed at any
// moment: those before it were renamed earlier, so that a list which is made
// afterwards has them all. It may have the newest itself by then, and what followed,
// which was not there yet when we were asked.
func (l *logParts) open(r *Run) error {
	newest, err := l.openPart(r, LogFile)
	if err != nil && !errors.Is(err, ErrNoFile) && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	names, err := r.fullParts()
	if err != nil {
		return err
	}
	var readers []io.Reader
	for _, name := range names {
		part, err := l.openPart(r, name)
		if err != nil {
			return err
		}
		readers = append(readers, part)
		if newest != nil && sameFile(part, newest) {
			newest = nil
		}
	}
	if newest != nil {
		readers = append(readers, newest)
	}
	l.Reader = io.MultiReader(readers...)
	return nil
}

func (l *logParts) openPart(r *Run, name string) (*os.File, error) {
	f, err := r.OpenFile(name)
	if err != nil {
		return nil, err
	}
	l.files = append(l.files, f)
	return f, nil
}

// fullParts is LogFiles without the newest part, also while parts are renamed. A
// list that is made meanwhile may lack one and have its successor, but the next one
// has all up to there.
func (r *Run) fullParts() ([]string, error) {
	first, err := r.LogFiles()
	if err != nil {
		return nil, err
	}
	newest := 0
	for _, name := range first {
		if name != LogFile {
			newest = logOrder(name)
		}
	}
	second, err := r.LogFiles()
	return slices.DeleteFunc(second, func(name string) bool { return logOrder(name) > newest }), err
}

// sameFile reports whether two open files are one.
func sameFile(a, b *os.File) bool {
	one, err := a.Stat()
	if err != nil {
		return false
	}
	other, err := b.Stat()
	return err == nil && os.SameFile(one, other)
}

// Close implements [io.Closer].
func (l *logParts) Close() (err error) {
	for _, f := range l.files {
		err = errors.Join(err, f.Close())
	}
	return err
}
