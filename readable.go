package runshelf

import (
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"time"

	"example.org/runshelf/event"
	"example.org/runshelf/internal/vfs"
	"example.org/runshelf/shelf"
)

// readable writes run.log, the log for a person: one line of text for each key
// event. It is an aid and holds nothing that events.jsonl does not, so it never
// costs an event: when it cannot be written it is left as it is. The same lines,
// from a level of their own on, go to the console when there is one.
//
// Lines wait until flush is called, which every caller of the logger does before
// it lets the logger's lock go: many at once cost one write.
type readable struct {
	fs      vfs.FS
	path    string
	file    vfs.File // opened by the first line
	size    int64    // of the file
	limit   int64    // of a file's size; 0 is none
	next    int64    // the size from which on a new file is begun
	segment int      // number of the newest file that is full
	wait    []byte   // whole lines
	line    []byte
	dead    bool
	console *console // nil without one
}

func newReadable(fs vfs.FS, path string, o Options) *readable {
	return &readable{fs: fs, path: path, limit: o.MaxLogBytes, next: o.MaxLogBytes, console: newConsole(o.Console)}
}

// show adds the line of an event that events.jsonl has just received.
func (r *readable) show(t time.Time, level slog.Level, line []byte, where places) {
	if r.dead {
		where &^= inLog
	}
	if where == 0 {
		return
	}
	e, err := event.Decode(line)
	if err != nil {
		return
	}
	r.line = event.AppendText(r.prefix(t, level), e)
	r.put(where)
}

// say adds a note that is no event, such as that a limit was reached.
func (r *readable) say(t time.Time, level slog.Level, text string, where places) {
	r.line = event.AppendSafe(r.prefix(t, level), text)
	r.put(where)
	r.flush()
}

func (r *readable) prefix(t time.Time, level slog.Level) []byte {
	name := event.LevelName(level)
	if name == "" {
		name = slog.LevelInfo.String()
	}
	b := t.UTC().AppendFormat(r.line[:0], time.TimeOnly)
	b = append(b, ' ')
	b = append(b, name...)
	for n := len(name); n < len("DEBUG")+1; n++ {
		b = append(b, ' ')
	}
	return b
}

// waitBytes is about how much waits at most.
const waitBytes = 64 << 10

func (r *readable) put(where places) {
	r.line = append(r.line, '\n')
	if where&onConsole != 0 && r.console != nil {
		r.console.show(r.line)
	}
	if where&inLog == 0 || r.dead {
		return
	}
	if held := r.size + int64(len(r.wait)); r.limit > 0 && held > 0 && held+int64(len(r.line)) > r.next {
		r.flush()
		r.turn()
	}
	if r.wait = append(r.wait, r.line...); len(r.wait) > waitBytes {
		r.flush()
	}
}

// flush writes the lines that wait.
func (r *readable) flush() {
	if len(r.wait) == 0 {
		return
	}
	p := r.wait
	r.wait = r.wait[:0]
	if r.dead || r.file == nil && !r.open() {
		return
	}
	n, err := r.file.Write(p)
	r.size += int64(n)
	if err != nil {
		r.stop()
	}
}

// turn makes the full file run.log.1, or the next number that is free, and lets
// the next line begin a new one. The oldest lines thus stand in the lowest number,
// no file gets a second name later, and one failed call costs nothing: when the
// file cannot be renamed it grows on, and after as much again it is tried anew.
func (r *readable) turn() {
	if r.file == nil {
		return
	}
	// A file is closed before it is renamed: not every system renames open ones.
	// What a failure to close would tell, the write has told.
	_ = r.file.Close()
	r.file = nil
	to, err := r.freeSegment()
	if err == nil {
		err = r.fs.Rename(r.path, to)
	}
	if err != nil {
		r.next = r.size + r.limit
		return
	}
	r.segment++
	r.size, r.next = 0, r.limit
}

// freeSegment returns the next name for a full file. Another's file is never
// replaced.
func (r *readable) freeSegment() (string, error) {
	for ; ; r.segment++ {
		to := shelf.LogSegment(r.path, r.segment+1)
		if _, err := r.fs.Lstat(to); errors.Is(err, fs.ErrNotExist) {
			return to, nil
		} else if err != nil {
			return "", err
		}
	}
}

func (r *readable) open() bool {
	file, err := r.fs.OpenFile(r.path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o666)
	if err != nil {
		r.dead = true
		return false
	}
	r.file = file
	return true
}

// stop leaves the file as it is, for good.
func (r *readable) stop() {
	r.dead = true
	if r.file != nil {
		_ = r.file.Close()
		r.file = nil
	}
}

// close ends the log.
func (r *readable) close() {
	r.flush()
	r.stop()
	if r.console != nil {
		r.console.close()
	}
}
