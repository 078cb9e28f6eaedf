package runshelftest_test

import (
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"example.org/runshelf/runshelftest"
	"example.org/runshelf/shelf"
)

const (
	vectorRun  = "run_20260115_120000"
	vectorUUID = "019bc1a2-8c00-7000-8000-000000000001"
	otherUUID  = "019bc1a2-8c00-7000-8000-000000000002"
)

func line(n int, more string) string {
	return fmt.Sprintf(`{"timestamp":"2026-01-15T12:00:00.%06dZ","sequence":%d,"event_type":"step"%s}`, n, n, more)
}

// whole joins lines, each with its end.
func whole(lines ...string) string { return strings.Join(lines, "\n") + "\n" }

func text(s string) runshelftest.FileVector {
	return runshelftest.FileVector{Pieces: []runshelftest.Piece{{Text: s}}}
}

func manifest(status shelf.Status) runshelftest.FileVector {
	return text(fmt.Sprintf(`{"format":1,"run_id":"%s","uuid":"%s","status":"%s","started_at":"2026-01-15T12:00:00.000000Z"}`+"\n",
		vectorRun, vectorUUID, status))
}

// tailParts says what a tail holds.
type tailParts struct {
	uuid   string
	offset int
	first  []string // lines of the half that was begun first
	second []string
	large  int // where a large line is being written; 0 means none is
	spoil  int // a byte of the file to change; 0 means none
}

// file returns the tail as pieces: the header, and the lines as text.
func (p tailParts) file() runshelftest.FileVector {
	mem := make([]byte, shelf.TailSize)
	w := shelf.NewTailWriter(mem, p.uuid)
	w.LargeDone(int64(p.offset))
	pieces := []runshelftest.Piece{{}}
	const firstAt = 4096
	const secondAt = firstAt + (shelf.TailSize-firstAt)/2
	if len(p.first) > 0 {
		w.Append([]byte(whole(p.first...)))
		pieces = append(pieces, runshelftest.Piece{At: firstAt, Text: whole(p.first...)})
	}
	if len(p.second) > 0 {
		w.Turn()
		w.Append([]byte(whole(p.second...)))
		pieces = append(pieces, runshelftest.Piece{At: secondAt, Text: whole(p.second...)})
	}
	if p.large > 0 {
		w.Large(int64(p.large))
	}
	header := mem[:160]
	if p.spoil > 0 {
		header[p.spoil] ^= 0x10
	}
	pieces[0].Hex = hex.EncodeToString(header)
	return runshelftest.FileVector{Size: shelf.TailSize, Pieces: pieces}
}

// run makes a vector of a run that was written to its end, or killed when it has a
// tail.
func run(name, log string, broken int64, events ...string) runshelftest.RunVector {
	return runshelftest.RunVector{
		Name: name, Dir: vectorRun,
		Files:  map[string]runshelftest.FileVector{shelf.EventsFile: text(log), shelf.ManifestFile: manifest(shelf.StatusCompleted)},
		Expect: runshelftest.RunReport{Status: "completed", Events: append([]string{}, events...), Broken: broken},
	}
}

func withManifest(v runshelftest.RunVector, status string, file *runshelftest.FileVector) runshelftest.RunVector {
	delete(v.Files, shelf.ManifestFile)
	if file != nil {
		v.Files[shelf.ManifestFile] = *file
	}
	v.Expect.Status = status
	return v
}

func killed(v runshelftest.RunVector, tail *runshelftest.FileVector) runshelftest.RunVector {
	running := manifest(shelf.StatusRunning)
	v = withManifest(v, "crashed", &running)
	if tail != nil {
		v.Files[shelf.TailFile] = *tail
	}
	return v
}

func killedWith(v runshelftest.RunVector, parts tailParts) runshelftest.RunVector {
	tail := parts.file()
	v.LittleEndian = true
	return killed(v, &tail)
}

func runVectors() []runshelftest.RunVector {
	return append(logVectors(), append(manifestVectors(), tailVectors()...)...)
}

