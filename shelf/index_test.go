package shelf

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"example.org/runshelf/internal/bulk"
	"example.org/runshelf/internal/processor"
	"example.org/runshelf/internal/vfs"
)

// indexOf is the index of a log as a repair makes it.
func indexOf(t testing.TB, log []byte, owner string) []byte {
	t.Helper()
	x := newIndexer(quick{vfs.OS()}, t.TempDir(), owner, sha256.New())
	indexLines(newLineReader(bytes.NewReader(log), int64(len(log))), x)
	x.Close()
	b, err := os.ReadFile(x.path)
	if err != nil && len(log) > 0 {
		t.Fatal(err)
	}
	return b
}

// writeIndex puts an index into a run, younger than its log.
func writeIndex(t testing.TB, r *Run, index []byte) {
	t.Helper()
	path := filepath.Join(r.Dir, IndexFile)
	if err := os.WriteFile(path, index, 0o666); err != nil {
		t.Fatal(err)
	}
	later := time.Now().Add(time.Hour)
	if err := os.Chtimes(path, later, later); err != nil {
		t.Fatal(err)
	}
}

func blocksOf(t testing.TB, index []byte, owner string) []IndexBlock {
	t.Helper()
	x, err := NewIndex(bytes.NewReader(index), int64(len(index)), owner)
	if err != nil {
		t.Fatal(err)
	}
	var blocks []IndexBlock
	x.Each(func(b *IndexBlock) bool { blocks = append(blocks, *b); return true })
	return blocks
}

func TestIndexLineIsReadAsItWasWritten(t *testing.T) {
	b := IndexBlock{
		Offset: 65410, Length: 65537, First: 7, Last: 1 << 60,
		Earliest: "2026-01-15T12:00:00.123456Z", Latest: "2026-01-15T12:00:01.000000Z",
		Types: []TypeCount{{`""`, 3}, {`"a\"b\\"`, 2}, {`"tick"`, 1}}, CRC: 0xdeadbeef,
	}
	for _, b.Chain = range []string{"", strings.Repeat("0af1", 16)} {
		for range 2 {
			b.HasBody, b.Body, b.Unordered = !b.HasBody, 0x12, !b.HasBody
			if !b.HasBody {
				b.Body = 0
			}
			line := bytes.TrimSuffix(AppendIndexLine(nil, &b, "me"), newline)
			got, ok := newIndexParser("me").parse(line)
			if !ok || !reflect.DeepEqual(got, b) {
				t.Errorf("%s\nis read as %+v, %v", line, got, ok)
			}
			if _, ok := newIndexParser("you").parse(line); ok {
				t.Error("the line of another run holds")
			}
		}
	}
}

// Every change of one byte makes a line none.
func TestIndexLineThatIsDamaged(t *testing.T) {
	index := indexOf(t, logOf(3000), "me")
	line, _, _ := bytes.Cut(index, newline)
	for i := range line {
		for _, mask := range []byte{1, 2, 0x20, 0x80} {
			bad := bytes.Clone(line)
			bad[i] ^= mask
			if b, ok := newIndexParser("me").parse(bad); ok {
				t.Fatalf("byte %d ^ %#x: %+v", i, mask, b)
			}
		}
	}
}

// A newer writer may know more about a block.
func TestIndexLineWithUnknownMembers(t *testing.T) {
	line := []byte(`{"off":0,"len":9,"first":1,"last":1,"t0":"2026-01-15T12:00:00.000000Z","t1":"2026-01-15T12:00:00.000000Z","types":{"a":1},"crc32c":"00000001","more":[1]`)
	line = append(appendHex(append(line, checkKey...), checkLine("me", line)), `"}`...)
	if _, ok := newIndexParser("me").parse(line); !ok {
		t.Errorf("%s is not read", line)
	}
}

func FuzzIndex(f *testing.F) {
	index := indexOf(f, logOf(200_000), "me")
	f.Add(index)
	f.Add(index[:len(index)/2])
	f.Add([]byte("{}\n"))
	f.Fuzz(func(t *testing.T, index []byte) {
		x, err := NewIndex(bytes.NewReader(index), int64(len(index)), "me")
		if err != nil {
			return
		}
		var end int64
		reached := x.Each(func(b *IndexBlock) bool {
			if b.Offset != end || b.Length <= 0 || b.Lines() == 0 {
				t.Fatalf("%+v follows %d", b, end)
			}
			end = b.End()
			again := AppendIndexLine(nil, b, "me")
			if _, ok := newIndexParser("me").parse(bytes.TrimSuffix(again, newline)); !ok {
				t.Fatalf("%s is not read again", again)
			}
			return true
		})
		if reached != end {
			t.Fatalf("it reached %d, and said %d", end, reached)
		}
		x.From(func(b *IndexBlock) bool { return b.Last < 100 }, func(b *IndexBlock) bool { return true })
		end = -1
		for w := x.Back(); ; end = x.last.Offset {
			b, ok := w.Prev()
			if !ok {
				break
			}
			if end >= 0 && b.End() != end {
				t.Fatalf("%+v is before %d", b, end)
			}
			x.last = b
		}
	})
}

