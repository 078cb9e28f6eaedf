package runshelf

import (
	"encoding/json"
	"log/slog"
	"slices"
	"strconv"
	"sync"

	"example.org/runshelf/event"
)

// headRoom is kept free in front of an encoded body for the head of the line,
// which is known only when the event gets its place.
const headRoom = event.MaxHead

// keepBytes is the largest buffer that goes back to the pool, so that one giant
// event does not hold its memory for ever.
const keepBytes = 64 << 10

// entry is one event on its way to the file. It is encoded before the logger's
// lock is taken, since that may call the program's own methods, which may log;
// under the lock only the head is added.
//
// It does not keep the attributes: they live on the caller's stack.
type entry struct {
	kind  string
	level slog.Level
	at    instant // unless dated is false
	dated bool    // it has a time of its own and does not happen now
	aside bool    // see Batch.Aside
	buf   []byte  // headRoom bytes, then the encoded body
	twin  *twin   // nil unless data bears the name timestamp or sequence
}

// twin is what data says under the two names whose own values are known only
// under the lock. It stands in the body as data.<name>, and is left out when it
// is exactly the envelope's own value.
type twin struct {
	timestamp any
	sequence  any
}

const (
	dataTimestamp = "data." + event.KeyTimestamp
	dataSequence  = "data." + event.KeySequence
)

var entries = sync.Pool{New: func() any { return &entry{buf: make([]byte, headRoom, 1024)} }}

func takeEntry() *entry { return entries.Get().(*entry) }

func (e *entry) release() {
	if cap(e.buf) > keepBytes {
		return
	}
	e.kind, e.dated, e.aside, e.twin = "", false, false, nil
	entries.Put(e)
}

// findTwin looks in the encoded body for what may repeat the envelope.
func (e *entry) findTwin() {
	data := e.data()
	e.twin = &twin{}
	e.twin.timestamp, _ = data.Get(dataTimestamp)
	e.twin.sequence, _ = data.Get(dataSequence)
}

// data decodes the body, which is an object but for the brace before it.
func (e *entry) data() event.Object {
	value, err := event.DecodeValue(append([]byte{'{'}, e.buf[headRoom:]...))
	if err != nil {
		return nil
	}
	object, _ := value.(event.Object)
	return object
}

// line completes the line for its place in the log.
func (e *entry) line(stamp *event.Stamp, t instant, sequence uint64) []byte {
	if e.twin != nil {
		e.dropTwins(t, sequence)
	}
	head := stamp.HeadAt(int64(t), sequence)
	start := headRoom - len(head)
	copy(e.buf[start:headRoom], head)
	return e.buf[start:]
}

// dropTwins leaves out the data that repeats the envelope.
func (e *entry) dropTwins(t instant, sequence uint64) {
	if e.twin.timestamp == any(t.time().Format(event.TimeLayout)) {
		e.leaveOut(dataTimestamp)
	}
	if e.twin.sequence == any(json.Number(strconv.FormatUint(sequence, 10))) {
		e.leaveOut(dataSequence)
	}
}

func (e *entry) leaveOut(key string) {
	rest := slices.DeleteFunc(e.data(), func(m event.Member) bool { return m.Key == key })
	object := event.AppendValue(nil, rest)
	e.buf = append(append(e.buf[:headRoom], object[1:]...), '\n')
}
