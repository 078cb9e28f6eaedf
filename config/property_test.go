package config

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"pgregory.net/rapid"
)

// anyValue draws what a person might write for a setting: good, bad or odd.
func anyValue(t *rapid.T) any {
	return rapid.OneOf(
		rapid.Custom(func(t *rapid.T) any { return rapid.Int64Range(-1<<40, 1<<40).Draw(t, "n") }),
		rapid.Custom(func(t *rapid.T) any { return rapid.Int64Range(-3, 30).Draw(t, "small") }),
		rapid.Custom(func(t *rapid.T) any { return rapid.Float64Range(-2, 2).Draw(t, "f") }),
		rapid.Custom(func(t *rapid.T) any { return float64(rapid.IntRange(-2, 20).Draw(t, "whole")) }),
		rapid.Custom(func(t *rapid.T) any { return rapid.Bool().Draw(t, "b") }),
		rapid.Custom(func(t *rapid.T) any { return rapid.SampledFrom(words).Draw(t, "word") }),
		rapid.Custom(func(t *rapid.T) any { return rapid.SliceOfN(rapid.SampledFrom(words), 0, 3).Draw(t, "list") }),
		rapid.Custom(func(t *rapid.T) any { return []any{rapid.Int().Draw(t, "element")} }),
		rapid.Just(any(map[string]any{"x": 1})),
	).Draw(t, "value")
}

var words = []string{"", "logs", "crash", "INFO", "info", "economy", "saver", "trader", "20", "true", "~", "a: b", "ü\x1b"}

// compiledSchema is the schema of the test registry, ready to validate.
func compiledSchema(t testing.TB) *jsonschema.Schema {
	t.Helper()
	text, err := testRegistry(t).Schema()
	if err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("runshelf.json", document); err != nil {
		t.Fatal(err)
	}
	compiled, err := c.Compile("runshelf.json")
	if err != nil {
		t.Fatal(err)
	}
	return compiled
}

// What the schema permits is what the reader permits: an editor's opinion and ours
// are the same. JSON is YAML, so one text serves both.
func TestSchemaAgreesWithTheReader(t *testing.T) {
	schema, registry := compiledSchema(t), testRegistry(t)
	keys := []string{"nothing.x", "economy.agent"}
	for _, s := range registry.Settings() {
		keys = append(keys, s.Key)
	}
	rapid.Check(t, func(t *rapid.T) {
		section, name, _ := strings.Cut(rapid.SampledFrom(keys).Draw(t, "key"), ".")
		text, err := json.Marshal(map[string]any{section: map[string]any{name: anyValue(t)}})
		if err != nil {
			t.Fatal(err)
		}
		instance, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		_, read := registry.parseFile("x", text)
		if valid := schema.Validate(instance); (valid == nil) != (read == nil) {
			t.Fatalf("%s\nschema: %v\nreader: %v", text, valid, read)
		}
	})
}

func TestSchemaPermitsEmptySections(t *testing.T) {
	instance := map[string]any{"economy": nil}
	if err := compiledSchema(t).Validate(instance); err != nil {
		t.Error(err)
	}
}

// drawValid draws a permitted value of a setting.
func drawValid(t *rapid.T, s Setting) any {
	low, high := limit(s.Min, -1), limit(s.Max, 1)
	switch s.Default.(type) {
	case int64:
		return rapid.Int64Range(int64(max(low, -1<<63)), int64(min(high, 1<<62))).Draw(t, s.Key)
	case float64:
		return rapid.Float64Range(max(low, -1e300), min(high, 1e300)).Draw(t, s.Key)
	case bool:
		return rapid.Bool().Draw(t, s.Key)
	case []string:
		if len(s.Allowed) > 0 {
			return rapid.SliceOf(rapid.SampledFrom(s.Allowed)).Draw(t, s.Key)
		}
		if s.Globs {
			return rapid.SliceOf(rapid.StringMatching(`[a-z_*?]+(\[a-z\])?`)).Draw(t, s.Key)
		}
		return rapid.SliceOf(rapid.String()).Draw(t, s.Key)
	}
	if len(s.Allowed) > 0 {
		return rapid.SampledFrom(s.Allowed).Draw(t, s.Key)
	}
	if s.Size {
		return rapid.SampledFrom([]string{"0", "4096", "5GB", "1.5 MiB"}).Draw(t, s.Key)
	}
	texts := rapid.StringN(1, 20, -1)
	if s.NonEmpty { // the name of a file
		texts = texts.Filter(func(v string) bool { return !strings.Contains(v, "\x00") })
	}
	return texts.Draw(t, s.Key)
}

// Settings shown are settings that can be given again, with and without origins.
func TestYAMLGivesTheSameSettingsAgain(t *testing.T) {
	registry, w := testRegistry(t), newWorld(t)
	rapid.Check(t, func(t *rapid.T) {
		flags := map[string]any{}
		for _, s := range registry.Settings() {
			flags[s.Key] = drawValid(t, s)
		}
		s := w.sources()
		s.Flags = flags
		given, err := registry.Load(s)
		if err != nil {
			t.Fatal(err)
		}
		text := given.YAML(rapid.Bool().Draw(t, "origins"))
		found, err := registry.parseFile("x", text)
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		for _, f := range found {
			if want := given.values[f.key]; !sameValue(f.value, want) {
				t.Fatalf("%s is %#v, was %#v", f.key, f.value, want)
			}
		}
		if len(found) != len(registry.Settings()) {
			t.Fatalf("%d settings of %d", len(found), len(registry.Settings()))
		}
	})
}