// Bytes that come in pieces of any size, with what is said of them before or just
// in time, make the index that one pass makes.
func TestIndexerTakesItsSidesAtAnyPace(t *testing.T) {
	log := logOf(500_000)
	want := indexOf(t, log, "me")
	blocks := blocksOf(t, want, "me")
	if len(blocks) < 5 || blocks[len(blocks)-1].End() != int64(len(log)) {
		t.Fatalf("%d blocks", len(blocks))
	}
	lines := bytes.SplitAfter(log, newline)
	lines = lines[:len(lines)-1]
	for seed := range uint64(20) {
		rnd := rand.New(rand.NewPCG(seed, 0))
		x := newIndexer(quick{vfs.OS()}, t.TempDir(), "me", sha256.New())
		told, at := 0, int64(0)
		tell := func() { b := blocks[told]; b.Types = append([]TypeCount(nil), b.Types...); x.Cut(b); told++ }
		for i := 0; i < len(lines); {
			var part []byte
			for range 1 + rnd.IntN(600) {
				if i < len(lines) {
					part = append(part, lines[i]...)
					i++
				}
			}
			for told < len(blocks) && (blocks[told].End() < at+int64(len(part)) || rnd.IntN(3) == 0) {
				tell()
			}
			at += int64(len(part))
			x.WriteBegun(part, begunAt(rnd, log[:at], blocks))
		}
		for told < len(blocks) {
			tell()
		}
		path := x.path
		x.Close()
		if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, want) {
			t.Fatalf("seed %d: %v\n%s\nis not\n%s", seed, err, got, want)
		}
	}
}

// begunAt returns what is known of the block with whose beginning a log ends: all,
// nothing, or what is too old.
func begunAt(rnd *rand.Rand, log []byte, blocks []IndexBlock) Begun {
	begin := 0
	for _, b := range blocks {
		if b.End() < int64(len(log)) {
			begin = int(b.End())
		}
	}
	known := log[begin:]
	switch rnd.IntN(4) {
	case 0:
		return Begun{Length: -1}
	case 1:
		known = known[:bytes.LastIndexByte(known[:len(known)-1], '\n')+1]
	}
	return Begun{bulk.Add(processor.Best, bulk.Sums{}, known), int64(len(known))}
}

// Checksums that are told are not taken again.
func TestIndexerBelievesWhatHasBegun(t *testing.T) {
	log := logOf(200_000)
	blocks := blocksOf(t, indexOf(t, log, "me"), "me")
	x := newIndexer(quick{vfs.OS()}, t.TempDir(), "me", sha256.New())
	x.Cut(blocks[0])
	first := log[:blocks[0].End()]
	half := bytes.LastIndexByte(first[:len(first)/2], '\n') + 1
	x.WriteBegun(first[:half], Begun{bulk.Sums{All: 1, Body: 2}, int64(half)})
	x.Write(first[half:])
	path := x.path
	x.Close()
	index, err := os.ReadFile(path)
	want := bulk.Add(processor.Best, bulk.Sums{All: 1, Body: 2}, first[half:])
	if got := blocksOf(t, index, "me"); err != nil || len(got) != 1 || got[0].CRC != want.All || got[0].Body != want.Body {
		t.Errorf("%+v, %v", got, err)
	}
}

// What was told of lines that never came is left out, and so is all that is told too
// late.
func TestIndexerWithoutAllBytes(t *testing.T) {
	log := logOf(200_000)
	blocks := blocksOf(t, indexOf(t, log, "me"), "me")
	x := newIndexer(quick{vfs.OS()}, t.TempDir(), "me", nil)
	x.Cut(blocks[0])
	x.Cut(blocks[1])
	x.Write(log[:blocks[1].End()-1])
	path := x.path
	x.Close()
	index, err := os.ReadFile(path)
	if got := blocksOf(t, index, "me"); err != nil || len(got) != 1 || got[0].CRC != blocks[0].CRC || got[0].Chain != "" {
		t.Errorf("%+v, %v", got, err)
	}
	x = newIndexer(quick{vfs.OS()}, t.TempDir(), "me", nil)
	x.Write(log[:blocks[0].End()+1])
	x.Cut(blocks[0])
	path = x.path
	x.Write(log[blocks[0].End()+1:])
	x.Close()
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("an index that does not know where it is: %v", err)
	}
}

