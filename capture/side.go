package capture

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"example.org/runshelf/shelf"
)

// sideFile is the file of the side channel in the run directory. It is a regular
// file and no pipe: opening it never blocks, any number of processes can append
// to it at once, nobody who writes dies of a reader that left, and what was
// written before we were killed is still there. Each of its lines becomes one event,
// in their order: by that [shelf.Run.Unrecorded] finds those that did not.
const sideFile = shelf.SideFile

// The side channel is looked at this often: soon after something came, and less
// often when nothing does.
const (
	sidePause    = 10 * time.Millisecond
	sideMaxPause = 100 * time.Millisecond
)

// side follows the file of the side channel in a goroutine of its own.
type side struct {
	path  string
	file  *os.File
	rec   *recorder
	lines splitter
	buf   []byte
	stop  chan struct{}
	done  chan struct{}
	err   error // the first failure to read
}

// openSide makes the file, which must be new, below dir.
func openSide(dir string, rec *recorder) (*side, error) {
	path := filepath.Join(dir, sideFile)
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return nil, fmt.Errorf("making the side channel: %w", err)
	}
	s := &side{path: path, file: file, rec: rec, stop: make(chan struct{}), done: make(chan struct{})}
	s.lines.sink = rec
	return s, nil
}

func (s *side) run() {
	defer close(s.done)
	pause := sidePause
	timer := time.NewTimer(pause)
	defer timer.Stop()
	for {
		select {
		case <-s.stop:
			s.read()
			s.lines.end()
			return
		case <-timer.C:
		}
		if pause = min(2*pause, sideMaxPause); s.read() > 0 {
			pause = sidePause
		}
		timer.Reset(pause)
	}
}

// read takes what was appended since the last time, and returns how much.
func (s *side) read() (total int) {
	if s.buf == nil {
		if info, err := s.file.Stat(); err == nil && info.Size() == 0 {
			return 0 // most programs do not know the side channel
		}
		s.buf = make([]byte, chunkBytes)
	}
	for {
		n, err := s.file.Read(s.buf)
		s.lines.write(s.buf[:n])
		total += n
		if err != nil || n == 0 {
			s.note(err)
			return total
		}
	}
}

// note keeps a failure, and begins anew when somebody has emptied the file.
func (s *side) note(err error) {
	if !errors.Is(err, io.EOF) {
		if s.err == nil {
			s.err = err
		}
		return
	}
	at, err := s.file.Seek(0, io.SeekCurrent)
	info, statErr := s.file.Stat()
	if err != nil || statErr != nil || info.Size() >= at {
		return
	}
	s.lines.end()
	s.lines = splitter{sink: s.rec}
	_, s.err = s.file.Seek(0, io.SeekStart)
}

// errReplaced says that the program put another file in the place of the side channel,
// or removed it and wrote to a new one. Nobody can know which of its lines are new.
var errReplaced = errors.New("another file has taken its place; it stays in the run, and its lines are no events")

// replaced returns errReplaced when that is so.
func (s *side) replaced() error {
	ours, err := s.file.Stat()
	there, missing := os.Lstat(s.path)
	if err != nil || missing != nil || os.SameFile(ours, there) || there.Size() == 0 {
		return nil
	}
	return errReplaced
}

// close reads what is left and ends the channel. Once all its lines are events
// that stand in the log, the file is removed; keep says that they may not.
func (s *side) close(keep func() bool) error {
	close(s.stop)
	<-s.done
	err := errors.Join(s.err, s.replaced(), s.file.Close())
	if err == nil && s.rec.cut == 0 && !keep() {
		if err = os.Remove(s.path); errors.Is(err, fs.ErrNotExist) {
			err = nil
		}
	}
	return err
}
