package shelf

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"example.org/runshelf/internal/bulk"
	"example.org/runshelf/internal/vfs"
)

// eventLine returns the n-th event of a run, with its end.
func eventLine(n int, pad int) string {
	return fmt.Sprintf(`{"timestamp":"2026-01-15T12:00:00.%06dZ","sequence":%d,"event_type":"x","pad":"%s"}`+"\n",
		n, n, strings.Repeat("p", pad))
}

// killedRun leaves a run as its killed writer would: with these contents of
// events.jsonl, and a tail unless that is nil.
func killedRun(t testing.TB, s *Shelf, log string, tail func(uuid string) []byte) *Live {
	t.Helper()
	l := create(t, s, CreateOptions{})
	write(t, l.Path(EventsFile), log)
	if tail != nil {
		write(t, l.Path(TailFile), string(tail(l.UUID())))
	}
	letGo(t, l)
	return l
}

// shownOf returns the event log of a run as readers see it.
func shownOf(t testing.TB, dir string) string {
	t.Helper()
	r, err := OpenRun(dir)
	if err != nil {
		t.Fatal(err)
	}
	events, err := r.OpenEvents()
	if err != nil {
		t.Fatal(err)
	}
	defer events.Close()
	content := make([]byte, events.Size())
	if n, err := events.ReadAt(content, 0); err != nil && n < len(content) {
		t.Fatal(err)
	}
	return string(content)
}

// tailOf returns the bytes of a tail with some lines in its first half.
func tailOf(uuid string, offset int, lines ...string) []byte {
	mem := make([]byte, TailSize)
	w := NewTailWriter(mem, uuid)
	w.begin(w.active, int64(offset))
	for _, line := range lines {
		w.Append([]byte(line))
	}
	return mem
}

// tailModel is a writer with its tail and its file, both in memory, and what it
// has acknowledged.
type tailModel struct {
	mem    []byte
	writer *TailWriter
	hand   *Half
	file   []byte
	acked  []byte
	number int
}

func newTailModel() *tailModel {
	mem := make([]byte, TailSize)
	return &tailModel{mem: mem, writer: NewTailWriter(mem, "u")}
}

func (m *tailModel) line(pad int) []byte {
	m.number++
	return []byte(eventLine(m.number, pad))
}

// log does what the journal does with one line. cut says at which byte of each
// write to the file the process might be killed; look is called then, and after
// each step.
func (m *tailModel) log(pad int, cut func(n int) int, look func()) {
	line := m.line(pad)
	if len(line) > m.writer.Room() {
		m.settle(cut, look)
		if m.writer.Waiting() > 0 {
			m.hand = m.writer.Turn()
			look()
		}
	}
	if len(line) > m.writer.Room() {
		m.settle(cut, look)
		m.large(line, cut, look)
		return
	}
	m.writer.Append(line)
	m.acked = append(m.acked, line...)
	look()
}

// settle moves the half in hand to the file, as far as cut goes and then whole.
func (m *tailModel) settle(cut func(int) int, look func()) {
	if m.hand == nil {
		return
	}
	m.put(m.hand.Bytes(), m.hand.Offset(), cut, look)
	m.hand.Free()
	m.hand = nil
	look()
}

func (m *tailModel) large(line []byte, cut func(int) int, look func()) {
	m.writer.Large(int64(len(m.acked)))
	look()
	m.put(line, int64(len(m.acked)), cut, nil)
	look()
	m.writer.LargeDone(int64(len(m.file)))
	m.acked = append(m.acked, line...)
	look()
}

func (m *tailModel) put(p []byte, offset int64, cut func(int) int, look func()) {
	part := cut(len(p))
	m.file = append(m.file[:offset], p[:part]...)
	if look != nil {
		look()
	}
	m.file = append(m.file[:offset], p...)
}

// check kills the writer here: what a reader shows is what was acknowledged, but
// for a line that was written and not yet acknowledged.
func (m *tailModel) check(t interface{ Fatalf(string, ...any) }) {
	text, err := parseTail(m.mem)
	log := bytes.NewReader(m.file)
	if err != nil || !text.belongs(log, int64(len(m.file)), "u") {
		t.Fatalf("the tail is refused: %v", err)
	}
	e := Events{size: int64(len(m.file)), f: memoryFile{Reader: log}}
	e.merge(text)
	shown := make([]byte, e.size)
	if n, err := e.ReadAt(shown, 0); n < len(shown) {
		t.Fatalf("%d of %d bytes: %v", n, len(shown), err)
	}
	more, ok := bytes.CutPrefix(shown, m.acked)
	if !ok || bytes.Count(more, newline) > 1 || len(shown) > 0 && shown[len(shown)-1] != '\n' {
		t.Fatalf("%d bytes are shown, %d were acknowledged", len(shown), len(m.acked))
	}
}

