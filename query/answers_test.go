package query

import (
	"encoding/json"
	"fmt"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"example.org/runshelf/internal/processor"
	"example.org/runshelf/shelf"
)

// oddLog is a log with everything that a log can have and should not, and events
// between.
func oddLog() string {
	deep := strings.Repeat(`{"a":[`, 200) + "1" + strings.Repeat("]}", 200)
	odd := []string{
		`{"sequence":3,"event_type":"transfer","amount":12}` + "\r", "", "  \t", `{"sequence":4,"event_type":"tick","event_type":"transfer","amount":1,"amount":30}`,
		`{"sequence":5,"event_type":"trans\u0066er","amount":12345678901234567890}`, `{"event\u005ftype":"transfer","sequence":6,"amount":20.5}`,
		`{"sequence":7,"event_type":"transfer","amount":1e2,"deep":` + deep + `}`, "{\"sequence\":8,\"event_type\":\"tr\xffansfer\"}", "{\"sequence\":9,\"text\":\"\xff\xfe\",\"event_type\":\"tick\"}",
		`{"sequence":10,"event_type":"transfer","amount":"50"}`, `{"sequence":11,"event_type":"transfer","amount":null}`, `{"sequence":12,"event_type":"transfer","am`,
		`{"sequence":12,"x{"sequence":13,"event_type":"transfer","amount":99}`, "\x00\x00\x00\x00", "\x00" + `{"sequence":14,"event_type":"transfer","amount":99}`,
		`{"sequence":15,"event_type":"transfer","amount":NaN}`, `{"sequence":16,"event_type":"transfer","amount":01}`, `{"sequence":17,"event_type":"transfer","amount":11,}`,
		`["event_type","transfer"]`, `"transfer"`, `7`, `{"sequence":18,"event_type":"transfer","amount":-5,"text":"\ud800 \"event_type\":\"tick\""}`,
		"{\"sequence\":19,\"event_type\":\"transfer\",\"text\":\"a\ttab\",\"amount\":99}", `{"sequence":20,"event_type":["transfer"],"amount":99}`, `{"sequence":21,"event_type":7}`,
		`{"sequence":22,"event_type":"transfer","amount":11,"nested":{"event_type":"tick","amount":1}}`, `{"sequence":23} {"sequence":24,"event_type":"tick"}`,
		`{"sequence":25,"event_type":"transfer","amount":1e999}`, `{"sequence":26,"event_type":"","amount":11}`, ` {"sequence":27 , "event_type" : "transfer" ,"amount":11} `,
	}
	var b strings.Builder
	b.WriteString("\xef\xbb\xbf")
	for i := range 3000 {
		fmt.Fprintln(&b, strings.TrimSuffix(sample(1), "\n"))
		b.WriteString(odd[i%len(odd)] + "\n")
	}
	fmt.Fprintf(&b, `{"sequence":28,"event_type":"transfer","amount":11,"text":"%s"}`+"\n", strings.Repeat("long ", 2<<20/5))
	b.WriteString(`{"sequence":29,"event_type":"tra`)
	return b.String()
}

// askedPython answers the questions of TestAnswersEqualPython in the simplest
// words of another language.
const askedPython = `
import json, sys
def refuse(word): raise ValueError(word)
counts, large, broken = {}, [], 0
for line in open(sys.argv[1], "rb").read().removeprefix(b"\xef\xbb\xbf").split(b"\n"):
    line = line.decode("utf-8", "replace")
    if not line.strip(" \t\r"): continue
    line = line.lstrip("\x00 \t\r")  # what a power cut leaves in front of an event is no part of it
    try: event = json.loads(line, parse_constant=refuse)
    except ValueError: event = None
    if not isinstance(event, dict):
        broken += 1
        continue
    if "event_type" in event:
        value = json.dumps(event["event_type"], ensure_ascii=False, separators=(",", ":"))
        counts[value] = counts.get(value, 0) + 1
    amount = event.get("amount")
    if event.get("event_type") == "transfer" and type(amount) in (int, float) and amount > 10:
        large.append(event["sequence"])
json.dump({"counts": counts, "large": large, "broken": broken}, sys.stdout)
`

// asked is what both answer.
type asked struct {
	Counts map[string]uint64
	Large  []uint64
	Broken int64
}

// TestAnswersEqualPython asks a log full of damage and oddities the same in two
// languages.
func TestAnswersEqualPython(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("there is no python3 to compare with")
	}
	run := runOf(t, oddLog())
	out, err := exec.Command(python, "-c", askedPython, filepath.Join(run.Dir, shelf.EventsFile)).Output()
	if err != nil {
		t.Fatal(err)
	}
	var want asked
	if err := json.Unmarshal(out, &want); err != nil {
		t.Fatal(err)
	}
	if len(want.Counts) < 5 || len(want.Large) < 100 || want.Broken < 100 {
		t.Fatalf("the question is too easy: %d types, %d large, %d broken", len(want.Counts), len(want.Large), want.Broken)
	}
	for _, u := range processor.Here() {
		if got := askOurs(t, run, u); !reflect.DeepEqual(got, want) {
			t.Errorf("%v: counts %v, want %v", u, got.Counts, want.Counts)
			t.Errorf("%v: %d large, want %d; %d broken, want %d", u, len(got.Large), len(want.Large), got.Broken, want.Broken)
		}
	}
}

// askOurs asks with one unit of the processor.
func askOurs(t *testing.T, run *shelf.Run, u processor.Unit) asked {
	t.Helper()
	counts, report, err := Stats(run, "", Filter{unit: &u})
	if err != nil {
		t.Fatal(err)
	}
	got := asked{Counts: map[string]uint64{}, Broken: report.Broken}
	for _, g := range counts.Groups {
		got.Counts[string(g.JSON)] += g.Count
	}
	f := filterOf(t, `event_type == "transfer" && amount > 10`)
	f.unit = &u
	_, err = Scan(run, f, func(l *Line) error {
		e, err := l.Decode()
		got.Large = append(got.Large, e.Sequence)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return got
}
