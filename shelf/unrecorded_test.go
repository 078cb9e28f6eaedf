package shelf

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// sideEvents are the lines of a log with so many events of the side channel among
// others, some of which only look like such events.
func sideEvents(n int) string {
	var b strings.Builder
	add := func(sequence int, rest string) {
		fmt.Fprintf(&b, `{"timestamp":"2026-01-15T12:00:00.000000Z","sequence":%d,"event_type":"log",%s}`+"\n", sequence, rest)
	}
	add(1, `"text":"\"stream\":\"events\"","stream":"stdout"`)
	add(2, `"of":{"stream":"events"},"stream":"stdout"`)
	for i := range n {
		add(3+i, `"n":1,"stream":"events"`)
	}
	return b.String()
}

func TestUnrecorded(t *testing.T) {
	side := func(lines, offset, length int64) []Unrecorded { return []Unrecorded{{SideFile, lines, offset, length}} }
	for name, c := range map[string]struct {
		side, log, manifest string
		want                []Unrecorded
	}{
		"none":          {"", sideEvents(0), "", nil},
		"all recorded":  {"1\n22\n", sideEvents(2), "", nil},
		"more events":   {"1\n", sideEvents(2), "", nil},
		"the last":      {"1\n22\n333\n4444\n", sideEvents(2), "", side(2, 5, 9)},
		"a part":        {"1\n22\n333", sideEvents(2), "", side(1, 5, 3)},
		"blank lines":   {"\n\n1\n", sideEvents(2), "", side(1, 2, 2)},
		"none of them":  {"1\n22\n", sideEvents(0), "", side(2, 0, 5)},
		"without a log": {"1\n22\n", "", "", side(2, 0, 5)},
		"half an event": {"1\n22\n", strings.TrimSuffix(sideEvents(2), "\"}\n"), "", side(1, 2, 3)},
		"without end":   {"1\n22\n", strings.TrimSuffix(sideEvents(2), "\n"), "", nil},
		"events lost":   {"1\n22\n333\n", sideEvents(2), `,"events":{"dropped":1}`, side(1, 0, 9)},
		"a gap":         {"1\n22\n", sideEvents(1) + gapEvent(4), "", side(1, 0, 5)},
	} {
		t.Run(name, func(t *testing.T) {
			checkUnrecorded(t, map[string]string{SideFile: c.side, EventsFile: c.log}, c.manifest, c.want)
		})
	}
}

// gapEvent is an event that stands for the lost one of a number.
func gapEvent(n int) string {
	return fmt.Sprintf(`{"timestamp":"2026-01-15T12:00:00.000000Z","sequence":%d,"event_type":"log_gap","level":"WARN",`+
		`"dropped":1,"first_sequence":%[1]d,"last_sequence":%[1]d,"reason":"x"}`+"\n", n)
}

// checkUnrecorded makes a killed run of files, without those that hold nothing, and
// holds against it what is told of lines that are no events.
func checkUnrecorded(t *testing.T, files map[string]string, manifest string, want []Unrecorded) {
	t.Helper()
	s := quickShelf(t)
	dir := handMade(t, s, "r", `{"status":"running","started_at":"2026-01-15T12:00:00Z"`+manifest+`}`)
	write(t, filepath.Join(dir, LockFile), "")
	for name, content := range files {
		if write(t, filepath.Join(dir, name), content); content == "" {
			if err := os.Remove(filepath.Join(dir, name)); err != nil {
				t.Fatal(err)
			}
		}
	}
	r, err := OpenRun(dir)
	if err != nil {
		t.Fatal(err)
	}
	before := tree(t, dir)
	if got, err := r.Unrecorded(); err != nil || !slices.Equal(got, want) {
		t.Errorf("%+v, %v; want %+v", got, err, want)
	}
	if v, err := r.Verify(); err != nil || !slices.Equal(v.Unrecorded, want) {
		t.Errorf("verify: %+v, %v; want %+v", v.Unrecorded, err, want)
	}
	sameRun(t, dir, before)
}

// outputLog is a log of which the data of the events is given.
func outputLog(data ...string) string {
	var b strings.Builder
	for i, d := range data {
		fmt.Fprintf(&b, `{"timestamp":"2026-01-15T12:00:00.000000Z","sequence":%d,%s}`+"\n", i+1, d)
	}
	return b.String()
}

