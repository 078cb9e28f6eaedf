package config

import (
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// world is a place of its own for one load: a project directory with a directory
// below it, and a user directory.
type world struct {
	t                  testing.TB
	project, sub, user string
}

func newWorld(t testing.TB) world {
	t.Helper()
	root := t.TempDir()
	w := world{t: t, project: filepath.Join(root, "project"), user: filepath.Join(root, "user")}
	w.sub = filepath.Join(w.project, "a", "b")
	for _, dir := range []string{w.sub, w.user} {
		if err := os.MkdirAll(dir, 0o777); err != nil {
			t.Fatal(err)
		}
	}
	return w
}

func (w world) write(dir, name, text string) string {
	w.t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		w.t.Fatal(err)
	}
	return path
}

// sources look at nothing but the world.
func (w world) sources() Sources {
	return Sources{Dir: w.sub, UserDir: w.user, Env: []string{}}
}

func mustLoad(t testing.TB, s Sources) *Config {
	t.Helper()
	c, err := testRegistry(t).Load(s)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestDefaults(t *testing.T) {
	c := mustLoad(t, newWorld(t).sources())
	for _, v := range c.All() {
		if !reflect.DeepEqual(v.Value, v.Setting.Default) || v.Origin != OriginDefault || c.Origin(v.Setting.Key) != OriginDefault {
			t.Errorf("%s is %v from %s", v.Setting.Key, v.Value, v.Origin)
		}
	}
	if got := c.String("logging.logs_dir"); got != "logs" {
		t.Errorf("logs_dir %q", got)
	}
}

func TestStrongerSourcesWin(t *testing.T) {
	w := newWorld(t)
	s := w.sources()
	steps := []struct {
		add    func()
		want   int64
		origin string
	}{
		{func() {}, 12, "default"},
		{func() { w.write(w.user, FileName, "economy:\n  agents: 1\n") }, 1, "file " + placeName(filepath.Join(w.user, FileName)) + ":2"},
		{func() { w.write(w.project, FileName, "economy: {agents: 2}\n") }, 2, "file " + placeName(filepath.Join(w.project, FileName)) + ":1"},
		{func() { s.File = w.write(w.sub, "other.yaml", "#\neconomy:\n  agents: 3\n") }, 3, "file " + placeName(filepath.Join(w.sub, "other.yaml")) + ":3"},
		{func() { s.Env = []string{"RUNSHELF_ECONOMY_AGENTS=4"} }, 4, "environment RUNSHELF_ECONOMY_AGENTS"},
		{func() { s.Set = []string{"agents=5"} }, 5, "flag --set"},
		{func() { s.Set = append(s.Set, " economy.agents =6") }, 6, "flag --set"},
		{func() { s.Flags = map[string]any{"agents": 7} }, 7, "flag --agents"},
	}
	for _, step := range steps {
		step.add()
		c := mustLoad(t, s)
		if got := c.Int("economy.agents"); got != step.want || c.Origin("economy.agents") != step.origin {
			t.Errorf("agents %d from %q, want %d from %q", got, c.Origin("economy.agents"), step.want, step.origin)
		}
	}
}

func TestConfigFileStandsInForTheProjectFileOnly(t *testing.T) {
	w := newWorld(t)
	w.write(w.user, FileName, "economy: {agents: 1, ticks: 1}\n")
	w.write(w.project, FileName, "economy: {share: 0.9}\n")
	s := w.sources()
	s.File = w.write(w.sub, "other.yaml", "economy: {ticks: 3}\n")
	c := mustLoad(t, s)
	if c.Int("economy.agents") != 1 || c.Int("economy.ticks") != 3 || c.Float("economy.share") != 0.5 {
		t.Errorf("agents %d, ticks %d, share %v", c.Int("economy.agents"), c.Int("economy.ticks"), c.Float("economy.share"))
	}
}

func TestNearestFileUpwardsIsRead(t *testing.T) {
	w := newWorld(t)
	w.write(w.project, FileName, "economy: {agents: 2, ticks: 2}\n")
	w.write(filepath.Dir(w.sub), FileName, "economy: {agents: 3}\n")
	c := mustLoad(t, w.sources())
	if c.Int("economy.agents") != 3 || c.Int("economy.ticks") != 200 {
		t.Errorf("agents %d, ticks %d: want the nearer file alone", c.Int("economy.agents"), c.Int("economy.ticks"))
	}
}

func TestEnvironment(t *testing.T) {
	s := newWorld(t).sources()
	s.Env = []string{
		"RUNSHELF_LOGGING_LOGS_DIR=weaker", "RUNSHELF_LOGS_DIR=stronger",
		"RUNSHELF_ECONOMY_STRATEGIES=bidder, saver", "RUNSHELF_ECONOMY_SHARE=1",
		"RUNSHELF_ECONOMY_UBI=0", "RUNSHELF_ECONOMY_AGENTS=",
		"RUNSHELF_RUN_ID=run_1", "RUNSHELF_SEED=9", "PATH=/bin", "broken",
	}
	c := mustLoad(t, s)
	if got := c.String("logging.logs_dir"); got != "stronger" {
		t.Errorf("logs_dir %q", got)
	}
	if got := c.Strings("economy.strategies"); !slices.Equal(got, []string{"bidder", "saver"}) {
		t.Errorf("strategies %q", got)
	}
	if c.Float("economy.share") != 1 || c.Bool("economy.ubi") || c.Int("economy.agents") != 12 {
		t.Errorf("share %v, ubi %v, agents %d", c.Float("economy.share"), c.Bool("economy.ubi"), c.Int("economy.agents"))
	}
	if c.Int("simulation.seed") != -1 {
		t.Errorf("RUNSHELF_SEED belongs to wrapped programs, not to a setting")
	}
}

func TestPlainKeysFollowTheModel(t *testing.T) {
	r, err := NewRegistry(append(Builtin(),
		Setting{Key: "economy.ticks", Default: int64(1), Doc: "."},
		Setting{Key: "exchange.ticks", Default: int64(1), Doc: "."})...)
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name string
		s    Sources
		want string
	}{
		{"the default model", Sources{}, "economy"},
		{"a section given", Sources{Section: "exchange"}, "exchange"},
		{"a model set before", Sources{Set: []string{"simulation.model=exchange"}}, "exchange"},
		{"a model by flag", Sources{Flags: map[string]any{"simulation.model": "exchange"}, Set: []string{"simulation.model=economy"}}, "exchange"},
		{"a model by environment", Sources{Env: []string{"RUNSHELF_SIMULATION_MODEL=exchange"}}, "exchange"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			tt.s.Dir, tt.s.UserDir, tt.s.Set = w.sub, w.user, append(tt.s.Set, "ticks=9")
			if tt.s.Env == nil {
				tt.s.Env = []string{}
			}
			c, err := r.Load(tt.s)
			if err != nil {
				t.Fatal(err)
			}
			if got := c.Int(tt.want + ".ticks"); got != 9 {
				t.Errorf("%s.ticks is %d", tt.want, got)
			}
		})
	}
}

