package provenance

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"
)

func TestCurrentHost(t *testing.T) {
	h := CurrentHost()
	if h.OS != runtime.GOOS || h.Arch != runtime.GOARCH || h.PID != os.Getpid() || h.CPUs < 1 {
		t.Errorf("CurrentHost = %+v, which is not this process", h)
	}
	if h.Hostname == "" || h.Timezone == "" {
		t.Errorf("CurrentHost = %+v, without a name or a time zone", h)
	}
	if runtime.GOOS == "linux" && (h.BootID == "" || h.MemoryBytes < 16<<20) {
		t.Errorf("CurrentHost = %+v, without a boot id or the memory", h)
	}
	if again := CurrentHost(); again != h {
		t.Errorf("asked again it is %+v, not %+v", again, h)
	}
}

func TestPasswdName(t *testing.T) {
	passwd := "root:x:0:0:root:/root:/bin/sh\n\nbroken\n#x:y\nann:x:1000:1000::/home/ann:/bin/sh\nbob:x:1000:1:\nshort:x:7"
	for uid, want := range map[int]string{0: "root", 1000: "ann", 7: "", 42: "", -1: ""} {
		if got := passwdName(passwd, uid); got != want {
			t.Errorf("user %d is %q, want %q", uid, got, want)
		}
	}
}

func TestTimezone(t *testing.T) {
	dir := t.TempDir()
	link := filepath.Join(dir, "localtime")
	if err := os.Symlink("/usr/share/zoneinfo/Etc/UTC", link); err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 1, 15, 12, 0, 0, 0, time.FixedZone("X", 5*3600+1800))
	for _, tc := range []struct {
		name, tz string
		set      bool
		link     string
		want     string
	}{
		{"TZ", "UTC", true, link, "UTC"},
		{"TZ with a colon", ":UTC", true, link, "UTC"},
		{"empty TZ", "", true, link, "UTC"},
		{"TZ no zone", "nonsense/zone", true, link, "+05:30"},
		{"TZ out of the directory", "../../etc/passwd", true, link, "+05:30"},
		{"no TZ and no link", "", false, filepath.Join(dir, "missing"), "+05:30"},
	} {
		lookup := func(string) (string, bool) { return tc.tz, tc.set }
		if got := timezone(now, lookup, tc.link); got != tc.want {
			t.Errorf("%s: %q, want %q", tc.name, got, tc.want)
		}
	}
	lookup := func(string) (string, bool) { return "", false }
	want := "Etc/UTC"
	if _, err := time.LoadLocation(want); err != nil {
		want = "+05:30" // this machine has no zones
	}
	if got := timezone(now, lookup, link); got != want {
		t.Errorf("by the link: %q, want %q", got, want)
	}
}
