//go:build unix

package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.org/runshelf/shelf"
)

// The output of a program has the length that its manifest tells, whatever it wrote, and
// verify says when it has not any more.
func TestVerifyOutputs(t *testing.T) {
	t.Parallel()
	logs := filepath.Join(t.TempDir(), "logs")
	verify := func(id string) string {
		out, err := program(t, logs, "verify", id, "--json").Output()
		if err != nil {
			t.Fatalf("%s: %v\n%s", id, err, out)
		}
		return string(out)
	}
	for id, args := range map[string][]string{
		"plain":   {"echo a; echo b >&2"},
		"partial": {`printf 'a\rb\npart'`},
		"binary":  {`printf '\000\377\n\001'; printf '{"x":1}\n' >&2`},
		"silent":  {"true"},
		"none":    {"echo a", "--events", "none"},
		"failed":  {"echo a; exit 3"},
		"left":    {"echo a; (sleep 0.1; echo b) & exit 0"},
	} {
		cmd := program(t, logs, append(append([]string{"exec", "--run-id", id}, args[1:]...), "--", "sh", "-c", args[0])...)
		for i, word := range cmd.Args { // the flag that program adds belongs to runshelf
			if word == "--" {
				cmd.Args = append(append(append([]string{}, cmd.Args[:i]...), "--logs-dir", logs), cmd.Args[i:len(cmd.Args)-2]...)
				break
			}
		}
		_ = cmd.Run() // some fail on purpose
		if said := verify(id); strings.Contains(said, "outputs") {
			t.Errorf("%s: %s", id, said)
		}
	}
	file := filepath.Join(logs, "plain", shelf.StdoutFile)
	if err := os.WriteFile(file, []byte("ab\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	if said := verify("plain"); !strings.Contains(said, `"verdict":"intact"`) || !strings.Contains(said, `{"file":"stdout.log","bytes":3,"recorded_bytes":2}`) {
		t.Errorf("a changed output: %s", said)
	}
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	out, err := program(t, logs, "verify", "plain").Output()
	if err != nil || !strings.Contains(string(out), "stdout.log is not there, and had 2 bytes when the run ended") {
		t.Errorf("%v, %s", err, out)
	}
}
