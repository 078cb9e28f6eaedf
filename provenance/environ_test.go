package provenance

import (
	"maps"
	"testing"
)

func TestEnviron(t *testing.T) {
	for name, value := range map[string]string{
		"PROVENANCE_A": "1", "PROVENANCE_B": "https://u:p@h/", "PROVENANCE_API_TOKEN": "abc123", "PROVENANCE_EMPTY": "", "OTHER_PROVENANCE_A": "2",
	} {
		t.Setenv(name, value)
	}
	for _, tc := range []struct {
		allow []string
		want  map[string]string
	}{
		{[]string{}, map[string]string{}},
		{[]string{"PROVENANCE_A"}, map[string]string{"PROVENANCE_A": "1"}},
		{[]string{"PROVENANCE"}, map[string]string{}},
		{[]string{"PROVENANCE_MISSING"}, map[string]string{}},
		{[]string{"PROVENANCE_*"}, map[string]string{
			"PROVENANCE_A": "1", "PROVENANCE_B": "https://[redacted]@h/", "PROVENANCE_API_TOKEN": Redacted, "PROVENANCE_EMPTY": "",
		}},
	} {
		if got := Environ(tc.allow); !maps.Equal(got, tc.want) {
			t.Errorf("Environ(%q) = %q, want %q", tc.allow, got, tc.want)
		}
	}
}

func TestEnvironDefault(t *testing.T) {
	t.Setenv("LC_PROVENANCE", "C")
	t.Setenv("API_TOKEN", "abc123")
	t.Setenv("SLURM_API_KEY", "abc123")
	t.Setenv("PROVENANCE_A", "1")
	got := Environ(nil)
	if got["LC_PROVENANCE"] != "C" {
		t.Errorf("LC_PROVENANCE = %q, want C", got["LC_PROVENANCE"])
	}
	if got["SLURM_API_KEY"] != Redacted {
		t.Errorf("SLURM_API_KEY = %q, want it hidden", got["SLURM_API_KEY"])
	}
	for _, name := range []string{"API_TOKEN", "PROVENANCE_A"} {
		if value, found := got[name]; found {
			t.Errorf("%s = %q is recorded without being allowed", name, value)
		}
	}
}

func TestDefaultEnvironNamesNoSecret(t *testing.T) {
	names := DefaultEnviron()
	for _, name := range names {
		if SecretKey(name) {
			t.Errorf("%s is on the list and a secret key", name)
		}
	}
	names[0] = "CHANGED"
	if DefaultEnviron()[0] == "CHANGED" {
		t.Error("the list is shared with the caller")
	}
}
