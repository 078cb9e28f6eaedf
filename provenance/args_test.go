package provenance

import (
	"slices"
	"strings"
	"testing"
)

func TestRedactArgs(t *testing.T) {
	for _, tc := range []struct{ in, want []string }{
		{nil, []string{}},
		{[]string{""}, []string{""}},
		{[]string{"sh", "-c", ":", "--password", "hunter2", "https://u:p@h/"}, []string{"sh", "-c", ":", "--password", Redacted, "https://[redacted]@h/"}},
		{[]string{"--password=hunter2"}, []string{"--password=[redacted]"}},
		{[]string{"--password="}, []string{"--password="}},
		{[]string{"--password"}, []string{"--password"}},
		{[]string{"--password", ""}, []string{"--password", ""}},
		{[]string{"--password", "correct horse"}, []string{"--password", Redacted}},
		{[]string{"--db.password", "x"}, []string{"--db.password", Redacted}},
		{[]string{"--apiKey", "x", "y"}, []string{"--apiKey", Redacted, "y"}},
		{[]string{"-password", "x"}, []string{"-password", Redacted}},
		{[]string{"/password:x"}, []string{"/password:[redacted]"}},
		{[]string{"-Dpassword=x"}, []string{"-Dpassword=[redacted]"}},
		{[]string{"API_KEY=abc", "run"}, []string{"API_KEY=[redacted]", "run"}},
		{[]string{"PASSWORD=correct horse"}, []string{"PASSWORD=[redacted]"}},
		{[]string{"PASSWORD=a&b;c"}, []string{"PASSWORD=[redacted]"}},
		{[]string{"KEY=a\n./run --fast"}, []string{"KEY=[redacted]\n./run --fast"}},
		{[]string{"-H", "Authorization: Bearer x"}, []string{"-H", "Authorization: [redacted]"}},
		{[]string{"-H", "X-Api-Key: a b"}, []string{"-H", "X-Api-Key: [redacted]"}},
		{[]string{"Authorization:", "Bearer", "x", "y"}, []string{"Authorization:", Redacted, Redacted, "y"}},
		{[]string{"--set", "model.token=abc"}, []string{"--set", "model.token=[redacted]"}},
		{[]string{"--headers", `{"Authorization":"Bearer x"}`}, []string{"--headers", `{"Authorization":"[redacted]"}`}},
		{[]string{"postgres://u:p w@h/db"}, []string{"postgres://[redacted]@h/db"}},
		// A value may begin with a dash; what looks like a flag is taken for one.
		{[]string{"--password", "-hunter2"}, []string{"--password", Redacted}},
		{[]string{"--password", "--hUnter2"}, []string{"--password", Redacted}},
		{[]string{"--use-auth", "--verbose", "x"}, []string{"--use-auth", "--verbose", "x"}},
		{[]string{"--use-auth", "-v", "x"}, []string{"--use-auth", "-v", "x"}},
		{[]string{"--use-auth", "--token", "x"}, []string{"--use-auth", "--token", Redacted}},
		{[]string{"--use-auth", "-token", "x"}, []string{"--use-auth", Redacted, Redacted}},
		{[]string{"--key", "--", "cmd"}, []string{"--key", "--", "cmd"}},
		// Near misses.
		{[]string{"-p", "8080"}, []string{"-p", "8080"}},
		{[]string{"--monkey", "george"}, []string{"--monkey", "george"}},
		{[]string{"--max-tokens", "100"}, []string{"--max-tokens", "100"}},
		{[]string{"password", "x"}, []string{"password", "x"}},
		{[]string{"--seed", "7", "economy"}, []string{"--seed", "7", "economy"}},
	} {
		in := slices.Clone(tc.in)
		got := RedactArgs(in)
		if !slices.Equal(got, tc.want) || got == nil {
			t.Errorf("RedactArgs(%q)\n got %q\nwant %q", tc.in, got, tc.want)
		}
		if !slices.Equal(in, tc.in) {
			t.Errorf("RedactArgs changed its argument to %q", in)
		}
		if again := RedactArgs(got); !slices.Equal(again, got) {
			t.Errorf("redacting %q again gives %q", got, again)
		}
	}
}

func TestCurrentProgram(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	p := CurrentProgram()
	if len(p.Argv) == 0 || !strings.Contains(p.Argv[0], "provenance") {
		t.Errorf("Argv = %q, want this test's", p.Argv)
	}
	if p.Cwd != dir {
		t.Errorf("Cwd = %q, want %q", p.Cwd, dir)
	}
}
