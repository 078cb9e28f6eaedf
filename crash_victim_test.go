package runshelf

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"

	"example.org/runshelf/internal/vfs"
	"example.org/runshelf/shelf"
)

// crashRole, when set, makes the test binary play the program that is killed. It
// holds a [CrashPlan].
const crashRole = "RUNSHELF_TEST_CRASH"

// CrashedRun is the id of the run that a victim makes.
const CrashedRun = "killed"

// CrashPlan says what a victim does. It is exported for the tests outside the
// package.
type CrashPlan struct {
	// Logs is the shelf.
	Logs string
	// Board is a file of CrashBoardSize bytes, shared in memory: a word that says
	// that logging has begun, then for each goroutine the number of its events that
	// Log has returned for. What is stored there survives the victim.
	Board string
	// Level is the durability.
	Level Durability
	// Producers is the number of goroutines that log, Events how many each does.
	Producers, Events int
	// Sizes is one of CrashSizes.
	Sizes string
	// Finish is what comes after the last event: "wait" to be killed, "close",
	// "exit", "panic". With "recover" the victim logs nothing and recovers the run
	// of another one instead.
	Finish string
	// Pause is how long to wait between two events.
	Pause time.Duration
	// Report is a file for a [CrashReport], written at the end of "close".
	Report string
	// Free is a file that is removed when half of the events are logged.
	Free string
	// FileLimit is the largest file that the victim may write, in bytes; 0 means
	// no limit.
	FileLimit uint64
}

// CrashReport is what a victim saw itself.
type CrashReport struct {
	Open, Err, Close string
	Dropped          uint64 // as Close says
	DroppedErr       uint64 // as Err says before
	Last             uint64 // the sequence of the last event
}

// CrashBoardSize is the length of the shared memory, in bytes.
const CrashBoardSize = 4096

// BoardWord returns a word of the shared memory. The first is 1 when logging has
// begun.
func BoardWord(board []byte, i int) *atomic.Uint64 {
	return (*atomic.Uint64)(unsafe.Pointer(&board[i*8]))
}

// CrashSizes are the kinds of events: short ones, which are usual ones in turns of
// crashTurn; some KiB; a mix up to what is
// longer than the whole tail; strings that move to blobs; and batches, CrashBatch
// events each, that go to the file by a write of their own.
func CrashSizes() []string { return []string{"small", "large", "huge", "blob", "batches"} }

// CrashBatch is the number of events of a batch.
const CrashBatch = 250

// CrashText is the text of the i-th event of a producer.
func CrashText(sizes string, producer, i int) string {
	const half = (shelf.TailSize - 4096) / 2
	length := 20 + i%60
	switch {
	case sizes == "batches":
		length = 300 + i%100
	case sizes == "large":
		length = 4000 + i*997%9000
	case sizes == "blob" && i%5 == 0:
		length = 5000 + i%7
	case sizes != "huge":
	case i%11 == 3:
		length = 40_000
	case i%13 == 5:
		length = half - 160 + i%40 // around the room of an empty half
	case i%17 == 7:
		length = shelf.TailSize + i
	}
	pattern := crashPattern
	if sizes == "small" && i/crashTurn%2 == 0 {
		pattern = crashPlain
	}
	start := (producer*31 + i*7) % len(pattern)
	return strings.Repeat(pattern, length/len(pattern)+2)[start : start+length]
}

const (
	crashPattern = `The "quick" brown fox \ jumps over 13 lazy dogs. `
	crashPlain   = `Nothing in here has to be escaped. `
	crashTurn    = 250
)

// playVictim does what the environment asks of the test binary, if it does.
func playVictim() {
	text := os.Getenv(crashRole)
	if text == "" {
		return
	}
	var plan CrashPlan
	if err := json.Unmarshal([]byte(text), &plan); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(4)
	}
	// Injected faults count the calls of one thread.
	runtime.LockOSThread()
	if err := plan.play(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(4)
	}
	os.Exit(0)
}

func (p CrashPlan) play() error {
	if p.Finish == "recover" {
		return shelf.New(p.Logs).Edit(CrashedRun, func(m *shelf.Manifest) error { m.Pinned = true; return nil })
	}
	if p.FileLimit > 0 {
		if err := limitFiles(p.FileLimit); err != nil {
			return err
		}
	}
	board, err := p.board()
	if err != nil {
		return err
	}
	l, err := NewEventLogger(p.options())
	if err != nil {
		return errors.Join(p.report(CrashReport{Open: err.Error()}), err)
	}
	BoardWord(board, 0).Store(1)
	p.log(l, board)
	return p.finish(l)
}

func (p CrashPlan) options() Options {
	o := Options{LogsDir: p.Logs, RunID: CrashedRun, Durability: p.Level, SourceDir: os.TempDir()}
	if p.Sizes == "blob" {
		o.MaxEventBytes = 1000
	}
	return o
}

func (p CrashPlan) board() ([]byte, error) {
	file, err := vfs.OS().OpenFile(p.Board, os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return vfs.Map(file, CrashBoardSize)
}

// log lets all producers log; the first of them is the main thread.
func (p CrashPlan) log(l *EventLogger, board []byte) {
	var group sync.WaitGroup
	produce := p.produce
	if p.Sizes == "batches" {
		produce = p.produceBatches
	}
	for producer := 1; producer < p.Producers; producer++ {
		group.Go(func() { produce(l, board, producer) })
	}
	produce(l, board, 0)
	group.Wait()
}

func (p CrashPlan) produce(l *EventLogger, board []byte, producer int) {
	done := BoardWord(board, 1+producer)
	for i := range p.Events {
		l.Log("step", slog.Int("producer", producer), slog.Int("i", i), slog.String("text", CrashText(p.Sizes, producer, i)))
		done.Store(uint64(i + 1))
		if p.Pause > 0 {
			time.Sleep(p.Pause)
		}
		if p.Free != "" && i == p.Events/2 {
			_ = os.Remove(p.Free)
		}
	}
}

// produceBatches is produce for events that are acknowledged together.
func (p CrashPlan) produceBatches(l *EventLogger, board []byte, producer int) {
	b := l.Batch()
	for i := range p.Events {
		b.Log(slog.LevelInfo, "step", slog.Int("producer", producer), slog.Int("i", i), slog.String("text", CrashText(p.Sizes, producer, i)))
		if n := i + 1; n%CrashBatch == 0 || n == p.Events {
			b.Flush()
			BoardWord(board, 1+producer).Store(uint64(n))
		}
	}
}

func (p CrashPlan) finish(l *EventLogger) error {
	switch p.Finish {
	case "exit":
		os.Exit(3)
	case "panic":
		panic("as planned")
	case "close":
		r := CrashReport{DroppedErr: dropped(l.Err()), Err: errorText(l.Err()), Last: l.Log("last")}
		err := l.Close()
		r.Close, r.Dropped = errorText(err), dropped(err)
		return p.report(r)
	}
	select {}
}

func (p CrashPlan) report(r CrashReport) error {
	if p.Report == "" {
		return nil
	}
	text, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return os.WriteFile(p.Report, text, 0o666)
}

func dropped(err error) uint64 {
	var lost *DroppedError
	if errors.As(err, &lost) {
		return lost.Dropped
	}
	return 0
}