// memoryFile is a file of which only ReadAt is used.
type memoryFile struct {
	*bytes.Reader
	vfs.File
}

func (f memoryFile) ReadAt(p []byte, off int64) (int, error) { return f.Reader.ReadAt(p, off) }
func (f memoryFile) Read(p []byte) (int, error)              { return f.Reader.Read(p) }
func (f memoryFile) Write([]byte) (int, error)               { return 0, fs.ErrPermission }

// However a writer is killed, its tail and its file together are all that it has
// acknowledged.
func TestTailAtEveryMoment(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := newTailModel()
		cut := func(n int) int { return rapid.IntRange(0, n).Draw(t, "killed after bytes") }
		look := func() { m.check(t) }
		pads := []int{0, 500, 40_000, tailHalfLen - 200, tailHalfLen - 96, tailHalfLen, 3 * tailHalfLen}
		for range rapid.IntRange(1, 10).Draw(t, "events") {
			m.log(rapid.SampledFrom(pads).Draw(t, "pad"), cut, look)
			if rapid.Bool().Draw(t, "the half arrives") {
				m.settle(cut, look)
			}
		}
	})
}

// What is quiet has the same bytes as at the last look, at every moment of a writer; and
// what has not changed is quiet.
func TestQuiet(t *testing.T) {
	l := killedRun(t, quickShelf(t), "", func(uuid string) []byte { return tailOf(uuid, 0) })
	r, err := OpenRun(l.Dir())
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		mem := make([]byte, TailSize)
		m := &tailModel{mem: mem, writer: NewTailWriter(mem, l.UUID())}
		tail, file := openFile(t, l.Path(TailFile)), openFile(t, l.Path(EventsFile))
		defer tail.Close()
		defer file.Close()
		show := func() {
			_, err := tail.WriteAt(m.mem, 0)
			err = errors.Join(err, file.Truncate(int64(len(m.file))))
			if _, werr := file.WriteAt(m.file, 0); errors.Join(err, werr) != nil {
				t.Fatal(err, werr)
			}
		}
		show()
		events, err := r.OpenEvents()
		if err != nil {
			t.Fatal(err)
		}
		defer events.Close()
		seen := wholeOf(t, events)
		look := func() {
			show()
			quiet := events.Quiet()
			if rapid.IntRange(0, 3).Draw(t, "look") == 0 && quiet {
				return // and at the next moment it is not quiet, or still the same
			}
			if err := events.Refresh(); err != nil {
				t.Fatal(err)
			}
			before := seen
			if seen = wholeOf(t, events); quiet && seen != before {
				t.Fatalf("quiet, and %d bytes have become %d", len(before), len(seen))
			}
			if !events.Quiet() {
				t.Fatal("not quiet, and nothing has changed")
			}
		}
		cut := func(n int) int { return rapid.IntRange(0, n).Draw(t, "written by then") }
		for range rapid.IntRange(1, 3).Draw(t, "events") {
			m.log(rapid.SampledFrom([]int{0, 500, tailHalfLen - 200, tailHalfLen}).Draw(t, "pad"), cut, look)
			if rapid.Bool().Draw(t, "the half arrives") {
				m.settle(cut, look)
			}
		}
	})
}

