package runshelf

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"hash/crc32"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"example.org/runshelf/event"
	"example.org/runshelf/internal/vfs"
	"example.org/runshelf/shelf"
)

// checkIndex reads the index of a run and wants it true of the log, block by block.
// It returns the blocks.
func checkIndex(t *testing.T, dir string) []shelf.IndexBlock {
	t.Helper()
	m := readManifest(t, dir)
	index, err := os.ReadFile(filepath.Join(dir, shelf.IndexFile))
	if err != nil {
		t.Fatal(err)
	}
	log, err := os.ReadFile(filepath.Join(dir, shelf.EventsFile))
	if err != nil {
		t.Fatal(err)
	}
	x, err := shelf.NewIndex(bytes.NewReader(index), int64(len(index)), m.UUID)
	if err != nil {
		t.Fatalf("%v:\n%.500s", err, index)
	}
	var blocks []shelf.IndexBlock
	x.Each(func(b *shelf.IndexBlock) bool {
		if b.End() > int64(len(log)) {
			t.Fatalf("the block at %d ends at %d of %d bytes", b.Offset, b.End(), len(log))
		}
		checkBlock(t, b, log)
		blocks = append(blocks, *b)
		return true
	})
	if n := bytes.Count(index, []byte("\n")); n != len(blocks) {
		t.Errorf("%d lines, and %d blocks", n, len(blocks))
	}
	return blocks
}

// bodyOf is the checksum of our lines without their timestamps.
func bodyOf(lines []byte) (sum uint32) {
	for line := range bytes.Lines(lines) {
		sum = crc32.Update(sum, crc32.MakeTable(crc32.Castagnoli), line[len(`{"timestamp":"`+event.TimeLayout):])
	}
	return sum
}

// lateJournal is a journal whose digest is late or is not, by turns.
type lateJournal struct {
	bulkJournal
	asked *int
}

func (j lateJournal) late() bool {
	*j.asked++
	return *j.asked/3%2 == 0
}

// The index of a log that is written in floods is true, whoever has taken its checksums
// and whatever comes between.
func TestIndexOfFloods(t *testing.T) {
	for _, noDigest := range []bool{false, true} {
		l := start(t, Options{RunID: AutoRunID, NoDigest: noDigest})
		form := NewTextForm(slog.LevelInfo, "stdout", "text")
		text := strings.Repeat("z", 300)
		var batches []*Batch
		asked := 0
		for range 2 {
			b := l.Batch()
			b.bulk = lateJournal{b.bulk, &asked}
			batches = append(batches, b)
		}
		for i := range 60 {
			b := batches[i%2]
			for k := range 200 + i*7 {
				b.LogText(&form, text[:k%len(text)])
			}
			b.Flush()
			if i%10 > 6 {
				l.Log("single", slog.Int("i", i))
			}
			if i%10 == 8 { // few, which go the way of single ones
				b.LogText(&form, "few")
				b.Flush()
			}
		}
		finish(t, l)
		blocks := checkIndex(t, l.Dir())
		if len(blocks) < 40 || blocks[0].HasBody == noDigest || asked < 60 {
			t.Errorf("%d blocks, %+v; asked %d times", len(blocks), blocks[0], asked)
		}
	}
}

func checkBlock(t *testing.T, b *shelf.IndexBlock, log []byte) {
	t.Helper()
	content := log[b.Offset:b.End()]
	if crc := crc32.Checksum(content, crc32.MakeTable(crc32.Castagnoli)); crc != b.CRC || content[len(content)-1] != '\n' {
		t.Errorf("the block at %d: checksum %x, want %x", b.Offset, b.CRC, crc)
	}
	if body := bodyOf(content); b.HasBody && b.Body != body {
		t.Errorf("the block at %d: checksum of the bodies %x, want %x", b.Offset, b.Body, body)
	}
	if sum := sha256.Sum256(log[:b.End()]); b.Chain != "" && b.Chain != hex.EncodeToString(sum[:]) {
		t.Errorf("the block at %d: the chain is no digest of the log so far", b.Offset)
	}
	lastLine := content[bytes.LastIndexByte(content[:len(content)-1], '\n')+1:]
	if shorter := len(content) - len(lastLine); shorter >= shelf.IndexBlockBytes || len(content) < shelf.IndexBlockBytes && b.End() < int64(len(log)) {
		t.Errorf("the block at %d has %d bytes, and %d without its last line", b.Offset, len(content), shorter)
	}
	types, first, last, earliest, latest := map[string]uint64{}, uint64(0), uint64(0), "", ""
	for line := range bytes.Lines(content) {
		e, err := event.Decode(line)
		if err != nil {
			t.Fatal(err)
		}
		if first == 0 {
			first = e.Sequence
		}
		at := e.Time.Format(event.TimeLayout)
		if earliest == "" || at < earliest {
			earliest = at
		}
		last, latest = e.Sequence, max(latest, at)
		types[string(event.AppendString(nil, e.Type))]++
	}
	if first != b.First || last != b.Last || earliest != b.Earliest || latest != b.Latest || len(types) != len(b.Types) {
		t.Errorf("block %+v, want %d to %d, %s to %s", b, first, last, earliest, latest)
	}
	for _, c := range b.Types {
		if types[c.JSON] != c.Count {
			t.Errorf("the block at %d has %d of %s, want %d", b.Offset, c.Count, c.JSON, types[c.JSON])
		}
	}
}

