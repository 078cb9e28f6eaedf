package provenance

import "testing"

func TestRedactURL(t *testing.T) {
	for _, tc := range []struct{ in, want string }{
		{"", ""},
		{"https://github.com/o/r.git", "https://github.com/o/r.git"},
		{"https://u:p@github.com/o/r.git", "https://[redacted]@github.com/o/r.git"},
		{"https://u:p w\"x@h/r", "https://[redacted]@h/r"},
		{"https://token@github.com/o/r.git", "https://[redacted]@github.com/o/r.git"},
		{"HTTPS://token@h/r", "HTTPS://[redacted]@h/r"},
		{"https://git@h/r", "https://git@h/r"},
		{"https://[redacted]@h/r", "https://[redacted]@h/r"},
		{"ssh://git@github.com:22/o/r.git", "ssh://git@github.com:22/o/r.git"},
		{"ssh://git:pw@h/o/r.git", "ssh://[redacted]@h/o/r.git"},
		{"git@github.com:o/r.git", "git@github.com:o/r.git"},
		{"deploy@auth.example.com:o/key-r.git", "deploy@auth.example.com:o/key-r.git"},
		{"u:p@h/r", "[redacted]@h/r"},
		{"host:dir/x@y", "host:dir/x@y"},
		{"/srv/git/r.git", "/srv/git/r.git"},
		{`C:\git\r@2`, `C:\git\r@2`},
		{"file:///srv/git/r.git", "file:///srv/git/r.git"},
		{"https://h/r?access_token=abc&x=1", "https://h/r?access_token=[redacted]&x=1"},
		{"https://auth.example.com:8443/o/r", "https://auth.example.com:8443/o/r"},
		{"/srv/ghp_" + hash40, "/srv/[redacted]"},
		{"://u:p@h", "://[redacted]@h"},
	} {
		got := RedactURL(tc.in)
		if got != tc.want {
			t.Errorf("RedactURL(%q) = %q, want %q", tc.in, got, tc.want)
		}
		if again := RedactURL(got); again != got {
			t.Errorf("redacting %q again gives %q", got, again)
		}
	}
}