// Of output that a killed recorder had kept and not made events of it is told where it
// begins, and nothing is told that may be wrong.
func TestUnrecordedOutput(t *testing.T) {
	const (
		all      = `,"kind":"exec","capture":{"options":{}}`
		one      = `"event_type":"stdout","text":"one","stream":"stdout"`
		two      = `"event_type":"stdout","text":"two","stream":"stdout"`
		bad      = `"event_type":"stderr","level":"WARN","text":"bad","stream":"stderr"`
		object   = `"event_type":"tick","level":"WARN","n":1.50,"o":{"a":[1]},"data.stream":3,"data.timestamp":"x","data.level":"warning","stream":"stdout"`
		line     = `{"event_type":"tick", "n":1.50,"o":{"a":[1]},"stream":3,"timestamp":"x","level":"warning"}`
		sideways = `"event_type":"log","text":"x","stream":"events"`
		text     = `,"stream":"stdout"`
	)
	long, progress := strings.Repeat("x", heldLine+1), strings.Repeat("1%\r", heldLine/2)
	stored := sha256.Sum256([]byte("three"))
	of := func(file string, lines, offset, length int64) []Unrecorded {
		return []Unrecorded{{file, lines, offset, length}}
	}
	for name, c := range map[string]struct {
		stdout, log, manifest string
		want                  []Unrecorded
	}{
		"all":                         {"one\ntwo\n", outputLog(one, two), all, nil},
		"the last":                    {"one\ntwo\n3\n44\n", outputLog(one, bad, two, sideways), all, of(StdoutFile, 2, 8, 5)},
		"a part":                      {"one\ntwo\n3", outputLog(one, two), all, of(StdoutFile, 1, 8, 1)},
		"an end that is an event":     {"one\ntwo", outputLog(one, two), all, nil},
		"none":                        {"one\ntwo\n", "\n", all, nil},
		"none of one":                 {"one\ntwo\n", outputLog(bad), all, of(StdoutFile, 2, 0, 8)},
		"asked for":                   {"one\n3\n", outputLog(one), `,"capture":{"options":{"events":"stdout"}}`, of(StdoutFile, 1, 4, 2)},
		"not asked for":               {"one\n3\n", outputLog(bad), `,"capture":{"options":{"events":"stderr"}}`, nil},
		"of no program":               {"one\n3\n", outputLog(one), "", nil},
		"of a run that ended":         {"one\n3\n", outputLog(one), all + `,"status":"failed"`, nil},
		"another text":                {"one\n3\n", outputLog(two), all, nil},
		"fewer lines than events":     {"one\n", outputLog(one, two), all, nil},
		"events lost":                 {"one\ntwo\n3\n", outputLog(one) + gapEvent(2), all, nil},
		"events missing":              {"one\none\none\n", strings.Replace(outputLog(one, one), `"sequence":2`, `"sequence":3`, 1), all, nil},
		"events dropped":              {"one\ntwo\n", outputLog(one), all + `,"events":{"dropped":1}`, nil},
		"half an event":               {"one\ntwo\n", strings.TrimSuffix(outputLog(one, two), "\"}\n"), all, of(StdoutFile, 1, 4, 4)},
		"returns":                     {"1%\r50%\rone\r\r\n3\n", outputLog(one), all, of(StdoutFile, 1, 13, 2)},
		"returns and an object":       {"1%\r" + line + "\r\n3\n", outputLog(object), all, of(StdoutFile, 1, int64(len(line))+5, 2)},
		"a part that was overwritten": {"one\rtwo\n3\n", outputLog(one), all, nil},
		"long progress":               {"1" + progress + "one\r\n3\n", outputLog(one), all, of(StdoutFile, 1, int64(len(progress))+6, 2)},
		"long progress elsewhere":     {"1" + progress + "two\r\n3\n", outputLog(one), all, nil},
		"long progress to the end":    {"1" + progress + "\n3\n", outputLog(strings.Replace(one, "one", "1%", 1)), all, of(StdoutFile, 1, int64(len(progress))+2, 2)},
		"a return that is far away":   {"1\r" + long + "\n3\n", outputLog(one), all, nil},
		"ends of another system":      {"one\r\n3\r\n", outputLog(one), all, of(StdoutFile, 1, 5, 3)},
		"no text":                     {"\xff\n3\n", outputLog(`"event_type":"stdout","text":"\ufffd"` + text), all, of(StdoutFile, 1, 2, 2)},
		"a blank line":                {"\n3\n", outputLog(`"event_type":"stdout","text":""` + text), all, of(StdoutFile, 1, 1, 2)},
		"stored elsewhere":            {"three\n3\n", outputLog(fmt.Sprintf(`"event_type":"stdout","text":{"$blob":"sha256:%x","bytes":5,"preview":"th"}`, stored) + text), all, of(StdoutFile, 1, 6, 2)},
		"another stored elsewhere":    {"four\n3\n", outputLog(fmt.Sprintf(`"event_type":"stdout","text":{"$blob":"sha256:%x","bytes":5,"preview":"th"}`, stored) + text), all, nil},
		"an object":                   {line + "\n3\n", outputLog(object), all, of(StdoutFile, 1, int64(len(line))+1, 2)},
		"an object behind a mark":     {"\ufeff" + line + "\r\n3\n", outputLog(object), all, of(StdoutFile, 1, int64(len(line))+5, 2)},
		"another object":              {strings.Replace(line, "1.50", "1.5", 1) + "\n3\n", outputLog(object), all, nil},
		"an object with more":         {strings.Replace(line, "{", `{"m":1,`, 1) + "\n3\n", outputLog(object), all, nil},
		"an object with stored text":  {`{"t":"three"}` + "\n3\n", outputLog(`"event_type":"log","t":{"$blob":"sha256:x","bytes":5,"preview":"th"}` + text), all, of(StdoutFile, 1, 14, 2)},
		"a long line":                 {"one\n" + long + "\n3\n", outputLog(one, fmt.Sprintf(`"event_type":"stdout","text":"xxx","stream":"stdout","bytes":%d,"file":"stdout.log","offset":4`, len(long))), all, of(StdoutFile, 1, int64(len(long))+5, 2)},
		"a long line elsewhere":       {"one\n" + long + "\n3\n", outputLog(one, fmt.Sprintf(`"event_type":"stdout","text":"xxx","stream":"stdout","bytes":%d,"file":"stdout.log","offset":5`, len(long))), all, nil},
	} {
		t.Run(name, func(t *testing.T) {
			checkUnrecorded(t, map[string]string{StdoutFile: c.stdout, EventsFile: c.log}, c.manifest, c.want)
		})
	}
	t.Run("each stream", func(t *testing.T) {
		checkUnrecorded(t, map[string]string{
			StdoutFile: "one\ntwo\n", StderrFile: "bad\nworse\n", SideFile: "x\ny\n", EventsFile: outputLog(one, bad, sideways),
		}, all, []Unrecorded{{SideFile, 1, 2, 2}, {StdoutFile, 1, 4, 4}, {StderrFile, 1, 4, 6}})
	})
}

