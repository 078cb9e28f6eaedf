package capture

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// DefaultMaxUnpacked is how many bytes a packed log may unpack to.
const DefaultMaxUnpacked = 1 << 40

// A log unpacks to some tenfold of its size. What unpacks to more than mostRatio
// times its size, beyond the first freeBytes, is taken for a trap.
const (
	mostRatio = 200
	freeBytes = 256 << 20
)

// longestWindow bounds the memory that unpacking takes, in bytes. It is what the
// zstd program itself accepts.
const longestWindow = 128 << 20

// RefusedError says why a file cannot be imported.
type RefusedError struct {
	Problem string
	Hint    string // what to do about it, or ""
}

// Error returns the problem.
func (e *RefusedError) Error() string { return e.Problem }

// packing is how a file is compressed.
type packing string

const (
	packedNot  packing = ""
	packedGzip packing = "gzip"
	packedZstd packing = "zstd"
)

// open returns the unpacked content of in.
func (p packing) open(in io.Reader) (io.ReadCloser, error) {
	switch p {
	case packedGzip:
		return gzip.NewReader(in)
	case packedZstd:
		d, err := zstd.NewReader(in, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(longestWindow))
		if err != nil {
			return nil, err
		}
		return d.IOReadCloser(), nil
	}
	return io.NopCloser(in), nil
}

// magic tells a kind of file by bytes at its beginning.
type magic struct {
	at    int
	bytes string
	is    string
	// rest says how the rest of the beginning looks where bytes alone may begin a
	// log: 070701 is a date too. Nil is anything.
	rest *regexp.Regexp
}

// packings are the kinds of compression that are read, and archives those that
// are not: they hold many files, or need a program that is made for them. A name
// inside an archive is never looked at, so it cannot lead anywhere.
func packings() []magic {
	return []magic{{0, "\x1f\x8b", string(packedGzip), nil}, {0, "\x28\xb5\x2f\xfd", string(packedZstd), nil}}
}

func archives() []magic {
	return []magic{
		{257, "ustar", "a tar archive", nil}, {0, "PK\x03\x04", "a zip archive", nil}, {0, "PK\x05\x06", "a zip archive", nil},
		{0, "7z\xbc\xaf\x27\x1c", "a 7z archive", nil}, {0, "Rar!\x1a\x07", "a rar archive", nil},
		{0, "\xfd7zXZ\x00", "compressed by xz", nil}, {0, "BZh", "compressed by bzip2", regexp.MustCompile(`^[1-9](1AY&SY|\x17rE8P\x90)`)},
		{0, "!<arch>\n", "an ar archive", nil}, {0, "070701", "a cpio archive", regexp.MustCompile(`^[0-9A-Fa-f]{104}`)},
	}
}

// headBytes is how much of a file is looked at to tell what it is.
const headBytes = 512

func find(all []magic, head []byte) string {
	for _, m := range all {
		if len(head) > m.at && bytes.HasPrefix(head[m.at:], []byte(m.bytes)) && (m.rest == nil || m.rest.Match(head[m.at+len(m.bytes):])) {
			return m.is
		}
	}
	return ""
}

// check finds out how the copy is packed, refuses what is no log, and unpacks it
// once to see how large it is. So a trap is known before there is a run.
func (s *staged) check(ctx context.Context, o ImportOptions) error {
	head := make([]byte, headBytes)
	n, err := s.file.ReadAt(head, 0)
	if err != nil && err != io.EOF {
		return err
	}
	s.packing = packing(find(packings(), head[:n]))
	if s.packing == packedNot {
		return refuseArchive(head[:n])
	}
	in, err := s.unpacked(ctx, o, "checking")
	if err != nil {
		return fmt.Errorf("unpacking it: %w", err)
	}
	defer in.Close()
	n, err = io.ReadFull(in, head)
	if find(packings(), head[:n]) != "" {
		return &RefusedError{Problem: "it is packed twice", Hint: "unpack it once, and import that"}
	}
	if refused := refuseArchive(head[:n]); refused != nil {
		return refused
	}
	if n == 0 && err != io.EOF {
		return fmt.Errorf("unpacking it: %w", err)
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return s.measure(ctx, io.MultiReader(bytes.NewReader(head[:n]), in), o.MaxUnpacked)
}

// refuseArchive refuses what is no log by its first bytes.
func refuseArchive(head []byte) error {
	if kind := find(archives(), head); kind != "" {
		return &RefusedError{Problem: "it is " + kind, Hint: "unpack it, and import the logs in it"}
	}
	return nil
}

// measure unpacks all that is packed, and refuses too much of it. Damage is left to the import,
// which keeps what lies before.
func (s *staged) measure(ctx context.Context, in io.Reader, limit int64) error {
	most, why := unpackLimit(s.size, limit)
	n, err := s.size, error(nil)
	if s.packing != packedNot {
		n, err = io.Copy(io.Discard, io.LimitReader(in, most+1))
	}
	if n > most {
		return &RefusedError{
			Problem: fmt.Sprintf("its %d bytes unpack to more than %d, %s", s.size, most, why),
			Hint:    "if that is right, allow it by --max-unpacked",
		}
	}
	if err != nil && ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return nil
}

// unpackLimit returns how many bytes a packed file of the size may unpack to, and
// what that figure is. asked is 0 when nobody has asked for another.
func unpackLimit(size, asked int64) (most int64, is string) {
	if asked != 0 {
		return asked, "the limit that was set"
	}
	if ratio := max(freeBytes, size*mostRatio); ratio < DefaultMaxUnpacked {
		return ratio, fmt.Sprintf("more than a log does (%d times its size)", mostRatio)
	}
	return DefaultMaxUnpacked, "the limit"
}

// read hands the lines of the copy to a reader.
func (s *staged) read(ctx context.Context, o ImportOptions, to *importReader) error {
	in, err := s.unpacked(ctx, o, "reading")
	if err != nil {
		return err
	}
	err = to.readAll(in)
	if err != nil && ctx.Err() == nil && s.packing != packedNot {
		err = fmt.Errorf("unpacking it failed after %d bytes, the events before are kept: %w", to.report.Unpacked, err)
	}
	return errors.Join(err, in.Close())
}