func logVectors() []runshelftest.RunVector {
	a, b, c := line(1, ""), line(2, `,"i":2`), line(3, `,"text":"é"`)
	gap := `{"timestamp":"2026-01-15T12:00:01.000000Z","sequence":4,"event_type":"log_gap","level":"WARN","dropped":3,"first_sequence":2,"last_sequence":4,"reason":"no space left on device"}`
	foreign := `{"time":"12:00","msg":"of another program"}`
	odd := `{"sequence":"two","timestamp":5,"event_type":null,"level":"loud"}`
	twice := `{"sequence":1,"sequence":2,"event_type":"x"}`
	blanks := "{ \"sequence\" : 1 , \"event_type\" : \"x\" }"
	digits := `{"sequence":1,"event_type":"x","n":123456789012345678901234567890.12345678901234567890}`
	return []runshelftest.RunVector{
		run("whole", whole(a, b, c), 0, a, b, c),
		run("no event", "", 0),
		run("an unfinished last line", whole(a, b)+c[:30], 1, a, b),
		run("an unfinished last line that has only lost its end", whole(a, b)+c, 0, a, b, c),
		run("NUL bytes that a power cut left", whole(a, strings.Repeat("\x00", 40), c), 1, a, c),
		run("NUL bytes inside a line", whole(a, `{"sequence":2,"event_type":"x`+"\x00\x00"+`"}`, c), 1, a, c),
		run("noise", whole(a, "noise", c), 1, a, c),
		run("JSON that is no object", whole(a, `[1,2]`, `"text"`, `17`, `null`, c), 4, a, c),
		run("two events on a line", whole(a, b+c), 0, a, b, c),
		run("two events on a line whose line end was changed", whole(a+"*"+b, c), 0, a, b, c),
		run("a line cut in the middle, and the next one behind it", whole(a[:20]+b, c), 1, b, c),
		run("two events on a line, the second cut in the middle", whole(a+b[:40], c), 1, a, c),
		run("three on a line, the second cut in the middle", whole(a+b[:40]+c), 1, a, c),
		run("a line cut in the middle, and the next one", whole(a, b[:20], c), 1, a, c),
		run("a number with a leading zero", whole(a, `{"sequence":2,"event_type":"x","n":01}`, c), 1, a, c),
		run("a comma too much", whole(a, `{"sequence":2,"event_type":"x",}`, c), 1, a, c),
		run("a raw control character in a text", whole(a, "{\"sequence\":2,\"event_type\":\"x\x01\"}", c), 1, a, c),
		run("a byte order mark and the line ends of Windows", "\ufeff"+a+"\r\n"+b+"\r\n", 0, a, b),
		run("empty lines", "\n"+a+"\n\n  \n"+b+"\n\n", 0, a, b),
		run("a log_gap", whole(a, gap, line(5, "")), 0, a, gap, line(5, "")),
		run("lines of another program", whole(foreign, odd, twice, blanks, `{}`), 0, foreign, odd, twice, blanks, `{}`),
		run("numbers of many digits", whole(digits), 0, digits),
	}
}

func manifestVectors() []runshelftest.RunVector {
	a := line(1, "")
	var all []runshelftest.RunVector
	for _, status := range []shelf.Status{shelf.StatusFailed, shelf.StatusInterrupted} {
		file := manifest(status)
		all = append(all, withManifest(run("status "+string(status), whole(a), 0, a), string(status), &file))
	}
	all = append(all,
		killed(run("killed, with no tail", whole(a), 0, a), nil),
		withManifest(run("no manifest", whole(a), 0, a), "unknown", nil))
	for name, content := range map[string]string{
		"an empty manifest":               "",
		"a manifest of noise":             "noise",
		"a manifest that is cut":          `{"format":1,"status":"comp`,
		"a manifest that is a list":       "[]",
		"a manifest of nothing":           "{}",
		"a status of a wrong type":        `{"status":5}`,
		"a status that nobody knows":      `{"status":"sleeping"}`,
		"a status that readers only tell": `{"status":"crashed"}`,
	} {
		file := text(content)
		all = append(all, withManifest(run(name, whole(a), 0, a), "unknown", &file))
	}
	file := text(`{"format":1,"status":"completed","seed":"x","events":{"count":"many"},"tags":7,"later":[1]}`)
	return append(all, withManifest(run("members of a wrong type harm no other", whole(a), 0, a), "completed", &file))
}

