package query

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"example.org/runshelf/shelf"
)

// manifests are run.json files, sound and odd, by the name of their run.
var manifests = map[string]string{
	"run_20260115_120000":    "{\n  \"run_id\": \"run_20260115_120000\",\n  \"status\": \"completed\",\n  \"started_at\": \"2026-01-15T12:00:00.000000Z\", \"config\": {\"a b\": [1, 2.50, \"x  y\\n\"]}\n}\n",
	"run_20260115_120000_2":  `{"run_id":"run_20260115_120000_2","status":"failed","started_at":"2026-01-15T12:00:00.000000Z","mine":{"x":1},"seed":18446744073709551615}`,
	"run_20260115_120000_10": `{"run_id":"run_20260115_120000_10","status":"interrupted","started_at":"2026-01-15T12:00:00.000000Z"}`,
	"other_name":             `{"run_id":"run_somewhere_else","status":"completed","started_at":"2026-01-15T12:00:01.000000Z"}`,
	"copied":                 `{"status":"running","started_at":"2026-01-15T12:00:09.000000Z","run_id":"run_somewhere_else"}`,
	"copied_too":             `{"run_id":"run_somewhere_else","status":"running","started_at":"2026-01-15T12:00:10.000000Z"}`,
	"no_id":                  `{"run_id":"","status":"completed","started_at":"2026-01-15T12:00:11.000000Z"}`,
	"twice":                  `{"run_id":"twice","status":"failed","status":"completed","started_at":"2026-01-15T12:00:02.000000Z"}`,
	"running":                `{"run_id":"running","status":"running","started_at":"2026-01-15T12:00:03.000000Z"}`,
	"no_time":                `{"run_id":"no_time","status":"completed"}`,
	"with_dir":               `{"run_id":"with_dir","dir":"/elsewhere","status":"completed","started_at":"2026-01-15T12:00:04.000000Z"}`,
	"broken":                 `{"run_id":"broken","status":"completed","started_at":"2026-01-15T12:00:05.000000Z"`,
	"glued":                  `{"run_id":"glued","status":"completed","started_at":"2026-01-15T12:00:06.000000Z","seed":1 2}`,
	"empty":                  ``,
	"dotted":                 `{"run_id":"dotted","status":"completed","started_at":"2026-01-15T12:00:08.000000Z","program.name":"x","program":{"name":"y"},"events":{"count":3,"count":4},"seed":null,"tags":["a\\n", "b"]}`,
	"wrong_types":            `{"run_id":"wrong_types","status":"completed","started_at":"2026-01-15T12:00:07.000000Z","name":5,"tags":"x"}`,
}

// shelfOf makes a shelf of manifests, last changed a while ago.
func shelfOf(t testing.TB, manifests map[string]string) *shelf.Shelf {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "logs")
	for id, text := range manifests {
		run := filepath.Join(dir, id)
		if err := os.MkdirAll(run, 0o777); err != nil {
			t.Fatal(err)
		}
		writeOld(t, filepath.Join(run, shelf.ManifestFile), text)
		writeOld(t, filepath.Join(run, shelf.EventsFile), "")
	}
	return shelf.New(dir)
}

func writeOld(t testing.TB, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	old := time.Now().Add(-time.Hour)
	if err := os.Chtimes(name, old, old); err != nil {
		t.Fatal(err)
	}
}

// checkList compares the list with that of the shelf.
func checkList(t *testing.T, s *shelf.Shelf, o ListOptions) {
	t.Helper()
	got, err := List(s, o)
	if err != nil {
		t.Fatal(err)
	}
	want, err := s.Runs()
	if err != nil || len(got) != len(want) {
		t.Fatalf("%d runs, want %d: %v", len(got), len(want), err)
	}
	for i, run := range want {
		e := got[i]
		b, err := run.JSON()
		if err != nil {
			t.Fatal(err)
		}
		if o.Brief {
			got, want := e.Brief.Fields(nil), NewGetter(BriefFields...).Get(b)
			if e.JSON != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("%s: got %s and %q, want %q", e.ID, e.JSON, got, want)
			}
			e.JSON = b
		}
		if e.ID != run.ID || e.Dir != run.Dir || e.Status != run.Status || !e.Start.Equal(run.Start) || string(e.JSON) != string(b) {
			t.Errorf("place %d:\n got %s %s %v %s\nwant %s %s %v %s", i, e.ID, e.Status, e.Start, e.JSON, run.ID, run.Status, run.Start, b)
		}
		for _, key := range e.Unknown {
			if _, known := run.Manifest.Extra[key]; !known {
				t.Errorf("%s: %s is taken for unknown", e.ID, key)
			}
		}
	}
}

// fillCache keeps all runs as if they had been changed long ago.
func fillCache(t *testing.T, s *shelf.Shelf, o ListOptions) {
	t.Helper()
	// A change of the names that comes in the same moment as the one before would be seen
	// only by a clock that is fine enough.
	old := time.Now().Add(-time.Hour)
	if err := os.Chtimes(s.Dir(), old, old); err != nil {
		t.Fatal(err)
	}
	l := listerOf(s, o)
	l.began = time.Now().Add(time.Hour)
	if _, err := l.list(newRecall("", l.above, l.brief)); err != nil {
		t.Fatal(err)
	}
	if c := newRecall(l.cache, l.above, l.brief); c.count == 0 {
		t.Fatal("there is nothing to keep")
	}
}

