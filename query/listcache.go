package query

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"strings"
	"time"
	"unsafe"

	"example.org/runshelf/shelf"
)

// The cache of the list is one file for each shelf, and one more for the brief list:
//
//	magic · 7 numbers of the whole · the ids of the other folders ·
//	6 numbers of each run, newest first · the texts of each run · a CRC-32C
//
// A number is eight bytes, the lowest first. Those of the whole are the state of the
// shelf's directory (see [folder]), how many runs there are, and how many bytes the ids of
// the other folders take, each of which ends with a line end: they may be runs, of which
// nothing is kept. Those of a run are the signature of its manifest, its start, and where
// its texts end among all. Its texts have their length in front as a uvarint: the path of
// the manifest, with a zero behind it; the status; what is told of the manifest, all of it
// or a [Brief]; the unknown keys. What is not exactly so is no cache.
//
// Since it is in the order of the list, a shelf in which nothing has changed is listed
// without sorting; since the texts of each run are found without reading those before, by
// all processors; and since the paths are as the system takes them, without making any.
//
// A crashed run is kept too, but is only as it was while nobody holds its lock. The lock is
// asked for before the signature, since a writer says its last word before it lets it go.
const (
	listMagic  = "runshelf list 4\n"
	briefMagic = "runshelf brief 4\n"
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

// folder tells one state of a directory from another: as long as it is the same the
// directory holds the same names. The zero value is that of a directory of which no
// such state is known.
type folder struct {
	signature
	device uint64
}

// known reports whether the state is one.
func (f folder) known() bool { return f != folder{} }

// listCache is a cache as it is read. Its bytes are never changed.
type listCache struct {
	state   folder   // of the directory, when it was listed
	others  []string // the ids of the folders that are no records
	count   int      // of the records
	numbers []byte
	texts   []byte
}

// Sizes of the numbers, in bytes.
const (
	wholeNumbers = 7 * 8
	runNumbers   = 6 * 8
)

// record is what the cache keeps of one run.
type record struct {
	seen                      signature
	start                     int64
	path                      string // of the manifest
	status, manifest, unknown []byte
}

// parseListCache reads a file; what is no cache has no records, and nothing else.
func parseListCache(b []byte, brief bool) listCache {
	magic, end := listMagicOf(brief), len(b)-crc32.Size
	if end < len(magic)+wholeNumbers || string(b[:len(magic)]) != magic ||
		binary.LittleEndian.Uint32(b[end:]) != crc32.Checksum(b[:end], castagnoli) {
		return listCache{}
	}
	head, rest := b[len(magic):len(magic)+wholeNumbers], b[len(magic)+wholeNumbers:end]
	count, others := numberAt(head, 5), numberAt(head, 6)
	if others > uint64(len(rest)) || count > (uint64(len(rest))-others)/runNumbers {
		return listCache{}
	}
	c := listCache{count: int(count), state: folder{signatureIn(head), numberAt(head, 4)}}
	for _, id := range bytes.SplitAfter(rest[:others], []byte("\n")) {
		if name, whole := strings.CutSuffix(string(id), "\n"); whole && shelf.ValidateID(name) == nil {
			c.others = append(c.others, name)
		} else if len(id) > 0 {
			return listCache{}
		}
	}
	rest = rest[others:]
	c.numbers, c.texts = rest[:c.count*runNumbers], rest[c.count*runNumbers:]
	return c
}

// numberAt is one of the numbers that stand together.
func numberAt(b []byte, i int) uint64 { return binary.LittleEndian.Uint64(b[8*i:]) }

// signatureIn is a signature that stands in front of numbers.
func signatureIn(b []byte) signature {
	return signature{numberAt(b, 0), numberAt(b, 1), numberAt(b, 2), numberAt(b, 3)}
}

// record reads one run, false when it is damaged. It may be called concurrently.
func (c *listCache) record(i int) (r record, ok bool) {
	numbers, from := c.numbers[i*runNumbers:(i+1)*runNumbers], uint64(0)
	if i > 0 {
		from = numberAt(c.numbers[(i-1)*runNumbers:], 5)
	}
	to := numberAt(numbers, 5)
	if from > to || to > uint64(len(c.texts)) {
		return record{}, false
	}
	var path []byte
	texts := c.texts[from:to]
	for _, text := range [...]*[]byte{&path, &r.status, &r.manifest, &r.unknown} {
		if *text, texts, ok = cutText(texts); !ok {
			return record{}, false
		}
	}
	if len(texts) > 0 || len(path) == 0 || bytes.IndexByte(path, 0) != len(path)-1 {
		return record{}, false
	}
	r.seen, r.start = signatureIn(numbers), int64(numberAt(numbers, 4))
	r.path = unsafe.String(&path[0], len(path)-1) // nobody ever changes the bytes
	return r, true
}

// cutText reads a text with its length in front.
func cutText(b []byte) (text, rest []byte, ok bool) {
	var n uint64
	size := 1
	if len(b) > 0 {
		// Nearly all are shorter than this, which binary.Uvarint cannot know.
		if n = uint64(b[0]); n >= 0x80 {
			n, size = binary.Uvarint(b)
		}
	}
	if size <= 0 || size > len(b) || n > uint64(len(b)-size) {
		return nil, nil, false
	}
	end := size + int(n)
	return b[size:end:end], b[end:], true
}

// idOf returns the id of the run that has a path, when it is one in the shelf, "" else.
// What stands before an id in the paths of this shelf is above.
func idOf(path, above string) string {
	rest, inside := strings.CutPrefix(path, above)
	id, manifest := strings.CutSuffix(rest, manifestSuffix)
	if !inside || !manifest || shelf.ValidateID(id) != nil {
		return ""
	}
	return id
}

// manifestSuffix is the path of a manifest behind that of its run.
const manifestSuffix = string(os.PathSeparator) + shelf.ManifestFile

// fill makes the entry of the run as it was listed.
func (r *record) fill(e *Entry, id string, brief bool) {
	e.ID, e.Dir = id, r.path[:len(r.path)-len(manifestSuffix)]
	e.Status, e.Start = statusOf(r.status), time.Unix(0, r.start).UTC()
	if brief {
		e.Brief = r.manifest
	} else {
		e.JSON = r.manifest
	}
	if len(r.unknown) > 0 {
		e.Unknown = strings.Split(string(r.unknown), "\n") // no key that is kept holds one
	}
}

// statusOf is a status, without a new text for those that are frequent.
func statusOf(text []byte) shelf.Status {
	if string(text) == string(shelf.StatusCompleted) {
		return shelf.StatusCompleted
	}
	return shelf.Status(text)
}

// listCacheWriter makes a cache. Runs are added in the order of the list.
type listCacheWriter struct {
	others, numbers, texts []byte
	count                  uint64
}

// newListCacheWriter returns one for so many runs.
func newListCacheWriter(runs int) *listCacheWriter {
	const usual = 160 // bytes of the texts of a brief record
	return &listCacheWriter{numbers: make([]byte, 0, runs*runNumbers), texts: make([]byte, 0, runs*usual)}
}

// add adds a run of which all is kept, if there is room.
func (w *listCacheWriter) add(e *Entry, seen signature) {
	if len(w.numbers)+len(w.texts) > maxCache {
		w.leave(e.ID)
		return
	}
	w.texts = binary.AppendUvarint(w.texts, uint64(len(e.Dir)+len(manifestSuffix)+1))
	w.texts = append(append(append(w.texts, e.Dir...), manifestSuffix...), 0)
	w.texts = appendText(w.texts, e.Status)
	if e.Brief != nil {
		w.texts = appendText(w.texts, e.Brief)
	} else {
		w.texts = appendText(w.texts, e.JSON)
	}
	w.texts = appendText(w.texts, strings.Join(e.Unknown, "\n"))
	w.numbers = appendNumbers(w.numbers, seen.size, seen.modified, seen.changed, seen.inode,
		uint64(e.Start.UnixNano()), uint64(len(w.texts)))
	w.count++
}

// appendText appends a text with its length in front.
func appendText[T ~string | ~[]byte](b []byte, text T) []byte {
	return append(binary.AppendUvarint(b, uint64(len(text))), text...)
}

// leave adds a folder of which nothing but the id is kept.
func (w *listCacheWriter) leave(id string) { w.others = append(append(w.others, id...), '\n') }

// parts are the whole cache, of a directory that was in this state.
func (w *listCacheWriter) parts(state folder, brief bool) [][]byte {
	head := appendNumbers([]byte(listMagicOf(brief)), state.size, state.modified, state.changed, state.inode,
		state.device, w.count, uint64(len(w.others)))
	all, sum := [][]byte{head, w.others, w.numbers, w.texts}, uint32(0)
	for _, part := range all {
		sum = crc32.Update(sum, castagnoli, part)
	}
	return append(all, binary.LittleEndian.AppendUint32(nil, sum))
}

// appendNumbers appends numbers.
func appendNumbers(b []byte, numbers ...uint64) []byte {
	for _, n := range numbers {
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

// replaceFile puts a file of these parts in the place of an old one at once.
func replaceFile(name string, parts ...[]byte) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return fmt.Errorf("making the directory of the cache: %w", err)
	}
	f, err := os.CreateTemp(filepath.Dir(name), ".list-*")
	if err != nil {
		return fmt.Errorf("writing the cache: %w", err)
	}
	for i := 0; i < len(parts) && err == nil; i++ {
		_, err = f.Write(parts[i])
	}
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

var castagnoli = crc32.MakeTable(crc32.Castagnoli)