// sameValue holds an empty list and none for equal.
func sameValue(a, b any) bool {
	return reflect.DeepEqual(a, b) || fmt.Sprint(a) == "[]" && fmt.Sprint(b) == "[]"
}

// The same value means the same from every source that is a text.
func TestTextAndFlagMeanTheSame(t *testing.T) {
	registry, w := testRegistry(t), newWorld(t)
	rapid.Check(t, func(t *rapid.T) {
		setting := rapid.SampledFrom(registry.Settings()).Draw(t, "setting")
		text := rapid.OneOf(rapid.SampledFrom(words), rapid.StringMatching(`-?[0-9]{1,20}(\.[0-9]{1,3})?(e[0-9]{1,2})?`)).Draw(t, "text")
		if text == "" {
			return // an empty variable counts as not set
		}
		set, env, flag := w.sources(), w.sources(), w.sources()
		set.Set = []string{setting.Key + "=" + text}
		env.Env = []string{setting.EnvName() + "=" + text}
		flag.Flags = map[string]any{setting.Key: text}
		a, errA := registry.Load(set)
		for _, s := range []Sources{env, flag} {
			b, errB := registry.Load(s)
			if (errA == nil) != (errB == nil) {
				t.Fatalf("%s=%s: %v, but %v", setting.Key, text, errA, errB)
			}
			if errA == nil && !reflect.DeepEqual(a.values, b.values) {
				t.Fatalf("%s=%s differs", setting.Key, text)
			}
		}
	})
}

func TestDistance(t *testing.T) {
	tests := []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"", "abc", 3}, {"abc", "abc", 0}, {"log_dir", "logs_dir", 1},
		{"agnets", "agents", 1}, {"crahs", "crash", 1}, {"kitten", "sitting", 3}, {"ab", "ba", 1},
	}
	for _, tt := range tests {
		if got := distance(tt.a, tt.b); got != tt.want {
			t.Errorf("distance(%q, %q) = %d, want %d", tt.a, tt.b, got, tt.want)
		}
	}
	word := rapid.StringMatching(`[a-d]{0,6}`)
	rapid.Check(t, func(t *rapid.T) {
		a, b := word.Draw(t, "a"), word.Draw(t, "b")
		d := distance(a, b)
		if d != distance(b, a) || (d == 0) != (a == b) || d > max(len(a), len(b)) || d < abs(len(a)-len(b)) {
			t.Fatalf("distance(%q, %q) = %d", a, b, d)
		}
	})
}

// A short word resembles nothing: a wrong suggestion is worse than none.
func TestNearestIsCautious(t *testing.T) {
	tests := []struct{ word, want string }{
		{"log_dir", "logs_dir"}, {"logsdir", "logs_dir"}, {"LOGS_DIR", "logs_dir"},
		{"x", ""}, {"seeed", "seed"}, {"speed", "seed"}, {"unrelated", ""}, {strings.Repeat("logs_dir", 9999), ""},
	}
	for _, tt := range tests {
		if got := nearest(tt.word, []string{"f", "seed", "logs_dir"}); got != tt.want {
			t.Errorf("nearest(%q) = %q, want %q", shorten(tt.word), got, tt.want)
		}
	}
}

// Whatever a file holds, reading it ends with settings of the right types or with
// one printable line.
func FuzzParseFile(f *testing.F) {
	for _, seed := range []string{
		"logging: {logs_dir: x}", "economy:\n  agents: 3.0 # x\n", "a: &a [*a]", "? [x]\n: y", "---\n---\n", "%YAML 1.2\n---\n",
		"economy: !!map {agents: !!int \"3\"}", "<<: &x {agents: 1}", "economy: {<<: *x}", "\xff\xfe{\x00}\x00", "economy: {agents: 0b1, share: -.5e-1}", "economy: |\n x", "\"a\\xff\": 1",
	} {
		f.Add([]byte(seed))
	}
	f.Add([]byte("*" + strings.Repeat("a", 2000)))
	registry := testRegistry(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		found, err := registry.parseFile("x.yaml", data)
		if err != nil {
			wantError(t, err)
			return
		}
		for _, x := range found {
			s, ok := registry.Lookup(x.key)
			if !ok || reflect.TypeOf(x.value) != reflect.TypeOf(s.Default) || s.check(x.value) != nil {
				t.Errorf("%s = %#v", x.key, x.value)
			}
		}
	})
}

func TestPlaceNamesAreOneLine(t *testing.T) {
	if got := placeName("a\n\x1b.yaml"); got != `"a\n\x1b.yaml"` {
		t.Errorf("%s", got)
	}
	if got := placeName(filepath.Join("a", "b c.yaml")); got != "a/b c.yaml" {
		t.Errorf("%s", got)
	}
}
