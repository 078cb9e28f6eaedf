package shelf

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"path/filepath"
	"slices"

	"example.org/runshelf/internal/vfs"
)

// blobsDir holds long texts of events under their digests.
const blobsDir = ArtifactsDir + "/blobs"

// blobSum is the digest by which an event refers to a stored text.
type blobSum [sha256.Size]byte

var blobMark = []byte(`{"$blob":"sha256:`)

// noteBlobs remembers where the texts are first referred to that a line stands
// for.
func (s *survey) noteBlobs(line rawLine) {
	rest := line.bytes
	for {
		_, after, found := bytes.Cut(rest, blobMark)
		if !found {
			return
		}
		rest = after
		var sum blobSum
		if len(rest) <= 2*len(sum) || rest[2*len(sum)] != '"' {
			continue
		}
		if _, err := hex.Decode(sum[:], rest[:2*len(sum)]); err != nil {
			continue
		}
		if _, known := s.blobs[sum]; !known {
			s.blobs[sum] = Fault{File: EventsFile, Offset: line.offset, Length: line.length(), Line: line.line}
		}
	}
}

// checkBlobs notes the stored texts that are missing or not what they were.
func (s *survey) checkBlobs(fsys vfs.FS, dir string, v *Verification) error {
	sums := make([]blobSum, 0, len(s.blobs))
	for sum := range s.blobs {
		sums = append(sums, sum)
	}
	slices.SortFunc(sums, func(a, b blobSum) int { return bytes.Compare(a[:], b[:]) })
	for _, sum := range sums {
		name := blobsDir + "/" + hex.EncodeToString(sum[:])
		got, size, err := sumFile(fsys, filepath.Join(dir, filepath.FromSlash(name)))
		switch {
		case errors.Is(err, fs.ErrNotExist), errors.Is(err, vfs.ErrNotRegular):
			f := s.blobs[sum]
			f.Kind = FaultBlobMissing
			v.add(f)
		case err != nil:
			return err
		case got != sum:
			v.add(Fault{Kind: FaultBlobChanged, File: name, Length: size})
		}
	}
	return nil
}

// sumFile returns the SHA-256 and the length of a regular file.
func sumFile(fsys vfs.FS, path string) (sum blobSum, size int64, err error) {
	f, err := vfs.OpenRegular(fsys, path)
	if err != nil {
		return sum, 0, err
	}
	defer f.Close()
	hash := sha256.New()
	if size, err = io.Copy(hash, f); err != nil {
		return sum, size, err
	}
	return blobSum(hash.Sum(nil)), size, nil
}