func TestRelativeLogsDir(t *testing.T) {
	for _, tt := range []struct {
		name  string
		given func(w world, s *Sources)
		want  func(w world) string
	}{
		{"found upwards", func(w world, s *Sources) { w.write(w.project, FileName, "logging: {logs_dir: shelf}") },
			func(w world) string { return filepath.Join(w.project, "shelf") }},
		{"found upwards, absolute", func(w world, s *Sources) {
			w.write(w.project, FileName, "logging: {logs_dir: '"+filepath.Join(w.user, "x")+"'}")
		}, func(w world) string { return filepath.Join(w.user, "x") }},
		{"named file", func(w world, s *Sources) {
			s.File = w.write(w.project, "other.yaml", "logging: {logs_dir: shelf}")
		}, func(world) string { return "shelf" }},
		{"user file", func(w world, s *Sources) { w.write(w.user, FileName, "logging: {logs_dir: shelf}") },
			func(world) string { return "shelf" }},
		{"environment", func(w world, s *Sources) {
			w.write(w.project, FileName, "logging: {logs_dir: other}")
			s.Env = []string{"RUNSHELF_LOGS_DIR=shelf"}
		}, func(world) string { return "shelf" }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			s := w.sources()
			tt.given(w, &s)
			if got := mustLoad(t, s).String("logging.logs_dir"); got != tt.want(w) {
				t.Errorf("logs_dir %q, want %q", got, tt.want(w))
			}
		})
	}
}