// logMany logs enough for several blocks: single events, batches, large ones, and one
// larger than the tail.
func logMany(l *EventLogger) {
	for i := range 1500 {
		l.Log("step", slog.Int("i", i), slog.String("text", "some text"))
		if i%100 == 0 {
			l.LogLevel(slog.LevelWarn, "q\"uote", slog.String("text", strings.Repeat("y", 3000)))
		}
	}
	b := l.Batch()
	for i := range 2500 {
		b.Log(slog.LevelInfo, "line", slog.Int("i", i))
	}
	b.Flush()
	l.Log("large", slog.String("text", strings.Repeat("x", 300_000)))
	l.Log("last")
}

func TestIndexIsWrittenAtEachLevel(t *testing.T) {
	for _, level := range []Durability{DurabilityCrash, DurabilityEach, DurabilityPower, DurabilityNone} {
		for _, noDigest := range []bool{false, true} {
			l := start(t, Options{RunID: AutoRunID, Durability: level, NoDigest: noDigest})
			if level == DurabilityPower {
				l.Log("one")
				b := l.Batch()
				for i := range 5000 {
					b.Log(slog.LevelInfo, "line", slog.Int("i", i))
				}
				b.Flush()
			} else {
				logMany(l)
			}
			finish(t, l)
			blocks := checkIndex(t, l.Dir())
			m := readManifest(t, l.Dir())
			if len(blocks) < 5 || blocks[len(blocks)-1].End() != m.Events.Bytes {
				t.Fatalf("%s: %d blocks to %d, of %d bytes", level, len(blocks), blocks[len(blocks)-1].End(), m.Events.Bytes)
			}
			if blocks[len(blocks)-1].Chain != m.Events.SHA256 {
				t.Errorf("%s: the last chain is %s, the digest %s", level, blocks[len(blocks)-1].Chain, m.Events.SHA256)
			}
		}
	}
}

// The same events make the same blocks, whenever they reach the file.
func TestIndexBlocksDoNotDependOnTime(t *testing.T) {
	var seen [2][]shelf.IndexBlock
	for i, level := range []Durability{DurabilityCrash, DurabilityEach} {
		l := start(t, Options{RunID: AutoRunID, Durability: level})
		logMany(l)
		finish(t, l)
		seen[i] = checkIndex(t, l.Dir())
	}
	for i, a := range seen[0] {
		if b := seen[1][i]; a.Length != b.Length || a.Body != b.Body || a.First != b.First || !a.HasBody {
			t.Errorf("block %d: %+v and %+v", i, a, b)
		}
	}
}

// A disk that fails, and one that is full for a while, leave an index that is true
// as far as it goes.
func TestIndexOfARunWithAGap(t *testing.T) {
	for _, level := range []Durability{DurabilityCrash, DurabilityEach, DurabilityNone} {
		disk := vfs.NewFaulty(vfs.OS())
		l := start(t, Options{RunID: AutoRunID, fs: disk, Durability: level})
		logMany(l)
		disk.Fail(vfs.Fault{Op: vfs.OpWrite, Sticky: true, Err: syscall.ENOSPC, Short: 20})
		logMany(l)
		disk.Heal()
		logMany(l)
		_ = l.Close() // it tells of the gap
		checkIndex(t, l.Dir())
	}
}

// A block that a log_gap fills ends with it, as with any other line.
func TestIndexOfAGapThatFillsABlock(t *testing.T) {
	for _, level := range []Durability{DurabilityCrash, DurabilityEach} {
		disk := vfs.NewFaulty(vfs.OS())
		l := start(t, Options{RunID: AutoRunID, fs: disk, Durability: level})
		for l.tally.block.length < shelf.IndexBlockBytes-150 {
			l.Log("e", slog.Int("i", 1))
		}
		disk.Fail(vfs.Fault{Op: vfs.OpWrite, Sticky: true, Err: syscall.ENOSPC})
		large := slog.String("text", strings.Repeat("x", 300_000)) // larger than the tail
		l.Log("lost", large)
		disk.Heal()
		l.Log("after")
		l.Log("large", large)
		_ = l.Close() // it tells of the gap
		blocks := checkIndex(t, l.Dir())
		if types := blocks[0].Types; len(types) != 2 || types[1].JSON != `"log_gap"` {
			t.Errorf("%s: the log_gap does not end the first block: %v", level, types)
		}
	}
}

// An index that cannot be written costs no event, and nobody a word.
func TestIndexThatCannotBeWritten(t *testing.T) {
	l := start(t, Options{RunID: AutoRunID})
	if err := os.Mkdir(filepath.Join(l.Dir(), shelf.IndexFile), 0o777); err != nil {
		t.Fatal(err)
	}
	logMany(l)
	finish(t, l)
	checkDigest(t, l.Path(), readManifest(t, l.Dir()))
}

func TestNoIndexWithoutARun(t *testing.T) {
	t.Chdir(t.TempDir())
	l, err := NewEventLogger(Options{})
	if err != nil {
		t.Fatal(err)
	}
	logMany(l)
	finish(t, l)
	entries, err := os.ReadDir(".")
	if err != nil || len(entries) != 1 {
		t.Errorf("%v, %v", entries, err)
	}
}

// Whoever closes a log, long or short, leaves an index that readers believe without
// reading the log: one that is younger.
func TestIndexOfAClosedLogIsBelieved(t *testing.T) {
	for range 5 {
		l := start(t, Options{RunID: AutoRunID})
		b := l.Batch()
		for range 30_000 {
			b.Log(slog.LevelInfo, "flood", slog.String("text", strings.Repeat("x", 60)))
		}
		b.Flush()
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		run, err := shelf.OpenRun(l.Dir())
		if err != nil {
			t.Fatal(err)
		}
		events, err := run.OpenEvents()
		if err != nil {
			t.Fatal(err)
		}
		x, err := run.Index(events)
		if err != nil {
			t.Error(err)
		} else {
			_ = x.Close()
		}
		_ = events.Close()
	}
}
