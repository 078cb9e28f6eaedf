package query

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"strings"
	"time"

	"example.org/runshelf/shelf"
)

// The cache of the list is one file for each shelf, and one more for the brief list:
//
//	magic · for each run, newest first: its texts, the signature, the start · a CRC-32C
//
// Texts (id, status, what is told of the manifest, unknown keys) have their length in
// front as a uvarint, numbers are eight bytes, the lowest first. Of the manifest all of
// it is told, or a [Brief]. What is not exactly so is no cache. Since it is in the order
// of the list, a shelf in which nothing has changed is listed without sorting.
const (
	listMagic  = "runshelf list 2\n"
	briefMagic = "runshelf brief 2\n"
)

// Limits of the cache: longer manifests are read each time.
const (
	maxCached = 64 << 10
	maxCache  = 128 << 20
)

// settleTime is how long ago a file must have been changed for its times to be
// believed: a second change may come within one tick of the file system's clock.
const settleTime = 2 * time.Second

// signature tells one state of a file from another.
type signature struct{ size, modified, changed, inode uint64 }

// recent reports whether the file was changed so lately that a change after this
// one might leave the same signature.
func (s signature) recent(now time.Time) bool {
	limit := uint64(now.Add(-settleTime).UnixNano())
	return s.modified >= limit || s.changed >= limit
}

// record is what the cache keeps of one run, behind its id.
type record struct {
	status, manifest, unknown []byte
	numbers                   []byte // the signature and the start
}

// numbersSize is how many bytes the numbers of a run take.
const numbersSize = 5 * 8

// cutRecord reads one run, false when it is damaged.
func cutRecord(b []byte) (id []byte, r record, rest []byte, ok bool) {
	for _, text := range []*[]byte{&id, &r.status, &r.manifest, &r.unknown} {
		if *text, b, ok = cutText(b); !ok {
			return nil, record{}, nil, false
		}
	}
	if len(b) < numbersSize {
		return nil, record{}, nil, false
	}
	r.numbers = b[:numbersSize]
	return id, r, b[numbersSize:], true
}

// cutText reads a text with its length in front.
func cutText(b []byte) (text, rest []byte, ok bool) {
	n, size := binary.Uvarint(b)
	if size <= 0 || n > uint64(len(b)-size) {
		return nil, nil, false
	}
	end := size + int(n)
	return b[size:end:end], b[end:], true
}

// number is one of the numbers: those of the signature, then the start.
func (r *record) number(i int) uint64 { return binary.LittleEndian.Uint64(r.numbers[8*i:]) }

// seen is the signature that the manifest had.
func (r *record) seen() signature {
	return signature{r.number(0), r.number(1), r.number(2), r.number(3)}
}

// entry is the run as it was listed.
func (r *record) entry(id, dir string, brief bool) Entry {
	e := Entry{ID: id, Dir: dir, Status: statusOf(r.status), Start: time.Unix(0, int64(r.number(4))).UTC()}
	if brief {
		e.Brief = r.manifest
	} else {
		e.JSON = r.manifest
	}
	if len(r.unknown) > 0 {
		e.Unknown = strings.Split(string(r.unknown), "\n") // no key that is kept holds one
	}
	return e
}

// statusOf is a status, without a new text for those that are frequent.
func statusOf(text []byte) shelf.Status {
	if string(text) == string(shelf.StatusCompleted) {
		return shelf.StatusCompleted
	}
	return shelf.Status(text)
}

// appendRecord writes one run.
func appendRecord(b []byte, e *Entry, seen signature) []byte {
	manifest := e.JSON
	if e.Brief != nil {
		manifest = e.Brief
	}
	for _, text := range []string{e.ID, string(e.Status), string(manifest), strings.Join(e.Unknown, "\n")} {
		b = append(binary.AppendUvarint(b, uint64(len(text))), text...)
	}
	for _, n := range []uint64{seen.size, seen.modified, seen.changed, seen.inode, uint64(e.Start.UnixNano())} {
		b = binary.LittleEndian.AppendUint64(b, n)
	}
	return b
}

// listCacheName is the path of the cache of a shelf, "" when there is none.
func listCacheName(o ListOptions, shelfDir string) string {
	abs, err := filepath.Abs(shelfDir)
	if err != nil || o.CacheDir == "" {
		return ""
	}
	kind := "list-"
	if o.Brief {
		kind = "brief-"
	}
	// The way in which the shelf was named is part of the manifests as listed.
	sum := sha256.Sum256([]byte(abs + "\x00" + shelfDir))
	return filepath.Join(o.CacheDir, kind+hex.EncodeToString(sum[:12]))
}

// listMagicOf is how a cache begins.
func listMagicOf(brief bool) string {
	if brief {
		return briefMagic
	}
	return listMagic
}

// parseListCache reads the runs in a file; in what is no cache there are none.
func parseListCache(b []byte, brief bool) (ids [][]byte, records []record) {
	magic, end := listMagicOf(brief), len(b)-crc32.Size
	if end < len(magic) || string(b[:len(magic)]) != magic ||
		binary.LittleEndian.Uint32(b[end:]) != crc32.Checksum(b[:end], castagnoli) {
		return nil, nil
	}
	b = b[len(magic):end]
	const usual = 160 // bytes of a brief record
	ids, records = make([][]byte, 0, len(b)/usual), make([]record, 0, len(b)/usual)
	for len(b) > 0 {
		id, r, rest, ok := cutRecord(b)
		if !ok {
			return nil, nil
		}
		ids, records, b = append(ids, id), append(records, r), rest
	}
	return ids, records
}

// writeListCache puts a cache of these runs, as they are listed, in the place of the
// old one. Trouble is passed over: the next list is then only slower.
func writeListCache(name string, runs []listed, brief bool) {
	b := []byte(listMagicOf(brief))
	for i := range runs {
		if r := &runs[i]; r.keep && len(b) < maxCache {
			b = appendRecord(b, r.entry, r.seen)
		}
	}
	_ = replaceFile(name, binary.LittleEndian.AppendUint32(b, crc32.Checksum(b, castagnoli)))
}

// replaceFile puts a file in the place of an old one at once.
func replaceFile(name string, b []byte) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return fmt.Errorf("making the directory of the cache: %w", err)
	}
	f, err := os.CreateTemp(filepath.Dir(name), ".list-*")
	if err != nil {
		return fmt.Errorf("writing the cache: %w", err)
	}
	_, err = f.Write(b)
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return err
}