func TestListEqualsRuns(t *testing.T) {
	s := shelfOf(t, manifests)
	if err := os.WriteFile(filepath.Join(s.Dir(), "a file"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("run_20260115_120000", filepath.Join(s.Dir(), "latest")); err != nil {
		t.Fatal(err)
	}
	checkList(t, s, ListOptions{})
	checkList(t, s, ListOptions{Brief: true})
	if runs, err := List(shelf.New(filepath.Join(s.Dir(), "nowhere")), ListOptions{}); err != nil || len(runs) != 0 {
		t.Errorf("a missing shelf: %d runs, %v", len(runs), err)
	}
}

// TestListCache lists with a cache while the shelf changes in all ways, and the
// cache itself is damaged.
func TestListCache(t *testing.T) {
	t.Run("whole", func(t *testing.T) { testListCache(t, false) })
	t.Run("brief", func(t *testing.T) { testListCache(t, true) })
}

func testListCache(t *testing.T, brief bool) {
	s, o := shelfOf(t, manifests), ListOptions{CacheDir: filepath.Join(t.TempDir(), "cache"), Brief: brief}
	cache := listCacheName(o, s.Dir())
	name := func(id string) string { return filepath.Join(s.Dir(), id, shelf.ManifestFile) }
	sound := manifests["run_20260115_120000"]
	newRun := func(id, manifest string) error {
		_ = os.MkdirAll(filepath.Join(s.Dir(), id), 0o777)
		writeOld(t, filepath.Join(s.Dir(), id, shelf.EventsFile), "")
		writeOld(t, name(id), manifest)
		return nil
	}
	steps := []struct {
		name   string
		change func() error
	}{
		{"first", func() error { return nil }},
		{"again", func() error { return nil }},
		{"rewritten", func() error {
			return os.WriteFile(name("run_20260115_120000"), []byte(strings.ReplaceAll(sound, "2.50", "2.51")), 0o666)
		}},
		{"same size and time", func() error {
			writeOld(t, name("run_20260115_120000"), strings.ReplaceAll(sound, "2.50", "2.52"))
			return nil
		}},
		{"renamed over", func() error {
			writeOld(t, name("run_20260115_120000")+".new", strings.ReplaceAll(sound, "2.50", "2.53"))
			return os.Rename(name("run_20260115_120000")+".new", name("run_20260115_120000"))
		}},
		{"removed", func() error { return os.RemoveAll(filepath.Join(s.Dir(), "twice")) }},
		{"a new run", func() error { return newRun("new_one", sound) }},
		{"a run renamed", func() error { return os.Rename(filepath.Join(s.Dir(), "new_one"), filepath.Join(s.Dir(), "renamed")) }},
		{"a folder", func() error { return os.Mkdir(filepath.Join(s.Dir(), "folder"), 0o777) }},
		{"the folder is a run", func() error { return newRun("folder", strings.ReplaceAll(sound, "run_20260115_120000", "folder")) }},
		{"a run is a link", func() error {
			_ = os.Rename(filepath.Join(s.Dir(), "renamed"), filepath.Join(t.TempDir(), "elsewhere"))
			return os.Symlink("folder", filepath.Join(s.Dir(), "renamed"))
		}},
		{"a run that runs has ended", func() error {
			return os.WriteFile(name("running"), []byte(strings.ReplaceAll(manifests["running"], `"status":"running"`, `"status":"completed"`)), 0o666)
		}},
		{"another shelf in its place", func() error {
			_ = os.Rename(s.Dir(), filepath.Join(t.TempDir(), "elsewhere"))
			return newRun("run_20260115_120000", sound)
		}},
		{"the first again", func() error {
			for id, text := range manifests {
				if err := newRun(id, text); err != nil {
					return err
				}
			}
			return nil
		}},
		{"a link now", func() error {
			_ = os.Remove(name("run_20260115_120000_2"))
			return os.Symlink(name("run_20260115_120000_10"), name("run_20260115_120000_2"))
		}},
		{"cache cut", func() error { return os.Truncate(cache, 100) }},
		{"cache noise", func() error { return os.WriteFile(cache, []byte(listMagicOf(brief)+"noise and more noise"), 0o666) }},
		{"cache gone", func() error { return os.RemoveAll(o.CacheDir) }},
		{"cache impossible", func() error { return os.WriteFile(o.CacheDir, nil, 0o666) }},
	}
	for _, step := range steps {
		fillCache(t, s, o)
		if step.name == "cache impossible" {
			_ = os.RemoveAll(o.CacheDir)
		}
		if err := step.change(); err != nil {
			t.Fatalf("%s: %v", step.name, err)
		}
		t.Run(step.name, func(t *testing.T) { checkList(t, s, o) })
	}
}

// TestListCacheIsUsed shows that what was read is kept, once it has settled.
func TestListCacheIsUsed(t *testing.T) {
	for _, brief := range []bool{false, true} {
		testListCacheIsUsed(t, brief)
	}
	if now := time.Now(); !(signature{changed: uint64(now.UnixNano())}).recent(now) {
		t.Error("a file changed just now is taken for settled")
	}
}

func testListCacheIsUsed(t *testing.T, brief bool) {
	s, o := shelfOf(t, manifests), ListOptions{CacheDir: filepath.Join(t.TempDir(), "cache"), Brief: brief}
	fillCache(t, s, o)
	l := listerOf(s, o)
	c := newRecall(l.cache, l.above, brief)
	c.compare()
	ids, err := candidates(s.Dir())
	if err != nil {
		t.Fatal(err)
	}
	if state := folderState(s.Dir()); state != c.state {
		t.Errorf("the shelf was in the state %v, and is in %v", c.state, state)
	}
	slices.Sort(c.others)
	others := c.mark(ids)
	slices.Sort(others)
	if len(c.entries) != 9 || len(others) != len(ids)-9 || len(c.changed()) != 0 || !slices.Equal(others, c.others) {
		t.Errorf("%d runs are kept, want the 9 that are sound; %q changed; the others are %q, want %q",
			len(c.entries), c.changed(), c.others, others)
	}
	r := newManifestReader(brief)
	for i := range c.entries {
		e := c.entries[i]
		if fresh := r.read(e.ID, filepath.Join(s.Dir(), e.ID)); fmt.Sprintf("%+v", e) != fmt.Sprintf("%+v", *fresh.entry) {
			t.Errorf("kept %+v, want %+v", e, *fresh.entry)
		}
	}
}

// TestListCacheIsInOrder shows that a list which comes from the cache alone is that of
// the shelf, which sorts it.
func TestListCacheIsInOrder(t *testing.T) {
	sound := maps.Clone(manifests)
	l := listerOf(shelfOf(t, manifests), ListOptions{})
	for _, r := range readRuns(l.above, slices.Collect(maps.Keys(manifests)), false) {
		if !r.keep {
			delete(sound, r.entry.ID)
		}
	}
	s := shelfOf(t, sound)
	for _, brief := range []bool{false, true} {
		o := ListOptions{CacheDir: filepath.Join(t.TempDir(), "cache"), Brief: brief}
		fillCache(t, s, o)
		checkList(t, s, o)
	}
}

// TestListCacheDamaged shows that a cache that is sealed and yet wrong is not used.
func TestListCacheDamaged(t *testing.T) {
	s, o := shelfOf(t, manifests), ListOptions{CacheDir: t.TempDir()}
	for _, dir := range []string{"elsewhere", s.Dir() + "/..", s.Dir() + "/latest", s.Dir() + "/a\x00b"} {
		var w listCacheWriter
		w.add(&Entry{ID: "no_time", Dir: dir, Status: shelf.StatusCompleted, JSON: []byte("{}")}, signature{})
		if err := replaceFile(listCacheName(o, s.Dir()), w.parts(folderState(s.Dir()), false)...); err != nil {
			t.Fatal(err)
		}
		checkList(t, s, o)
	}
}

// TestCompact compares with encoding/json.
func TestCompact(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		text := genObject(3).Draw(rt, "object")
		at := rapid.IntRange(0, len(text)).Draw(rt, "at")
		text = text[:at] + rapid.SampledFrom([]string{" ", "\n", "\t\r ", "1", "\""}).Draw(rt, "put in") + text[at:]
		got, ok := appendCompact(nil, []byte(text))
		if valid := json.Valid([]byte(text)); valid != (ok && json.Valid(got)) {
			rt.Fatalf("%q to %q, %t", text, got, ok)
		}
	})
}

