package config

import (
	"strings"
	"testing"
)

// model is the section of an imagined model, with a setting of every type.
func model() []Setting {
	return []Setting{
		{Key: "economy.ticks", Default: int64(200), Min: bound(0), Doc: "How long."},
		{Key: "economy.agents", Default: int64(12), Min: bound(1), Max: bound(1000), Doc: "How many."},
		{Key: "economy.share", Default: 0.5, Min: bound(0), Max: bound(1), Doc: "A share."},
		{Key: "economy.ubi", Default: true, Doc: "Whether."},
		{Key: "economy.strategies", Default: []string{"saver", "trader"}, Allowed: []string{"saver", "trader", "bidder"}, Doc: "Which."},
		{Key: "economy.title", Default: "", Doc: "Any text."},
	}
}

func testRegistry(t testing.TB) *Registry {
	t.Helper()
	r, err := NewRegistry(append(Builtin("economy", "exchange"), model()...)...)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestBuiltinSettingsAreWellStated(t *testing.T) {
	if _, err := NewRegistry(Builtin()...); err != nil {
		t.Fatal(err)
	}
}

func TestRegistryKeepsSectionsTogether(t *testing.T) {
	r, err := NewRegistry(
		Setting{Key: "b.one", Default: true, Doc: "."},
		Setting{Key: "a.two", Default: true, Doc: "."},
		Setting{Key: "b.three", Default: true, Doc: "."})
	if err != nil {
		t.Fatal(err)
	}
	var keys []string
	for _, s := range r.Settings() {
		keys = append(keys, s.Key)
	}
	if got := strings.Join(keys, " "); got != "b.one b.three a.two" {
		t.Errorf("order %s", got)
	}
	if got := strings.Join(r.sections, " "); got != "b a" {
		t.Errorf("sections %s", got)
	}
}

func TestRegistryRefuses(t *testing.T) {
	good := Setting{Key: "a.x", Default: int64(1), Doc: "."}
	tests := []struct {
		name    string
		setting Setting
		want    string
	}{
		{"a key twice", good, "shares RUNSHELF_A_X"},
		{"one variable for two keys", Setting{Key: "a.y", Default: true, Doc: ".", Env: "RUNSHELF_A_X"}, "shares RUNSHELF_A_X"},
		{"no section", Setting{Key: "y", Default: true, Doc: "."}, "snake_case"},
		{"two dots", Setting{Key: "a.b.c", Default: true, Doc: "."}, "snake_case"},
		{"capitals", Setting{Key: "a.Y", Default: true, Doc: "."}, "snake_case"},
		{"no explanation", Setting{Key: "a.y", Default: true}, "no explanation"},
		{"a type that is none", Setting{Key: "a.y", Default: 1, Doc: "."}, "type int"},
		{"no default", Setting{Key: "a.y", Doc: "."}, "type <nil>"},
		{"a default out of range", Setting{Key: "a.y", Default: int64(0), Min: bound(1), Doc: "."}, "at least 1"},
		{"a default that is not allowed", Setting{Key: "a.y", Default: "z", Allowed: []string{"x"}, Doc: "."}, "one of x"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := NewRegistry(good, tt.setting)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want one with %q", err, tt.want)
			}
		})
	}
}