func openFile(t *rapid.T, name string) *os.File {
	f, err := os.OpenFile(name, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// wholeOf returns the events as of the last look.
func wholeOf(t *rapid.T, events *Events) string {
	content := make([]byte, events.Size())
	if n, err := events.ReadAt(content, 0); n < len(content) {
		t.Fatal(err)
	}
	return string(content)
}

// TestQuietWithoutATail shows that nothing is said about a log without a tail, or with a
// damaged one.
func TestQuietWithoutATail(t *testing.T) {
	s := quickShelf(t)
	for name, tail := range damagedTails(tailOf("u", 0, eventLine(1, 0)), tailOf("other", 0, eventLine(1, 0))) {
		l := killedRun(t, s, "", func(string) []byte { return tail })
		r, err := OpenRun(l.Dir())
		if err != nil {
			t.Fatal(err)
		}
		events, err := r.OpenEvents()
		if err != nil {
			t.Fatal(err)
		}
		if events.Quiet() && name != "of another run" {
			t.Errorf("%s: quiet", name)
		}
		if err := os.Remove(l.Path(TailFile)); err != nil {
			t.Fatal(err)
		}
		if err := events.Refresh(); err != nil || events.Quiet() {
			t.Errorf("%s, removed: %v, or quiet", name, err)
		}
		if err := events.Close(); err != nil {
			t.Error(err)
		}
	}
}

// A large line that could not be cut back yet does not show, and the lines after
// it stand in its place.
func TestTailAfterAFailedLargeLine(t *testing.T) {
	m := newTailModel()
	keep := func(n int) int { return n }
	m.log(0, keep, func() { m.check(t) })
	m.hand = m.writer.Turn()
	m.settle(keep, func() { m.check(t) })
	m.writer.Large(int64(len(m.acked)))
	for _, torn := range []string{"", `{"torn`, "{}\n", eventLine(2, 500)} {
		m.file = append(m.file[:len(m.acked)], torn...)
		m.number = 1
		line := m.line(10)
		m.writer.begin(m.writer.active, int64(len(m.acked)))
		m.writer.Append(line)
		text, err := parseTail(m.mem)
		e := Events{size: int64(len(m.file)), f: memoryFile{Reader: bytes.NewReader(m.file)}}
		e.merge(text)
		if want := int64(len(m.acked) + len(line)); err != nil || e.size != want {
			t.Errorf("behind %q the log has %d bytes, want %d; %v", torn, e.size, want, err)
		}
		store(m.writer.active.slot[slotCommitAt:], 0)
	}
}

// damagedTails are what may lie at the name of a tail.
func damagedTails(good []byte, other []byte) map[string][]byte {
	noise := make([]byte, TailSize)
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range noise {
		noise[i] = byte(rng.Uint32())
	}
	headed := append([]byte(tailMagic), noise[len(tailMagic):]...)
	return map[string][]byte{
		"empty":             {},
		"one byte":          {'r'},
		"zeros":             make([]byte, TailSize),
		"noise":             noise,
		"noise behind head": headed,
		"cut":               good[:TailSize/2],
		"cut in the header": good[:100],
		"of another run":    other,
	}
}

func TestDamagedTailsCountForNothing(t *testing.T) {
	s := quickShelf(t)
	log := eventLine(1, 10) + eventLine(2, 20)
	last := eventLine(3, 30)
	l := killedRun(t, s, log, func(uuid string) []byte { return tailOf(uuid, len(log), last) })
	if got := shownOf(t, l.Dir()); got != log+last {
		t.Fatalf("with a good tail the log is %q", got)
	}
	good, err := os.ReadFile(l.Path(TailFile))
	if err != nil {
		t.Fatal(err)
	}
	for name, tail := range damagedTails(good, tailOf(newUUID(noon), len(log), eventLine(3, 1))) {
		write(t, l.Path(TailFile), string(tail))
		if got := shownOf(t, l.Dir()); got != log {
			t.Errorf("%s: the log is %q", name, got)
		}
		if err := recoverTail(vfs.OS(), l.Dir()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if got, _ := os.ReadFile(l.Path(EventsFile)); string(got) != log {
			t.Errorf("%s: recovering made the log %q", name, got)
		}
		_, err := os.Lstat(l.Path(TailFile))
		blank := len(bytes.Trim(tail, "\x00")) == 0
		if gone := errors.Is(err, fs.ErrNotExist); gone != blank {
			t.Errorf("%s: the tail is gone: %v", name, gone)
		}
	}
}

// A tail that is something else than a file is not followed and hinders nobody.
func TestTailThatIsNoFile(t *testing.T) {
	s := quickShelf(t)
	log := eventLine(1, 10)
	l := killedRun(t, s, log, nil)
	places := []func(path string) error{
		func(path string) error { return os.Mkdir(path, 0o777) },
		func(path string) error { return os.Symlink("/dev/zero", path) },
		func(path string) error { return os.Symlink(EventsFile, path) },
	}
	for i, place := range places {
		if err := place(l.Path(TailFile)); err != nil {
			t.Skipf("the system cannot play this: %v", err)
		}
		if got := shownOf(t, l.Dir()); got != log {
			t.Errorf("%d: the log is %q", i, got)
		}
		_ = recoverTail(vfs.OS(), l.Dir())
		if got, _ := os.ReadFile(l.Path(EventsFile)); string(got) != log {
			t.Errorf("%d: recovering made the log %q", i, got)
		}
		if err := os.Remove(l.Path(TailFile)); err != nil {
			t.Fatal(err)
		}
	}
}

// Whichever bit of a tail is flipped, readers show the log with the whole tail or
// without it.
func TestFlippedBits(t *testing.T) {
	log := eventLine(1, 10) + eventLine(2, 20)
	content := eventLine(3, 30) + eventLine(4, 40)
	plain := tailOf("u", len(log), eventLine(3, 30), eventLine(4, 40))
	large := bytes.Clone(plain)
	store(slotOf(large, 0)[slotCommitAt:], 0)
	(&TailWriter{mem: large}).Large(int64(len(log)))
	for name, test := range map[string]struct {
		mem  []byte
		file string
		want []string
	}{
		"lines":        {plain, log, []string{log, log + content}},
		"half written": {plain, log + content[:50], []string{log + content[:50], log + content}},
		"large":        {large, log + content[:50], []string{log, log + content[:50]}},
	} {
		t.Run(name, func(t *testing.T) {
			for bit := range 8 * (tailDataAt + 2*len(content)) {
				if at := bit / 8; at >= 256 && at < tailDataAt {
					continue // unused
				}
				test.mem[bit/8] ^= 1 << (bit % 8)
				got := mergeOver(test.mem, test.file)
				test.mem[bit/8] ^= 1 << (bit % 8)
				if got != test.want[0] && got != test.want[1] {
					t.Fatalf("bit %d of byte %d makes the log %q", bit%8, bit/8, got)
				}
			}
		})
	}
}

// mergeOver returns what readers show of a file and the bytes of its tail.
func mergeOver(mem []byte, file string) string {
	log := bytes.NewReader([]byte(file))
	e := Events{size: int64(len(file)), f: memoryFile{Reader: log}, tail: tailText{large: -1}}
	if text, err := parseTail(mem); err == nil && text.belongs(log, e.size, "u") {
		e.merge(text)
	}
	shown := make([]byte, e.size)
	n, _ := e.ReadAt(shown, 0)
	return string(shown[:n])
}

// A run whose manifest is lost knows its tail by the next sequence.
func TestTailOfARunWithoutManifest(t *testing.T) {
	s := quickShelf(t)
	log := eventLine(1, 10)
	for name, test := range map[string]struct {
		log  string
		tail []byte
		want string
	}{
		"follows":        {log, tailOf("x", len(log), eventLine(2, 5)), log + eventLine(2, 5)},
		"the first":      {"", tailOf("x", 0, eventLine(1, 5)), eventLine(1, 5)},
		"another's":      {log, tailOf("x", len(log), eventLine(7, 5)), log},
		"not the first":  {"", tailOf("x", 0, eventLine(2, 5)), ""},
		"only a promise": {log + "{\"torn", largeTail(len(log)), log + "{\"torn"},
	} {
		l := killedRun(t, s, test.log, func(string) []byte { return test.tail })
		if err := os.Remove(l.Path(ManifestFile)); err != nil {
			t.Fatal(err)
		}
		if got := shownOf(t, l.Dir()); got != test.want {
			t.Errorf("%s: the log is %q", name, got)
		}
	}
}

func largeTail(offset int) []byte {
	mem := make([]byte, TailSize)
	NewTailWriter(mem, "x").Large(int64(offset))
	return mem
}

// A copy that was taken while the run lived may hold a tail that is older than the
// log. Then the log alone is right.
func TestTailOlderThanTheLog(t *testing.T) {
	s := quickShelf(t)
	first, later := eventLine(1, 10), eventLine(2, 20)+eventLine(3, 30)
	for _, tail := range []func(string) []byte{
		func(uuid string) []byte { return tailOf(uuid, 0, first) },
		func(uuid string) []byte {
			mem := tailOf(uuid, 0)
			(&TailWriter{mem: mem}).Large(int64(len(first)))
			return mem
		},
	} {
		l := killedRun(t, s, first+later, tail)
		if got := shownOf(t, l.Dir()); got != first+later {
			t.Errorf("the log is %q", got)
		}
		if err := recoverTail(vfs.OS(), l.Dir()); err != nil {
			t.Error(err)
		}
		if got, _ := os.ReadFile(l.Path(EventsFile)); string(got) != first+later {
			t.Errorf("the recovered log is %q", got)
		}
	}
}

// Without a tail a half-written last line is cut off, if the run did not end.
func TestTornLastLine(t *testing.T) {
	whole := eventLine(1, 10)
	for name, test := range map[string]struct {
		torn   string
		status Status
		want   string
	}{
		"killed":         {`{"torn`, StatusRunning, whole},
		"killed, long":   {strings.Repeat("x", 3*lineChunk), StatusRunning, whole},
		"killed, whole":  {"", StatusRunning, whole},
		"killed, no end": {`{"a":1}`, StatusRunning, whole + `{"a":1}` + "\n"},
		"ended":          {`{"torn`, StatusCompleted, whole + `{"torn`},
		"manifest wrong": {`{"torn`, "odd", whole + `{"torn`},
	} {
		s := quickShelf(t)
		l := create(t, s, CreateOptions{})
		write(t, l.Path(EventsFile), whole+test.torn)
		if err := l.Update(func(m *Manifest) { m.Status = test.status }); err != nil {
			t.Fatal(err)
		}
		if err := recoverTail(vfs.OS(), l.Dir()); err != nil {
			t.Error(err)
		}
		if got, _ := os.ReadFile(l.Path(EventsFile)); string(got) != whole+test.torn {
			t.Errorf("%s: the log of a living run was changed", name)
		}
		letGo(t, l)
		if err := recoverTail(vfs.OS(), l.Dir()); err != nil {
			t.Error(err)
		}
		if got, _ := os.ReadFile(l.Path(EventsFile)); string(got) != test.want {
			t.Errorf("%s: the log is %.100q", name, got)
		}
	}
}

// Each operation of a recovery fails in turn, as when it is killed there. What
// readers show stays the same, and a second recovery completes the first.
func TestRecoveryStoppedAnywhere(t *testing.T) {
	log := eventLine(1, 10)
	tails := map[string]func(uuid string) []byte{
		"lines": func(uuid string) []byte { return tailOf(uuid, len(log), eventLine(2, 500)) },
		"large": func(uuid string) []byte {
			mem := tailOf(uuid, 0)
			(&TailWriter{mem: mem}).Large(int64(len(log)))
			return mem
		},
	}
	for name, tail := range tails {
		for k := 1; ; k++ {
			s := quickShelf(t)
			l := killedRun(t, s, log+`{"half`, tail)
			shown := shownOf(t, l.Dir())
			disk := vfs.NewFaulty(s.fs)
			disk.Fail(vfs.Fault{At: k, Err: fs.ErrPermission, Short: 100})
			err := recoverTail(disk, l.Dir())
			if got := shownOf(t, l.Dir()); got != shown {
				t.Fatalf("%s: stopped at operation %d the log is %q, not %q", name, k, got, shown)
			}
			disk.Heal()
			if err := recoverTail(disk, l.Dir()); err != nil {
				t.Fatal(err)
			}
			if got, _ := os.ReadFile(l.Path(EventsFile)); string(got) != shown {
				t.Fatalf("%s: stopped at operation %d and done again the log is %q", name, k, got)
			}
			if calls := disk.Calls(); err == nil && len(calls) > 0 && !failed(calls) {
				break
			}
		}
	}
}

func failed(calls []vfs.Call) bool {
	for _, c := range calls {
		if c.Err != nil {
			return true
		}
	}
	return false
}

// FuzzTail parses any bytes as a tail beside any log. With mended checksums more
// of them get far. Whatever it is, the log's own whole lines stay, unless the tail
// puts something in their place or says that a large line stood there.
func FuzzTail(f *testing.F) {
	log := eventLine(1, 10) + eventLine(2, 20)
	head := func(mem []byte) []byte { return mem[:256] }
	f.Add(head(tailOf("u", len(log), eventLine(3, 30))), []byte(eventLine(3, 30)), []byte{}, log, true)
	f.Add(head(largeTail(len(log))), []byte{}, []byte{}, log+"{\"torn", true)
	f.Add([]byte("noise"), []byte("noise\n"), []byte("more\n"), "", false)
	f.Add(head(tailOf("u", len(log), "{\"torn")), []byte("{\"torn"), []byte{}, log, true)
	f.Fuzz(func(t *testing.T, header, first, second []byte, log string, mend bool) {
		mem := make([]byte, TailSize)
		copy(mem, header)
		copy(halfOf(mem, 0), first)
		copy(halfOf(mem, 1), second)
		if mend {
			mendTail(mem, len(first), len(second))
		}
		shown := mergeOver(mem, log)
		text, err := parseTail(mem)
		if err != nil && shown != log {
			t.Fatalf("a tail that is refused changes the log to %q", shown)
		}
		if err == nil && len(text.content) > 0 && text.content[len(text.content)-1] != '\n' {
			t.Fatalf("a torn line is shown: %q", text.content)
		}
		if kept := min(text.offset, int64(len(log))); err == nil && len(text.content) > 0 && !strings.HasPrefix(shown, log[:kept]) && text.large < 0 {
			t.Fatalf("lines before the tail are lost: %q", shown)
		}
	})
}

// mendTail sets the magic, the uuid and the checksums to what they ought to be.
func mendTail(mem []byte, first, second int) {
	copy(mem, tailMagic)
	clear(mem[tailUUIDAt : tailUUIDAt+tailUUIDLen])
	copy(mem[tailUUIDAt:], "u")
	store(mem[tailCheckAt:], checkOf(load(mem[tailLargeAt:])))
	for i, length := range []int{first, second} {
		slot, length := slotOf(mem, i), min(length, tailHalfLen)
		h := Half{data: halfOf(mem, i), slot: slot}
		h.crc = seed(load(slot[slotEpochAt:]), int64(load(slot[slotOffsetAt:])))
		w := TailWriter{active: &h}
		w.Append(bytes.Clone(h.data[:length]))
	}
}

func TestLastLineEnd(t *testing.T) {
	for content, want := range map[string]int64{"": 0, "a": 0, "a\n": 2, "a\nb": 2, strings.Repeat("x", 2*lineChunk): 0} {
		if got, err := lastLineEnd(strings.NewReader(content), int64(len(content))); got != want || err != nil {
			t.Errorf("%.10q: %d, %v", content, got, err)
		}
	}
	if _, err := lastLineEnd(failingReader{}, 1); !errors.Is(err, errReading) {
		t.Error(err)
	}
	if endsTorn(vfs.OS(), filepath.Join(t.TempDir(), "none")) {
		t.Error("a log that is not there ends torn")
	}
}

// A line that was written into the free room, and one that is brought there, make the same
// tail and the same sums, whatever else stands in the room.
func TestTailPlaced(t *testing.T) {
	brought, placed := make([]byte, TailSize), make([]byte, TailSize)
	one, other := NewTailWriter(brought, "u"), NewTailWriter(placed, "u")
	var sums, otherSums bulk.Sums
	for n := range 4000 {
		line := eventLine(n, n%500)
		if n%7 == 0 {
			line = line[:n%len(line)] + "\n"
		}
		if one.Room() < len(line) {
			one.Turn().Free()
			other.Turn().Free()
		}
		free := other.Free()
		if len(free) != 0 || cap(free) != one.Room() {
			t.Fatalf("%d bytes of %d are free, and there is room for %d", len(free), cap(free), one.Room())
		}
		free = free[:min(cap(free), len(line)+50)]
		clear(free)
		copy(free, line)
		one.AppendSummed([]byte(line), &sums)
		other.AppendPlaced(len(line), &otherSums)
		if sums != otherSums || string(one.Active()) != string(other.Active()) {
			t.Fatalf("%d: %x and %d bytes, placed %x and %d", n, sums, len(one.Active()), otherSums, len(other.Active()))
		}
		if string(brought[:tailHeadLen]) != string(placed[:tailHeadLen]) {
			t.Fatalf("%d: other slots", n)
		}
	}
}

// BenchmarkTailAppend measures what keeps an event safe from a kill: the copy into the
// tail, its checksum and the commit.
func BenchmarkTailAppend(b *testing.B) {
	for name, size := range map[string]int{"small": 176, "medium": 446} {
		b.Run(name, func(b *testing.B) {
			tail := NewTailWriter(make([]byte, TailSize), "")
			line := append(bytes.Repeat([]byte("x"), size-1), '\n')
			for b.Loop() {
				if tail.Room() < size {
					tail.Turn().Free()
				}
				tail.Append(line)
			}
		})
	}
}