// FuzzListCache shows that no bytes in the place of the cache do harm.
func FuzzListCache(f *testing.F) {
	f.Add([]byte(listMagic))
	var w listCacheWriter
	w.leave("other")
	for _, id := range []string{"a", "b"} {
		w.add(&Entry{ID: id, Dir: "logs/" + id, Brief: appendBrief(nil, make([][]byte, len(BriefFields)))}, signature{})
	}
	whole := bytes.Join(w.parts(folder{}, true), nil)
	f.Add(whole[len(briefMagic) : len(whole)-crc32.Size])
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, brief := range []bool{false, true} {
			sealed := append([]byte(listMagicOf(brief)), b...)
			sealed = binary.LittleEndian.AppendUint32(sealed, crc32.Checksum(sealed, castagnoli))
			for _, file := range [][]byte{b, sealed} {
				c := recall{listCache: parseListCache(file, brief), brief: brief, above: "logs/"}
				c.entries = make([]Entry, c.count)
				for i := range c.entries {
					r, ok := c.record(i)
					id := idOf(r.path, c.above)
					if !ok || id == "" {
						continue
					}
					r.fill(&c.entries[i], id, brief)
					if fields := c.entries[i].Brief.Fields(nil); len(fields) != len(BriefFields) {
						t.Fatalf("%d fields", len(fields))
					}
				}
				c.compare()
			}
		}
	})
}