func TestFileOfTheCurrentDirectoryKeepsShortPaths(t *testing.T) {
	w := newWorld(t)
	w.write(w.project, FileName, "logging: {logs_dir: shelf, output_file: o.jsonl}")
	t.Chdir(w.project)
	for _, dir := range []string{"", w.project} {
		c := mustLoad(t, Sources{Dir: dir, UserDir: w.user, Env: []string{}})
		if got, origin := c.String("logging.logs_dir"), c.Origin("logging.logs_dir"); got != "shelf" || origin != "file runshelf.yaml:1" {
			t.Errorf("from %q: logs_dir %q from %q", dir, got, origin)
		}
	}
	t.Chdir(w.sub)
	c := mustLoad(t, Sources{UserDir: w.user, Env: []string{}})
	if got := c.String("logging.logs_dir"); !filepath.IsAbs(got) || filepath.Base(got) != "shelf" {
		t.Errorf("logs_dir %q from below", got)
	}
	if got := c.String("logging.output_file"); got != "o.jsonl" {
		t.Errorf("output_file %q: it is relative to the current directory", got)
	}
}

func TestUserConfigurationDirectoryOfTheSystem(t *testing.T) {
	w := newWorld(t)
	t.Setenv("XDG_CONFIG_HOME", w.user)
	t.Setenv("HOME", w.user)
	t.Setenv("AppData", w.user)
	base, err := os.UserConfigDir()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(base, "runshelf"), 0o777); err != nil {
		t.Fatal(err)
	}
	w.write(filepath.Join(base, "runshelf"), FileName, "economy: {agents: 77}")
	if got := mustLoad(t, Sources{Dir: w.sub, Env: []string{}}).Int("economy.agents"); got != 77 {
		t.Errorf("agents %d", got)
	}
}

func TestEnvironmentOfTheProcess(t *testing.T) {
	w := newWorld(t)
	t.Setenv("RUNSHELF_ECONOMY_AGENTS", "33")
	if got := mustLoad(t, Sources{Dir: w.sub, UserDir: w.user}).Int("economy.agents"); got != 33 {
		t.Errorf("agents %d", got)
	}
}

func TestSectionHoldsTypedCopies(t *testing.T) {
	c := mustLoad(t, newWorld(t).sources())
	want := map[string]any{"ticks": int64(200), "agents": int64(12), "share": 0.5, "ubi": true,
		"strategies": []string{"saver", "trader"}, "title": ""}
	if got := c.Section("economy"); !reflect.DeepEqual(got, want) {
		t.Errorf("section %v", got)
	}
	c.Section("economy")["strategies"].([]string)[0] = "changed"
	c.Strings("economy.strategies")[0] = "changed"
	if got := c.Strings("economy.strategies")[0]; got != "saver" {
		t.Errorf("a reader changed the settings to %q", got)
	}
	if len(c.Section("econ")) != 0 {
		t.Error("a prefix of a section is not that section")
	}
}

func TestAskingForAnUnknownSettingPanics(t *testing.T) {
	defer func() {
		if r := recover(); r == nil || !strings.Contains(r.(string), "economy.nothing") {
			t.Errorf("recovered %v", r)
		}
	}()
	mustLoad(t, newWorld(t).sources()).Int("economy.nothing")
}

// A source with a fault is left out, and the others hold.
func TestLoadSound(t *testing.T) {
	w := newWorld(t)
	w.write(w.project, FileName, "logging:\n  logs_dir: elsewhere\n  logs_dirr: x\n")
	s := w.sources()
	s.Env = []string{"RUNSHELF_LOGS_DIR=shelf", "RUNSHELF_ECONOMY_STRATEGIES=gambler"}
	r := testRegistry(t)
	c, faults := r.LoadSound(s)
	if len(faults) != 2 || !strings.Contains(faults[0].Error(), "logs_dirr") || !strings.Contains(faults[1].Error(), "STRATEGIES") {
		t.Errorf("faults %v", faults)
	}
	if c.Origin("economy.strategies") != OriginDefault {
		t.Error("a value that is none was taken")
	}
	if c, faults = r.LoadSound(w.sources()); len(faults) != 1 || c.String("logging.logs_dir") != "logs" {
		t.Errorf("%s, faults %v", c.String("logging.logs_dir"), faults)
	}
	if _, err := r.Load(w.sources()); err == nil || err.Error() != faults[0].Error() {
		t.Errorf("Load says %v, not %v", err, faults[0])
	}
}

// A home that is no directory, as /dev/null is one, holds no settings.
func TestHomeThatIsNoDirectory(t *testing.T) {
	w := newWorld(t)
	sources := w.sources()
	sources.UserDir = filepath.Join(w.write(w.user, "null", ""), "runshelf")
	if _, err := testRegistry(t).Load(sources); err != nil {
		t.Errorf("settings below a file: %v", err)
	}
}