// The body of a block is the same in runs that say the same at other times.
func TestIndexBodyLeavesTimesOut(t *testing.T) {
	log := logOf(150_000)
	later := bytes.ReplaceAll(log, []byte(`{"timestamp":"2026-01-15T12`), []byte(`{"timestamp":"2026-02-19T07`))
	other := bytes.Replace(log, []byte(`"sequence":500,`), []byte(`"sequence":501,`), 1)
	if bytes.Equal(later, log) || bytes.Equal(other, log) {
		t.Fatal("the logs do not differ")
	}
	a, b, c := blocksOf(t, indexOf(t, log, "a"), "a"), blocksOf(t, indexOf(t, later, "b"), "b"), blocksOf(t, indexOf(t, other, "c"), "c")
	for i := range a {
		if a[i].Body != b[i].Body || a[i].CRC == b[i].CRC || a[i].Length != b[i].Length {
			t.Errorf("block %d: %+v and %+v", i, a[i], b[i])
		}
	}
	if a[0].Body == c[0].Body && a[1].Body == c[1].Body {
		t.Error("another event gives the same body")
	}
}

func TestA45VerifyWithAWrongIndex(t *testing.T) {
	s := quickShelf(t)
	log := logOf(200_000)
	r := closedRun(t, s, "a", log)
	right := indexOf(t, log, r.Manifest.UUID)
	for name, index := range wrongIndexes(t, log, right) {
		writeIndex(t, r, index)
		if v := verify(t, r); v.Verdict != VerdictIntact || v.FaultCount != 0 {
			t.Errorf("%s: %s, %s", name, v.Verdict, brief(v.Faults))
		}
	}
	if err := os.Remove(filepath.Join(r.Dir, IndexFile)); err != nil {
		t.Fatal(err)
	}
	if v := verify(t, r); v.Verdict != VerdictIntact || v.FaultCount != 0 {
		t.Errorf("removed: %s, %s", v.Verdict, brief(v.Faults))
	}
}

// wrongIndexes are those that must not change any answer, and a right one.
func wrongIndexes(t testing.TB, log, right []byte) map[string][]byte {
	noise := make([]byte, 5000)
	rnd := rand.New(rand.NewPCG(1, 2))
	for i := range noise {
		noise[i] = byte(rnd.Uint32())
	}
	lines := bytes.SplitAfter(right, newline)
	return map[string][]byte{
		"right": right, "empty": nil, "noise": noise, "of another run": indexOf(t, log, "another"),
		"truncated": right[:len(right)-7], "lagging": bytes.Join(lines[:1], nil), "without its first line": bytes.Join(lines[1:], nil),
		"zeros": make([]byte, 5000), "no line end": bytes.Repeat([]byte("x"), 3<<20),
	}
}

// Where the whole digest disagrees the index tells the place.
func TestVerifyNamesChangedBlocks(t *testing.T) {
	s := quickShelf(t)
	log := logOf(400_000)
	r := closedRun(t, s, "a", log)
	index := indexOf(t, log, r.Manifest.UUID)
	blocks := blocksOf(t, index, r.Manifest.UUID)
	bad := bytes.Clone(log)
	for _, i := range []int{1, 4} {
		at := bytes.IndexByte(bad[blocks[i].Offset+1000:], ':') + int(blocks[i].Offset) + 1000
		for ; bad[at] < '0' || bad[at] > '8'; at++ {
		}
		bad[at]++
		if bytes.Contains(bad[at-12:at], []byte("sequence")) {
			t.Fatal("that would be another fault")
		}
	}
	setLog(t, r, bad)
	writeIndex(t, r, index)
	v := verify(t, r)
	want := []Fault{
		{Kind: FaultChanged, File: EventsFile, Offset: blocks[1].Offset, Length: blocks[1].Length},
		{Kind: FaultChanged, File: EventsFile, Offset: blocks[4].Offset, Length: blocks[4].Length},
	}
	if v.Verdict != VerdictDamaged || !reflect.DeepEqual(v.Faults, want) {
		t.Errorf("%s %+v, want %+v", v.Verdict, v.Faults, want)
	}
	if done := repair(t, s, "a"); !done.After.Verdict.Sound() {
		t.Errorf("%+v", done.After)
	}
	checkIndexed(t, r, bad)
	checkChangedKept(t, r, bad, want)
}