func tailVectors() []runshelftest.RunVector {
	a, b, c, d := line(1, ""), line(2, `,"i":2`), line(3, ""), line(4, "")
	end := len(whole(a, b))
	good := tailParts{uuid: vectorUUID, offset: end, first: []string{c}}
	large := `{"timestamp":"2026-01-15T12:00:00.000003Z","sequence":3,"event_type":"step","text":"` + strings.Repeat("x", 300)
	spoilt := func(at int) tailParts { p := good; p.spoil = at; return p }
	return []runshelftest.RunVector{
		killedWith(run("killed, the last events in the tail", whole(a, b), 0, a, b, c), good),
		killedWith(run("killed, all events in the tail", "", 0, a, b), tailParts{uuid: vectorUUID, first: []string{a, b}}),
		killedWith(run("killed, both halves of the tail in use", whole(a, b), 0, a, b, c, d),
			tailParts{uuid: vectorUUID, offset: end, first: []string{c}, second: []string{d}}),
		killedWith(run("killed while the tail was moved", whole(a, b)+c[:40], 0, a, b, c), good),
		killedWith(run("killed after the tail was moved", whole(a, b, c), 0, a, b, c), good),
		killedWith(run("killed, the tail empty", whole(a, b), 0, a, b), tailParts{uuid: vectorUUID, offset: end}),
		killedWith(run("killed in a line that is longer than the tail", whole(a, b)+large, 0, a, b), tailParts{uuid: vectorUUID, offset: end, large: end}),
		killedWith(run("killed after a line that is longer than the tail", whole(a, b, large+`"}`), 0, a, b, large+`"}`), tailParts{uuid: vectorUUID, offset: end, large: end}),
		killedWith(run("a tail of another run", whole(a, b), 0, a, b), tailParts{uuid: otherUUID, offset: end, first: []string{c}}),
		killedWith(run("a tail that begins behind the log", whole(a), 0, a), good),
		killedWith(run("a tail that begins inside a line", whole(a, b), 0, a, b), tailParts{uuid: vectorUUID, offset: end - 5, first: []string{c}}),
		killedWith(run("a tail older than the log", whole(a, b, c, d), 0, a, b, c, d), tailParts{uuid: vectorUUID, first: []string{a}}),
		killedWith(run("a bit of the tail's magic", whole(a, b), 0, a, b), spoilt(3)),
		killedWith(run("a bit of the tail's uuid", whole(a, b), 0, a, b), spoilt(20)),
		killedWith(run("a bit of the tail's mark of a large line", whole(a, b), 0, a, b), spoilt(48)),
		killedWith(run("a bit of the tail's epoch", whole(a, b), 0, a, b), spoilt(64)),
		killedWith(run("a bit of the tail's offset", whole(a, b), 0, a, b), spoilt(72)),
		killedWith(run("a bit of the tail's checksum", whole(a, b), 0, a, b), spoilt(80)),
		killedWith(run("a bit of the tail's length", whole(a, b), 0, a, b), spoilt(84)),
		killed(run("a tail of 0 bytes", whole(a, b), 0, a, b), &runshelftest.FileVector{Pieces: []runshelftest.Piece{}}),
		killed(run("a tail of zeros", whole(a, b), 0, a, b), &runshelftest.FileVector{Size: shelf.TailSize, Pieces: []runshelftest.Piece{}}),
		killed(run("a tail of noise", whole(a, b), 0, a, b), &runshelftest.FileVector{Pieces: []runshelftest.Piece{{Text: strings.Repeat("noise\n", 100)}}}),
	}
}

// TestRunVectorsAreCurrent wants the file to be what stands above.
func TestRunVectorsAreCurrent(t *testing.T) {
	vectors := runVectors()
	slices.SortFunc(vectors, func(a, b runshelftest.RunVector) int { return strings.Compare(a.Name, b.Name) })
	golden(t, filepath.Join(vectorsDir, "runs.json"), vectors)
}

// runSelf runs one test of this binary in another process and returns what it
// says. That it fails is expected.
func runSelf(t *testing.T, test string, env ...string) []byte {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run", "^"+test+"$", "-test.v")
	cmd.Env = append(os.Environ(), env...)
	out, err := cmd.CombinedOutput()
	if err == nil {
		t.Errorf("%s did not fail", test)
	}
	return out
}
