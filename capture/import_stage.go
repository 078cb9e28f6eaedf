package capture

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// staged is a copy of the file to import, which lies hidden in the shelf until
// the run is made. The run is read from this copy, so that what is kept and what
// became events are the same, however the file goes on to change.
type staged struct {
	file     *os.File
	path     string // "" when it has found its place
	newShelf string // the shelf, when it was made for this
	name     string
	size     int64
	sum      string
	changed  time.Time // when the file was last written
	packing  packing
}

// stage copies the file into the shelf.
func (o ImportOptions) stage(ctx context.Context) (*staged, error) {
	in, info, err := o.open()
	if err != nil {
		return nil, err
	}
	defer in.Close()
	s := &staged{name: o.nameOf(), changed: time.Now()}
	total := int64(0)
	if info != nil {
		total, s.changed = info.Size(), info.ModTime()
	}
	if err := s.create(o.Run.LogsDir); err != nil {
		return nil, err
	}
	if err := s.fill(ctx, &watched{r: in, step: "copying", total: total, tell: o.Progress}); err != nil {
		s.discard()
		return nil, err
	}
	return s, nil
}

// create makes the hidden file, under a name that nobody has.
func (s *staged) create(shelfDir string) error {
	if _, err := os.Stat(shelfDir); errors.Is(err, fs.ErrNotExist) {
		s.newShelf = shelfDir
	}
	if err := os.MkdirAll(shelfDir, 0o777); err != nil {
		return fmt.Errorf("making the shelf: %w", err)
	}
	for n := 0; ; n++ {
		s.path = filepath.Join(shelfDir, ".import-"+strconv.Itoa(os.Getpid())+"-"+strconv.Itoa(n))
		f, err := os.OpenFile(s.path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o666)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return fmt.Errorf("making a copy: %w", err)
		}
		s.file = f
		return nil
	}
}

func (s *staged) fill(ctx context.Context, in *watched) error {
	digest := sha256.New()
	n, err := io.CopyBuffer(io.MultiWriter(s.file, digest), withContext(ctx, in), make([]byte, 256<<10))
	if err != nil {
		return fmt.Errorf("copying it: %w", err)
	}
	s.size, s.sum = n, hex.EncodeToString(digest.Sum(nil))
	return nil
}

// discard removes the copy, and a shelf that was made for it, unless a run has
// taken it over. It may be called again.
func (s *staged) discard() {
	if s.file == nil {
		return
	}
	// Nothing is written to it any more; a failure to close it tells nothing.
	_ = s.file.Close()
	s.file = nil
	if s.path != "" {
		_ = os.Remove(s.path)
		if s.newShelf != "" {
			_ = os.Remove(s.newShelf) // refused unless empty
		}
	}
}

// keep moves the copy to its place in the run.
func (s *staged) keep(dir string) error {
	// Where an open file cannot be renamed it must be closed before.
	place := filepath.Join(dir, s.name)
	err := errors.Join(s.file.Sync(), s.file.Close(), os.MkdirAll(dir, 0o777))
	if err == nil {
		err = os.Rename(s.path, place)
	}
	if err == nil {
		s.path = ""
		s.file, err = os.Open(place)
	}
	if err != nil {
		return fmt.Errorf("keeping the file: %w", err)
	}
	return nil
}

// unpacked returns the content of the copy, from its first byte.
func (s *staged) unpacked(ctx context.Context, o ImportOptions, step string) (io.ReadCloser, error) {
	if _, err := s.file.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	in := withContext(ctx, &watched{r: s.file, step: step, total: s.size, tell: o.Progress})
	return s.packing.open(bufio.NewReaderSize(in, 256<<10))
}

// watched tells how much has been read of a reader.
type watched struct {
	r     io.Reader
	step  string
	done  int64
	total int64
	tell  func(ImportProgress)
}

func (w *watched) Read(p []byte) (int, error) {
	n, err := w.r.Read(p)
	w.done += int64(n)
	w.tell(ImportProgress{Step: w.step, Done: w.done, Total: w.total})
	return n, err
}

// withContext returns a reader that fails when ctx has ended.
func withContext(ctx context.Context, r io.Reader) io.Reader { return &contextReader{ctx, r} }

type contextReader struct {
	ctx context.Context
	r   io.Reader
}

func (c *contextReader) Read(p []byte) (int, error) {
	if c.ctx.Err() != nil {
		return 0, &stoppedError{context.Cause(c.ctx)}
	}
	return c.r.Read(p)
}

// stoppedError says that a read ended because somebody stopped it.
type stoppedError struct{ cause error }

func (e *stoppedError) Error() string { return e.cause.Error() }

func (e *stoppedError) Unwrap() error { return e.cause }

// pathless leaves the path out of an error that is told with it anyway.
func pathless(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}
