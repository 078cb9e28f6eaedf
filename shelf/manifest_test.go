package shelf

import (
	"encoding/json"
	"errors"
	"maps"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// sample is the manifest of the format's description, with every member set.
const sample = `{
  "format": 1,
  "run_id": "run_20260115_120000",
  "uuid": "0194aaaa-0000-7000-8000-000000000000",
  "name": "baseline",
  "tags": [
    "paper"
  ],
  "notes": [
    {
      "at": "2026-01-15T13:00:00.000000Z",
      "text": "<good> & \"new\""
    }
  ],
  "pinned": true,
  "status": "completed",
  "reason": "max_ticks",
  "started_at": "2026-01-15T12:00:00.000000Z",
  "ended_at": "2026-01-15T12:00:04.250000Z",
  "duration_s": 4.25,
  "kind": "simulation",
  "program": {
    "name": "economy",
    "version": "1",
    "argv": [
      "runshelf",
      "sim"
    ],
    "cwd": "/home/x",
    "exit_code": 0,
    "signal": ""
  },
  "config": {
    "b": 1.0,
    "a": 12345678901234567890
  },
  "seed": 18446744073709551615,
  "parent": "",
  "events": {
    "count": 12345,
    "first_sequence": 1,
    "last_sequence": 12345,
    "bytes": 2345678,
    "sha256": "ab",
    "dropped": 0,
    "by_type": {
      "gone": 0,
      "tick": 100
    }
  },
  "git": {
    "commit": "c0ffee",
    "branch": "main",
    "dirty": false,
    "remote": "https://example.org/x"
  },
  "host": {
    "hostname": "h",
    "os": "linux",
    "arch": "amd64",
    "cpus": 2,
    "memory_bytes": 8589934592,
    "pid": 17,
    "boot_id": "b",
    "user": "u",
    "timezone": "UTC"
  },
  "usage": {
    "user_s": 0.5,
    "system_s": 0,
    "max_rss_bytes": 1048576
  },
  "logger": {
    "version": "devel",
    "durability": "crash"
  },
  "metrics": {
    "gini": 0.41,
    "least": "-Infinity",
    "most": "Infinity",
    "none": "NaN",
    "zero": 0
  }
}
`

func sampleManifest() Manifest {
	seed, code, dirty := uint64(math.MaxUint64), 0, false
	return Manifest{
		Format: 1, RunID: "run_20260115_120000", UUID: "0194aaaa-0000-7000-8000-000000000000", Name: "baseline",
		Tags: []string{"paper"}, Notes: []Note{{At: noon.Add(time.Hour), Text: `<good> & "new"`}}, Pinned: true,
		Status: StatusCompleted, Reason: "max_ticks", StartedAt: noon, EndedAt: noon.Add(4250 * time.Millisecond),
		DurationS: 4.25, Kind: "simulation",
		Program: Program{Name: "economy", Version: "1", Argv: []string{"runshelf", "sim"}, Cwd: "/home/x", ExitCode: &code},
		Config:  json.RawMessage(`{"b":1.0,"a":12345678901234567890}`), Seed: &seed,
		Events: EventCounts{Count: 12345, FirstSequence: 1, LastSequence: 12345, Bytes: 2345678, SHA256: "ab",
			ByType: map[string]uint64{"tick": 100, "gone": 0}},
		Git: &Git{Commit: "c0ffee", Branch: "main", Dirty: &dirty, Remote: "https://example.org/x"},
		Host: &Host{Hostname: "h", OS: "linux", Arch: "amd64", CPUs: 2, MemoryBytes: 8 << 30, PID: 17, BootID: "b",
			User: "u", Timezone: "UTC"},
		Usage:   &Usage{UserS: 0.5, MaxRSSBytes: 1 << 20},
		Logger:  LoggerInfo{Version: "devel", Durability: "crash"},
		Metrics: map[string]float64{"gini": 0.41, "zero": 0, "most": math.Inf(1), "least": math.Inf(-1)},
	}
}

func TestManifestIsWrittenAsTheFormatSays(t *testing.T) {
	m := sampleManifest()
	m.Metrics["none"] = math.NaN()
	got, err := encodeManifest(&m)
	if err != nil || string(got) != sample {
		t.Errorf("%v\n%s", err, got)
	}
}

func TestManifestIsReadBack(t *testing.T) {
	m, err := decodeManifest([]byte(sample))
	if err != nil {
		t.Fatal(err)
	}
	if !math.IsNaN(m.Metrics["none"]) {
		t.Errorf("metrics: %v", m.Metrics)
	}
	delete(m.Metrics, "none") // is not equal to itself
	if want := sampleManifest(); !reflect.DeepEqual(m, want) {
		t.Errorf("got\n%+v\nwant\n%+v", m, want)
	}
}

func TestManifestOfNothingHasNothingInvented(t *testing.T) {
	got, err := encodeManifest(&Manifest{Format: 1, RunID: "a"})
	if err != nil {
		t.Fatal(err)
	}
	want := `{"format":1,"run_id":"a","name":"","tags":[],"notes":[],"pinned":false,"reason":"","parent":""}`
	if string(compact(got)) != want {
		t.Errorf("got %s", compact(got))
	}
}

func TestManifestWrongTypesConcernOnlyThemselves(t *testing.T) {
	stored := []byte(sample)
	members, err := parseObject(stored)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range members {
		for _, misfit := range []string{`[[]]`, `true`, `{"x":[1]}`, `"2026"`, `1e99`, `-1`} {
			changed := appendObject(nil, setMember(slices.Clone(members), m.key, []byte(misfit)))
			checkOthersKnown(t, m.key, changed)
		}
	}
}

// checkOthersKnown decodes a manifest that has one odd member and checks that all
// the others are as in the sample, and that rewriting loses nothing.
func checkOthersKnown(t *testing.T, key string, changed []byte) {
	t.Helper()
	m, err := decodeManifest(changed)
	var misfit *FieldsError
	if err != nil && !errors.As(err, &misfit) {
		t.Fatalf("%s: %v", changed, err)
	}
	again, err := encodeManifest(&m)
	if err != nil {
		t.Fatal(err)
	}
	if key == "config" || misfit == nil {
		return
	}
	if want, got := canonical(t, changed), canonical(t, again); want != got {
		t.Errorf("%s: rewritten as\n%s\nwas\n%s", key, got, want)
	}
	if !slices.ContainsFunc(misfit.Keys, func(k string) bool { return strings.HasPrefix(k, key) }) {
		t.Errorf("%s is not among %q", key, misfit.Keys)
	}
}

// canonical returns JSON with sorted keys and all digits.
func canonical(t *testing.T, b []byte) string {
	t.Helper()
	dec := json.NewDecoder(strings.NewReader(string(b)))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		t.Fatal(err)
	}
	out, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func TestManifestKeepsWhatItDoesNotKnow(t *testing.T) {
	stored := `{"format":1,"run_id":"a","z":{"deep":[1,2.50,12345678901234567890]},"a\u00e9":null,
		"seed":"many","notes":[{"at":"today","text":"x","by":"me"},7],"host":{"hostname":"h","rack":3,"pid":"x"},
		"metrics":{"a":1,"b":"high","c":null},"program":{"exit_code":false},"git":4,
		"tags":"one","events":{"by_type":{"x":-1,"y":2}},"started_at":"noon"}`
	m, err := decodeManifest([]byte(stored))
	var misfit *FieldsError
	if !errors.As(err, &misfit) {
		t.Fatal(err)
	}
	want := []string{"seed", "notes", "host.pid", "metrics.b", "metrics.c", "program.exit_code", "git", "tags", "events.by_type.x", "started_at"}
	if !slices.Equal(misfit.Keys, want) {
		t.Errorf("wrong: %q", misfit.Keys)
	}
	m.Notes = append(m.Notes, Note{At: noon, Text: "added"})
	got, err := encodeManifest(&m)
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{`"z":{"deep":[1,2.50,12345678901234567890]}`, `null`, `"seed":"many"`,
		`{"at":"today","text":"x","by":"me"},7,{"at":"2026-01-15T12:00:00.000000Z","text":"added"}`,
		`"rack":3`, `"pid":"x"`, `"b":"high"`, `"c":null`, `"exit_code":false`, `"git":4`, `"tags":"one"`, `"x":-1`, `"started_at":"noon"`} {
		if !strings.Contains(string(compact(got)), part) {
			t.Errorf("%s is lost from\n%s", part, compact(got))
		}
	}
}

// A number keeps its digits when its manifest is written again, and is replaced when
// another is set.
func TestMetricsKeepTheirDigits(t *testing.T) {
	const metrics = `{"float":0.1000000000000000000001,"int":9007199254740993,"large":18446744073709551616,"odd":"high","small":5}`
	m, err := decodeManifest([]byte(`{"metrics":` + metrics + `}`))
	var misfit *FieldsError
	if !errors.As(err, &misfit) || !slices.Equal(misfit.Keys, []string{"metrics.odd"}) {
		t.Errorf("decoding: %v", err)
	}
	if m.Metrics["int"] != 9007199254740992 || m.Metrics["float"] != 0.1 || len(m.Metrics) != 4 {
		t.Errorf("metrics %v", m.Metrics)
	}
	stored := func() string {
		t.Helper()
		b, err := encodeManifest(&m)
		if err != nil {
			t.Fatal(err)
		}
		for key, value := range eachMember(b) {
			if string(key) == "metrics" {
				return string(compact(value))
			}
		}
		return ""
	}
	if got := stored(); got != metrics {
		t.Errorf("written again: %s", got)
	}
	m.Metrics["int"], m.Metrics["odd"] = 7, 8
	delete(m.Metrics, "float")
	if got := stored(); got != `{"int":7,"large":18446744073709551616,"odd":8,"small":5}` {
		t.Errorf("changed: %s", got)
	}
	m.Metrics, m.Extra = nil, map[string]json.RawMessage{"metrics": json.RawMessage(`{"int":9007199254740993}`)}
	if got := stored(); got != "" {
		t.Errorf("without metrics: %s", got)
	}
}

func TestManifestFieldReplacesItsMisfit(t *testing.T) {
	m, err := decodeManifest([]byte(`{"seed":"many","tags":3,"git":"x","metrics":[]}`))
	if err == nil {
		t.Fatal("nothing was wrong")
	}
	seed := uint64(7)
	m.Seed, m.Tags, m.Git, m.Metrics = &seed, []string{"t"}, &Git{Commit: "c"}, map[string]float64{"a": 1}
	b, err := encodeManifest(&m)
	if err != nil {
		t.Fatal(err)
	}
	again, err := decodeManifest(b)
	if err != nil || *again.Seed != 7 || again.Tags[0] != "t" || again.Git.Commit != "c" || again.Metrics["a"] != 1 {
		t.Errorf("%v %s", err, b)
	}
}

func TestManifestChangedNoteIsWrittenAnew(t *testing.T) {
	m, _ := decodeManifest([]byte(`{"notes":[{"at":"2026-01-15T12:00:00Z","text":"old","by":"me"}]}`))
	m.Notes[0].Text = "new"
	if got := string(m.Notes[0].toJSON()); got != `{"at":"2026-01-15T12:00:00.000000Z","text":"new"}` {
		t.Error(got)
	}
}

func TestManifestThatIsNoObject(t *testing.T) {
	for _, stored := range []string{"", " ", "null", "[]", "7", `"x"`, `{`, sample[:len(sample)/2], sample + "x", "\x00\x00", "{\"a\":1,}",
		strings.Repeat("[", 100_000), `{"a":` + strings.Repeat(`{"a":`, 100_000), `{"config":` + strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000) + "}"} {
		m, err := decodeManifest([]byte(stored))
		if err == nil || !reflect.DeepEqual(m, Manifest{}) {
			t.Errorf("%.20q: %v, %v", stored, m, err)
		}
	}
}