// A log of one block in which a byte was changed is a bad range too, and is kept as one.
func TestChangedByteOfAShortLog(t *testing.T) {
	log := logOf(2500)
	s := quickShelf(t)
	r := closedRun(t, s, "a", log)
	bad := bytes.Replace(log, []byte("quoted"), []byte("forged"), 1)
	setLog(t, r, bad)
	want := []Fault{{Kind: FaultChanged, File: EventsFile, Length: int64(len(log))}}
	if v := verify(t, r); v.Verdict != VerdictDamaged || !reflect.DeepEqual(v.Faults, want) {
		t.Errorf("%s %+v, want %+v", v.Verdict, v.Faults, want)
	}
	repair(t, s, "a")
	checkChangedKept(t, r, bad, want)
}

// checkChangedKept wants the ranges in which bytes were changed in quarantine, and
// told of in the manifest.
func checkChangedKept(t *testing.T, r *Run, log []byte, ranges []Fault) {
	t.Helper()
	var told []string
	for _, f := range ranges {
		name := fmt.Sprintf("%s%s.%d-%d", EventsFile, damagedSuffix, f.Offset, f.Offset+f.Length)
		kept, err := os.ReadFile(filepath.Join(r.Dir, quarantineDir, name))
		if err != nil || !bytes.Equal(kept, log[f.Offset:f.Offset+f.Length]) {
			t.Errorf("%s has %d bytes, %v", name, len(kept), err)
		}
		told = append(told, fmt.Sprintf(`{"offset":%d,"length":%d}`, f.Offset, f.Length))
	}
	manifest, err := os.ReadFile(filepath.Join(r.Dir, ManifestFile))
	if want := `"changed":[` + strings.Join(told, ",") + "]"; err != nil || !strings.Contains(compacted(manifest), want) {
		t.Errorf("the manifest does not say %s: %v\n%s", want, err, manifest)
	}
}

// compacted is JSON without white space.
func compacted(b []byte) string {
	var out bytes.Buffer
	if json.Compact(&out, b) != nil {
		return ""
	}
	return out.String()
}

// checkIndexed wants the index of a log in a run.
func checkIndexed(t *testing.T, r *Run, log []byte) {
	t.Helper()
	got, err := os.ReadFile(filepath.Join(r.Dir, IndexFile))
	if want := indexOf(t, log, r.Manifest.UUID); err != nil || !bytes.Equal(got, want) {
		t.Errorf("the index is not that of the log: %v\n%s\n%s", err, got, want)
	}
}

// A log that no digest seals is guarded by its index.
func TestVerifyFindsChangesOfAnUnsealedLog(t *testing.T) {
	s := quickShelf(t)
	log := logOf(200_000)
	r := open(t, s, killedRun(t, s, string(log), nil).ID())
	index := indexOf(t, log[:150_000], r.Manifest.UUID)
	blocks := blocksOf(t, index, r.Manifest.UUID)
	writeIndex(t, r, index)
	if v := verify(t, r); v.Verdict != VerdictUnsealed {
		t.Fatalf("%s: %s", v.Verdict, brief(v.Faults))
	}
	bad := bytes.Clone(log)
	at := bytes.LastIndexByte(bad[:blocks[1].End()-2], '"') - 1
	bad[at] ^= 1
	setLog(t, r, bad)
	v := verify(t, r)
	if v.Verdict != VerdictDamaged || len(v.Faults) != 1 || v.Faults[0].Kind != FaultChanged || v.Faults[0].Offset != blocks[1].Offset {
		t.Errorf("%s: %s", v.Verdict, brief(v.Faults))
	}
	if done := repair(t, s, r.ID); !done.After.Verdict.Sound() {
		t.Errorf("%+v", done.After)
	}
}