// A run that lives has lines on the way, and what is no regular file has none.
func TestUnrecordedOfOthers(t *testing.T) {
	s := quickShelf(t)
	l := create(t, s, CreateOptions{})
	write(t, l.Path(SideFile), "1\n")
	dir := handMade(t, s, "r", `{"status":"completed"}`)
	if err := os.Mkdir(filepath.Join(dir, SideFile), 0o777); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{l.Path(""), dir} {
		r, err := OpenRun(dir)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := r.Unrecorded(); err != nil || got != nil {
			t.Errorf("%s: %+v, %v", r.ID, got, err)
		}
	}
}

// Who has no time for a long log is told that nobody has looked.
func TestUnrecordedWithin(t *testing.T) {
	s := quickShelf(t)
	dir := handMade(t, s, "r", `{"status":"running","started_at":"2026-01-15T12:00:00Z","capture":{}}`)
	write(t, filepath.Join(dir, LockFile), "")
	log := outputLog(`"event_type":"stdout","text":"one","stream":"stdout"`)
	write(t, filepath.Join(dir, EventsFile), log)
	for _, c := range []struct {
		output string
		within int
		lines  int
		looked bool
	}{{"one\ntwo\n", len(log), 1, true}, {"one\ntwo\n", len(log) - 1, 0, false}, {"", len(log) - 1, 0, true}} {
		write(t, filepath.Join(dir, StdoutFile), c.output)
		r, err := OpenRun(dir)
		if err != nil {
			t.Fatal(err)
		}
		if left, looked, err := r.UnrecordedWithin(int64(c.within)); len(left) != c.lines || looked != c.looked || err != nil {
			t.Errorf("%q within %d bytes: %v, %v, %v", c.output, c.within, left, looked, err)
		}
	}
}

// Whatever log and output hold, what is told of is the rest of the output, from the
// beginning of a line on, behind as many lines as there are events.
func FuzzUnrecorded(f *testing.F) {
	const one, object = `"event_type":"stdout","text":"one","stream":"stdout"`, `"event_type":"tick","n":1.50,"o":{"a":[1]},"data.stream":3,"stream":"stdout"`
	f.Add([]byte(outputLog(one, object)), []byte("one\n{\"event_type\":\"tick\", \"n\":1.50,\"o\":{\"a\":[1]},\"stream\":3}\nnext\nand"))
	f.Add([]byte(outputLog(one)+gapEvent(2)), []byte("50%\rone\r\n\n\xff\n"))
	f.Add([]byte(outputLog(`"event_type":"stdout","text":{"$blob":"x"},"bytes":3,"file":"stdout.log","offset":0,"stream":"stdout"`)), []byte("two\nthree"))
	f.Fuzz(func(t *testing.T, log, output []byte) {
		told, err := countTold(bytes.NewReader(log), int64(len(log)))
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range []stream{streamStdout, streamStderr} {
			left, err := told.outputBehind(bytes.NewReader(output), int64(len(output)), s)
			if err != nil {
				t.Fatal(err)
			}
			if left == (Unrecorded{}) {
				continue
			}
			recorded, rest := output[:left.Offset], output[left.Offset:]
			lines := int64(len(slices.Collect(bytes.Lines(rest))))
			if n := int64(len(slices.Collect(bytes.Lines(recorded)))); n != told.events[s] || n > 0 && recorded[len(recorded)-1] != '\n' ||
				left.Length != int64(len(rest)) || left.Lines != lines || lines == 0 || left.File != s.file() {
				t.Fatalf("%+v of %d bytes, behind %d lines and %d events", left, len(output), n, told.events[s])
			}
		}
	})
}