func TestManifestRefusesToWriteWhatIsNoJSON(t *testing.T) {
	for _, m := range []Manifest{{Config: json.RawMessage("{")}, {Extra: map[string]json.RawMessage{"x": json.RawMessage("1,2")}}} {
		if b, err := encodeManifest(&m); err == nil {
			t.Errorf("wrote %s", b)
		}
	}
}

func TestFieldsErrorIsShort(t *testing.T) {
	e := &FieldsError{Keys: []string{"a", "b", "c", "d\x1b", "e", "f"}}
	if got := e.Error(); got != `value of a wrong type in "a", "b", "c", "d\x1b" and 2 more` {
		t.Error(got)
	}
}

func TestParseObjectKeepsTheLastOfEqualKeys(t *testing.T) {
	members, err := parseObject([]byte(" {\"a\" : 1 , \"b\":[ {\"}\":\"]\\\"\"} ],\t\"\\u0061\":\"\\\\\" ,\n\"c\":{}} "))
	if err != nil {
		t.Fatal(err)
	}
	if got := string(appendObject(nil, members)); got != `{"a":"\\","b":[ {"}":"]\""} ],"c":{}}` {
		t.Error(got)
	}
}

func FuzzManifest(f *testing.F) {
	for _, s := range []string{sample, "{}", "[]", `{"seed":-1,"x":{"y":[]},"notes":[1,{"at":3}],"metrics":{"a":"NaN"}}`, `{"a":1,"a":2}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := decodeManifest(b)
		var misfit *FieldsError
		if err != nil && !errors.As(err, &misfit) {
			if json.Valid(b) && strings.HasPrefix(strings.TrimSpace(string(b)), "{") {
				t.Fatalf("%v for an object", err)
			}
			return
		}
		checkFixedPoint(t, b, m)
	})
}

// checkFixedPoint checks that what was read is written without losing a member,
// and that writing it again changes nothing more.
func checkFixedPoint(t *testing.T, stored []byte, m Manifest) {
	once, err := encodeManifest(&m)
	if err != nil {
		t.Fatal(err)
	}
	again, _ := decodeManifest(once)
	twice, err := encodeManifest(&again)
	if err != nil || string(once) != string(twice) {
		t.Fatalf("%v\n%s\n%s", err, once, twice)
	}
	before, _ := parseObject(stored)
	after, _ := parseObject(once)
	for _, b := range before {
		kept := slices.ContainsFunc(after, func(a member) bool { return a.key == b.key })
		if empty := string(b.value) == "null" || string(b.value) == `""` || string(b.value) == "0"; !kept && !empty {
			if v := strings.Trim(string(b.value), "-.eE+0123456789{}[] \t\r\n"); v != "" {
				t.Fatalf("member %q is lost: %s", b.key, b.value)
			}
		}
	}
}

func TestManifestRoundTrip(t *testing.T) {
	text := rapid.String()
	rapid.Check(t, func(t *rapid.T) {
		m := Manifest{Format: 1, RunID: "a", Name: text.Draw(t, "name"), Reason: text.Draw(t, "reason"),
			StartedAt: time.UnixMicro(rapid.Int64Range(0, 4e15).Draw(t, "start")).UTC(),
			Metrics:   rapid.MapOfN(text, rapid.Float64(), 1, 5).Draw(t, "metrics"),
			Events:    EventCounts{Count: 1, ByType: rapid.MapOf(text, rapid.Uint64()).Draw(t, "types")}}
		b, err := encodeManifest(&m)
		if err != nil {
			t.Fatal(err)
		}
		got, err := decodeManifest(b)
		if err != nil {
			t.Fatal(err)
		}
		same := got.Name == m.Name && got.Reason == m.Reason && got.StartedAt.Equal(m.StartedAt) &&
			maps.Equal(got.Metrics, m.Metrics) && maps.Equal(got.Events.ByType, m.Events.ByType)
		if !same {
			t.Fatalf("got %+v\nfrom %s", got, b)
		}
	})
}

// The metrics as JSON have all the digits of run.json, and nothing that is no figure.
func TestMetricsJSON(t *testing.T) {
	m, err := decodeManifest([]byte(`{"metrics":{"big":9007199254740993,"x":1.50,"nan":"NaN","text":"no figure","list":[1],"small":1e-7}}`))
	if err == nil {
		t.Error("a text is taken for a figure")
	}
	if got, want := string(m.MetricsJSON()), `{"big":9007199254740993,"nan":"NaN","small":1e-7,"x":1.5}`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	m.Metrics["big"] = 5
	if got, want := string(m.MetricsJSON()), `{"big":5,"nan":"NaN","small":1e-7,"x":1.5}`; got != want {
		t.Errorf("set anew: %s, want %s", got, want)
	}
	if got := string((&Manifest{}).MetricsJSON()); got != "{}" {
		t.Errorf("none: %s", got)
	}
}
