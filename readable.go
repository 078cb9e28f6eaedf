package runshelf

import (
	"log/slog"
	"os"
	"time"

	"example.org/runshelf/event"
	"example.org/runshelf/internal/vfs"
)

// readable writes run.log, the log for a person: one line of text for each key
// event. It is an aid and holds nothing that events.jsonl does not, so it never
// costs an event: when it cannot be written it is left as it is.
type readable struct {
	fs   vfs.FS
	path string
	file vfs.File // opened by the first line
	buf  []byte
	dead bool
}

func newReadable(fs vfs.FS, path string) *readable { return &readable{fs: fs, path: path} }

// show adds the line of an event that events.jsonl has just received.
func (r *readable) show(t time.Time, level slog.Level, line []byte) {
	if r.dead {
		return
	}
	e, err := event.Decode(line)
	if err != nil {
		return
	}
	r.buf = event.AppendText(r.prefix(t, level), e)
	r.put()
}

// say adds a note that is no event, such as that a limit was reached.
func (r *readable) say(t time.Time, level slog.Level, text string) {
	if r.dead {
		return
	}
	r.buf = event.AppendSafe(r.prefix(t, level), text)
	r.put()
}

func (r *readable) prefix(t time.Time, level slog.Level) []byte {
	name := event.LevelName(level)
	if name == "" {
		name = slog.LevelInfo.String()
	}
	b := t.UTC().AppendFormat(r.buf[:0], time.TimeOnly)
	b = append(b, ' ')
	b = append(b, name...)
	for n := len(name); n < len("DEBUG")+1; n++ {
		b = append(b, ' ')
	}
	return b
}

func (r *readable) put() {
	r.buf = append(r.buf, '\n')
	if r.file == nil && !r.open() {
		return
	}
	if _, err := r.file.Write(r.buf); err != nil {
		r.close()
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

func (r *readable) close() {
	r.dead = true
	if r.file != nil {
		_ = r.file.Close()
	}
}
