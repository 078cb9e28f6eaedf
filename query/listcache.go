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
//	magic · for each run: its texts, the signature, the start · at the end a CRC-32C
//
// Texts (id, status, manifest, unknown keys) have their length in front as a
// uvarint, numbers are eight bytes, the lowest first. The manifest of a brief list is
// the fields told, each as a text with its length and one more in front, or 0 for one
// that is not there. What is not exactly so is no cache.
const (
	listMagic  = "runshelf list 1\n"
	briefMagic = "runshelf brief 1\n"
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

// cached is what the cache keeps of a run: its entry as it was when the manifest
// had a signature.
type cached struct {
	seen  signature
	entry *Entry // nil when nothing is kept
	held  bool   // the cache has it
}

// listCache is the cache of one shelf. find may be called concurrently.
type listCache struct {
	name    string // "" without a cache
	magic   string
	brief   bool
	entries map[string]*cached
}

// openListCache reads the cache of a shelf. Without one it is empty.
func openListCache(o ListOptions, shelfDir string) *listCache {
	c := &listCache{magic: listMagic, brief: o.Brief, entries: map[string]*cached{}}
	kind := "list-"
	if o.Brief {
		kind, c.magic = "brief-", briefMagic
	}
	if o.CacheDir == "" {
		return c
	}
	abs, err := filepath.Abs(shelfDir)
	if err != nil {
		return c
	}
	// The way in which the shelf was named is part of the manifests as listed.
	sum := sha256.Sum256([]byte(abs + "\x00" + shelfDir))
	c.name = filepath.Join(o.CacheDir, kind+hex.EncodeToString(sum[:12]))
	if b, err := os.ReadFile(c.name); err == nil {
		c.parse(b)
	}
	return c
}

// parse reads the file. Damage makes the cache empty.
func (c *listCache) parse(b []byte) {
	end := len(b) - crc32.Size
	if end < len(c.magic) || string(b[:len(c.magic)]) != c.magic ||
		binary.LittleEndian.Uint32(b[end:]) != crc32.Checksum(b[:end], castagnoli) {
		return
	}
	p := cacheParser{b: b[len(c.magic):end], brief: c.brief}
	for len(p.b) > 0 {
		e := p.next()
		if e == nil {
			clear(c.entries)
			return
		}
		c.entries[e.entry.ID] = e
	}
}

// cacheParser reads runs one after the other. It makes many at once, since making
// each by itself would take longer than reading it.
type cacheParser struct {
	b       []byte // what is left
	brief   bool
	kept    []cached
	entries []Entry
	fields  [][]byte
}

// batch is how many runs are made at once.
const batch = 256

// next reads one run, nil when it is damaged.
func (p *cacheParser) next() *cached {
	var texts [4][]byte
	for i := range texts {
		var ok bool
		if texts[i], p.b, ok = cutText(p.b); !ok {
			return nil
		}
	}
	if len(p.b) < 40 {
		return nil
	}
	if len(p.kept) == 0 {
		p.kept, p.entries = make([]cached, batch), make([]Entry, batch)
	}
	c, e := &p.kept[0], &p.entries[0]
	p.kept, p.entries = p.kept[1:], p.entries[1:]
	e.ID, e.Status = string(texts[0]), statusOf(texts[1])
	if !p.manifest(e, texts[2]) {
		return nil
	}
	if len(texts[3]) > 0 {
		e.Unknown = strings.Split(string(texts[3]), "\n") // no key that is kept holds one
	}
	for i, field := range []*uint64{&c.seen.size, &c.seen.modified, &c.seen.changed, &c.seen.inode} {
		*field = binary.LittleEndian.Uint64(p.b[8*i:])
	}
	e.Start = time.Unix(0, int64(binary.LittleEndian.Uint64(p.b[32:]))).UTC()
	c.entry, c.held = e, true
	p.b = p.b[40:]
	return c
}

// manifest reads what is told of a manifest, false when it is damaged.
func (p *cacheParser) manifest(e *Entry, text []byte) bool {
	if !p.brief {
		e.JSON = text
		return true
	}
	if len(p.fields) == 0 {
		p.fields = make([][]byte, batch*len(BriefFields))
	}
	n := len(BriefFields)
	e.Fields, p.fields = p.fields[:n:n], p.fields[n:]
	return cutFields(text, e.Fields)
}

// statusOf is a status, without a new text for those that are frequent.
func statusOf(text []byte) shelf.Status {
	if string(text) == string(shelf.StatusCompleted) {
		return shelf.StatusCompleted
	}
	return shelf.Status(text)
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

// appendCached writes one run.
func appendCached(b []byte, c *cached) []byte {
	e := c.entry
	manifest := e.JSON
	if e.Fields != nil {
		manifest = appendFields(nil, e.Fields)
	}
	for _, text := range []string{e.ID, string(e.Status), string(manifest), strings.Join(e.Unknown, "\n")} {
		b = append(binary.AppendUvarint(b, uint64(len(text))), text...)
	}
	for _, n := range []uint64{c.seen.size, c.seen.modified, c.seen.changed, c.seen.inode, uint64(e.Start.UnixNano())} {
		b = binary.LittleEndian.AppendUint64(b, n)
	}
	return b
}

// find returns what is kept of a run whose manifest has not changed, nothing of
// any other.
func (c *listCache) find(id, dir string) (*Entry, cached) {
	kept, known := c.entries[id]
	if !known {
		return nil, cached{}
	}
	seen, regular := signatureOf(filepath.Join(dir, shelf.ManifestFile))
	if !regular || seen != kept.seen {
		return nil, cached{}
	}
	kept.entry.Dir = dir
	return kept.entry, *kept
}

// update writes the cache anew when it would hold something else. Trouble is
// passed over: the next list is then only slower.
func (c *listCache) update(runs []cached, now time.Time) {
	fresh, held := 0, 0
	for i := range runs {
		switch e := &runs[i]; {
		case e.entry == nil:
		case e.held:
			held++
		case e.seen.recent(now):
			e.entry = nil
		default:
			fresh++
		}
	}
	if c.name == "" || fresh == 0 && held == len(c.entries) {
		return
	}
	b := []byte(c.magic)
	for i := range runs {
		if e := &runs[i]; e.entry != nil && len(b) < maxCache {
			b = appendCached(b, e)
		}
	}
	_ = c.write(binary.LittleEndian.AppendUint32(b, crc32.Checksum(b, castagnoli)))
}

// write puts the file in the place of the old one at once.
func (c *listCache) write(b []byte) error {
	if err := os.MkdirAll(filepath.Dir(c.name), 0o700); err != nil {
		return fmt.Errorf("making the directory of the cache: %w", err)
	}
	f, err := os.CreateTemp(filepath.Dir(c.name), ".list-*")
	if err != nil {
		return fmt.Errorf("writing the cache: %w", err)
	}
	_, err = f.Write(b)
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Rename(f.Name(), c.name)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return err
}
