package shelf

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// smallDisk mounts a tmpfs of 256 KiB, where this user may.
func smallDisk(t *testing.T, options string) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, options); err != nil {
		t.Skip("nothing can be mounted here:", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// fill takes all space that is left in dir.
func fill(t *testing.T, dir string) {
	t.Helper()
	f, err := os.Create(filepath.Join(dir, "filler"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := io.Copy(f, endless{}); !errors.Is(err, syscall.ENOSPC) {
		t.Fatal("the disk is not full:", err)
	}
}

// useInodes makes empty files until no more can be made.
func useInodes(t *testing.T, dir string) {
	t.Helper()
	for i := range 1000 {
		f, err := os.Create(filepath.Join(dir, strconv.Itoa(i)))
		if errors.Is(err, syscall.ENOSPC) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		f.Close()
	}
	t.Fatal("there is no end of inodes")
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

func TestA47TheEndIsToldOnAFullDisk(t *testing.T) {
	dir := smallDisk(t, "size=256k")
	s := New(filepath.Join(dir, "logs"))
	l := create(t, s, CreateOptions{})
	fill(t, dir)
	// Longer than the first manifest's last block, within what was reserved.
	types := map[string]uint64{}
	for i := range 300 {
		types["type_"+strings.Repeat("x", i%20)+string(rune('a'+i%26))] = uint64(i)
	}
	err := l.Update(func(m *Manifest) {
		m.Status, m.Events = StatusCompleted, EventCounts{Count: 1, Dropped: 4711, ByType: types}
	})
	r, findErr := s.Find("latest")
	if err != nil || findErr != nil || r.Status != StatusCompleted || r.Manifest.Events.Dropped != 4711 || r.Problem != nil {
		t.Errorf("%v, %v, %+v", err, findErr, r)
	}
	if info, err := os.Stat(l.Path(ManifestFile)); err != nil || info.Size() < 4096 {
		t.Errorf("the manifest fits in one block, so this tells nothing: %v, %v", info, err)
	}
	checkNoTemporaries(t, s.Dir())
}

func TestA49FullAtStart(t *testing.T) {
	for name, use := range map[string]func(*testing.T, string){"no space": fill, "no inodes": useInodes} {
		t.Run(name, func(t *testing.T) {
			dir := smallDisk(t, "size=256k,nr_inodes=64")
			s := New(filepath.Join(dir, "logs"))
			finishRun(t, create(t, s, CreateOptions{RunID: "before"}))
			use(t, dir)
			if l, err := s.Create(CreateOptions{RunID: "after"}); !errors.Is(err, syscall.ENOSPC) {
				t.Errorf("made %v, %v", l, err)
			}
			if got := names(t, s.Dir()); strings.Join(got, " ") != "before latest" || readLink(t, s) != "before" {
				t.Errorf("the shelf has %q", got)
			}
		})
	}
}

func TestA52ReadOnly(t *testing.T) {
	dir := smallDisk(t, "size=256k")
	s := New(filepath.Join(dir, "logs"))
	finishRun(t, create(t, s, CreateOptions{RunID: "before"}))
	if err := syscall.Mount("tmpfs", dir, "tmpfs", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
		t.Skip("nothing can be remounted here:", err)
	}
	if _, err := s.Create(CreateOptions{}); !errors.Is(err, syscall.EROFS) {
		t.Errorf("created: %v", err)
	}
	if err := s.Edit("before", func(m *Manifest) error { m.Name = "x"; return nil }); !errors.Is(err, syscall.EROFS) {
		t.Errorf("edited: %v", err)
	}
	r, err := s.Find("latest")
	if err != nil || r.ID != "before" || r.Status != StatusCompleted {
		t.Fatalf("%+v, %v", r, err)
	}
	e, err := r.OpenEvents()
	if err != nil {
		t.Fatal(err)
	}
	e.Close()
}
