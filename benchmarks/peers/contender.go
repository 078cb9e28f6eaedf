package peers

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"

	"example.org/runshelf"
)

// Names of the limits.
const (
	RawLines  = "raw write(2) per line"
	RawBlocks = "raw 256 KiB writes"
)

// Safety is what a contender may lose when its process is killed.
type Safety string

// Levels of safety.
const (
	Safe   Safety = "nothing"
	Unsafe Safety = "what is buffered"
)

// Contender is one way of writing events.
type Contender struct {
	Name string
	// Lost is what kill -9 takes of the events that were logged.
	Lost Safety
	// Limit says that this is no logger but what the machine can do at best. A
	// limit is always written by one goroutine.
	Limit bool
	open  func(dir string, load Load) (target, error)
}

// target is an open event log. writer is called once for each goroutine that
// will write.
type target struct {
	path   func() string
	writer func() writer
	close  func() error
}

// writer writes one event with each call. It belongs to one goroutine.
type writer interface {
	transfer(sequence uint64, e *transfer)
	action(sequence uint64, e *action)
	thinking(sequence uint64, e *thinking)
	data(sequence uint64, eventType string, data map[string]any)
}

// All returns the contenders. The first one is what the others are compared with.
func All() []Contender {
	return append(Ours(), []Contender{
		{Name: "zerolog", Lost: Safe, open: direct(openZerolog)},
		{Name: "zerolog, buffered", Lost: Unsafe, open: buffered(openZerolog)},
		{Name: "phuslu/log", Lost: Safe, open: direct(openPhuslu)},
		{Name: "phuslu/log, buffered", Lost: Unsafe, open: buffered(openPhuslu)},
		{Name: "phuslu/log, async", Lost: Unsafe, open: openPhusluAsync},
		{Name: "zap", Lost: Safe, open: openZap},
		{Name: "zap, buffered", Lost: Unsafe, open: openZapBuffered},
		{Name: "slog", Lost: Safe, open: direct(openSlog)},
		{Name: "slog, buffered", Lost: Unsafe, open: buffered(openSlog)},
		{Name: "logrus", Lost: Safe, open: direct(openLogrus)},
		{Name: "logrus, buffered", Lost: Unsafe, open: buffered(openLogrus)},
		{Name: "encoding/json, open-append-close", Lost: Safe, open: openReopening},
		{Name: "encoding/json, buffered", Lost: Unsafe, open: buffered(openEncoder)},
		{Name: RawLines, Limit: true, Lost: Safe, open: openRawLines},
		{Name: RawBlocks, Limit: true, Lost: Unsafe, open: openRawBlocks},
	}...)
}

// Ours returns Runshelf at its levels but power, which waits for the disk.
func Ours() []Contender {
	return []Contender{
		Runshelf(runshelf.DurabilityCrash),
		RunshelfNoDigest(),
		Runshelf(runshelf.DurabilityEach),
		Runshelf(runshelf.DurabilityNone),
	}
}

// Log is an open event log of a contender.
type Log struct {
	load   Load
	target target
}

// Open makes an event log in a directory that is empty.
func (c Contender) Open(dir string, load Load) (*Log, error) {
	target, err := c.open(dir, load)
	if err != nil {
		return nil, fmt.Errorf("opening %s: %w", c.Name, err)
	}
	return &Log{load: load, target: target}, nil
}

// Path is the file that holds the lines, once the log has been closed.
func (l *Log) Path() string { return l.target.path() }

// Close brings what waits to the file and closes it.
func (l *Log) Close() error { return l.target.close() }

// Producer returns a function that writes n events, numbered from first. It
// belongs to one goroutine.
func (l *Log) Producer() func(first uint64, n int) {
	w := l.target.writer()
	if l.load.Form == Map {
		return produceData(w, l.load.Size)
	}
	switch l.load.Size {
	case Small:
		return produceTransfers(w)
	case Medium:
		return produceActions(w)
	}
	return produceThinking(w)
}

func produceTransfers(w writer) func(uint64, int) {
	e := newTransfer()
	return func(first uint64, n int) {
		for i := range n {
			e.Tick = int64(i)
			w.transfer(first+uint64(i), &e)
		}
	}
}

func produceActions(w writer) func(uint64, int) {
	e := newAction()
	return func(first uint64, n int) {
		for i := range n {
			e.Tick = int64(i)
			w.action(first+uint64(i), &e)
		}
	}
}

func produceThinking(w writer) func(uint64, int) {
	e := newThinking()
	return func(first uint64, n int) {
		for i := range n {
			e.Tick = int64(i)
			w.thinking(first+uint64(i), &e)
		}
	}
}

// produceData writes the same map over and over: making a map costs every
// contender the same and is not what is measured.
func produceData(w writer, size Size) func(uint64, int) {
	data := maps.Clone(size.Data())
	eventType := size.EventType()
	return func(first uint64, n int) {
		for i := range n {
			w.data(first+uint64(i), eventType, data)
		}
	}
}

// opener makes an event log on something that takes lines.
type opener func(out output) func() writer

// direct gives a peer the file itself: a write(2) for each event.
func direct(open opener) func(string, Load) (target, error) {
	return func(dir string, _ Load) (target, error) {
		file, err := createFile(dir)
		if err != nil {
			return target{}, err
		}
		return target{path: file.Name, writer: open(file), close: file.Close}, nil
	}
}

// buffered puts the common buffer between a peer and the file.
func buffered(open opener) func(string, Load) (target, error) {
	return func(dir string, _ Load) (target, error) {
		file, err := createFile(dir)
		if err != nil {
			return target{}, err
		}
		b := newBuffer(file)
		return target{path: file.Name, writer: open(b), close: b.Close}, nil
	}
}

func createFile(dir string) (*os.File, error) {
	return os.OpenFile(filepath.Join(dir, "events.jsonl"), os.O_WRONLY|os.O_CREATE|os.O_EXCL|os.O_APPEND, 0o666)
}