// The index is believed only when nothing speaks against it.
func TestIndexIsBelieved(t *testing.T) {
	s := quickShelf(t)
	log := logOf(400_000)
	r := closedRun(t, s, "a", log)
	right := indexOf(t, log, r.Manifest.UUID)
	believed := func() bool {
		e, err := r.OpenEvents()
		if err != nil {
			t.Fatal(err)
		}
		defer e.Close()
		x, err := r.Index(e)
		if err != nil {
			return false
		}
		return x.Close() == nil
	}
	for name, index := range wrongIndexes(t, log, right) {
		writeIndex(t, r, index)
		if want := name == "right" || name == "lagging" || name == "truncated"; believed() != want {
			t.Errorf("%s: believed is %v", name, !want)
		}
	}
	writeIndex(t, r, right)
	now := time.Now().Add(2 * time.Hour)
	if err := os.Chtimes(filepath.Join(r.Dir, EventsFile), now, now); err != nil {
		t.Fatal(err)
	}
	if believed() {
		t.Error("an index older than its log is believed")
	}
	setLog(t, r, log[:len(log)-1])
	writeIndex(t, r, right)
	if believed() {
		t.Error("an index of a longer log is believed")
	}
	setLog(t, r, append([]byte(fmt.Sprintf(`{"timestamp":"2026-01-15T12:00:00.%06dZ"`, 9)), log[len(`{"timestamp":"2026-01-15T12:00:00.000000Z"`):]...))
	writeIndex(t, r, right)
	if believed() {
		t.Error("an index whose first block is not there is believed")
	}
}

// Seeking finds the block that a walk through all finds.
func TestIndexFrom(t *testing.T) {
	log := logOf(3 << 20)
	index := indexOf(t, log, "me")
	blocks := blocksOf(t, index, "me")
	x, err := NewIndex(bytes.NewReader(index), int64(len(index)), "me")
	if err != nil {
		t.Fatal(err)
	}
	for sequence := uint64(0); sequence < blocks[len(blocks)-1].Last+500; sequence += 97 {
		var want, got []IndexBlock
		for _, b := range blocks {
			if b.Last >= sequence {
				want = append(want, b)
			}
		}
		read := 0
		end := x.From(func(b *IndexBlock) bool { return b.Last < sequence }, func(b *IndexBlock) bool {
			if read++; b.Last >= sequence {
				got = append(got, *b)
			}
			return true
		})
		if !reflect.DeepEqual(got, want) || end != int64(len(log)) {
			t.Fatalf("from %d: %d blocks, want %d; %d", sequence, len(got), len(want), end)
		}
		if read > len(want)+60 {
			t.Fatalf("from %d: %d lines read for %d", sequence, read, len(want))
		}
	}
}

// From the end it is the same blocks as from the start.
func TestIndexBack(t *testing.T) {
	log := logOf(3 << 20)
	index := indexOf(t, log, "me")
	want := blocksOf(t, index, "me")
	lines := bytes.SplitAfter(index, newline)
	back := func(index []byte) (got []IndexBlock) {
		x, err := NewIndex(bytes.NewReader(index), int64(len(index)), "me")
		if err != nil {
			t.Fatal(err)
		}
		for w := x.Back(); ; {
			b, ok := w.Prev()
			if !ok {
				if _, again := w.Prev(); again {
					t.Error("it goes on behind its end")
				}
				slices.Reverse(got)
				return got
			}
			got = append(got, b)
		}
	}
	if got := back(index); !reflect.DeepEqual(got, want) {
		t.Errorf("%d blocks, want %d", len(got), len(want))
	}
	if got := back(index[:len(index)-9]); !reflect.DeepEqual(got, want[:len(want)-1]) {
		t.Errorf("without the end of the last line: %d blocks, want %d", len(got), len(want)-1)
	}
	bad := slices.Concat(lines...)
	bad[len(slices.Concat(lines[:7]...))+20] ^= 1
	if got := back(bad); !reflect.DeepEqual(got, want[8:]) {
		t.Errorf("with a damaged line: %d blocks, want %d", len(got), len(want)-8)
	}
	if got := back(slices.Concat(slices.Concat(lines[:7]...), slices.Concat(lines[8:]...))); !reflect.DeepEqual(got, want[8:]) {
		t.Errorf("without a line: %d blocks, want %d", len(got), len(want)-8)
	}
}

// TestIndexBlocksAllocateLittle: an index costs the program that logs hardly any memory to be
// collected: of each block the texts of its times, and the state of the digest.
func TestIndexBlocksAllocateLittle(t *testing.T) {
	x := newIndexer(vfs.OS(), t.TempDir(), "owner", sha256.New())
	defer x.Close()
	lines := bytes.Repeat([]byte("0123456789abcde\n"), 4096)
	at := time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)
	n := testing.AllocsPerRun(100, func() {
		b := IndexBlock{Length: int64(len(lines)), First: 1, Last: 4096, Types: append(x.Types(), TypeCount{`"tick"`, 4096})}
		b.SetTimes(at, at)
		x.Cut(b)
		x.Write(lines)
	})
	if n > 2 {
		t.Errorf("%v allocations a block", n)
	}
}
