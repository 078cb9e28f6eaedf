package vfs

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
)

// everything calls each operation once on a fresh directory, in an order that
// works, and returns their errors in order.
func everything(t *testing.T, fsys FS) (ops []Op, errs []error) {
	t.Helper()
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	if err := os.WriteFile(at("file"), []byte("content"), 0o666); err != nil {
		t.Fatal(err)
	}
	note := func(op Op, err error) { ops, errs = append(ops, op), append(errs, err) }
	f, err := fsys.OpenFile(at("file"), os.O_RDWR, 0)
	note(OpOpen, err)
	if err != nil {
		return ops, errs
	}
	defer f.Close()
	everyFileCall(f, note)
	note(OpMkdir, fsys.Mkdir(at("dir"), 0o777))
	note(OpMkdirAll, fsys.MkdirAll(at("a/b"), 0o777))
	note(OpSymlink, fsys.Symlink("file", at("link")))
	_, err = fsys.Readlink(at("link"))
	note(OpReadlink, err)
	note(OpLink, fsys.Link(at("file"), at("twin")))
	note(OpRename, fsys.Rename(at("twin"), at("renamed")))
	note(OpRemove, fsys.Remove(at("renamed")))
	_, err = fsys.Lstat(at("file"))
	note(OpLstat, err)
	_, err = fsys.ReadDir(dir)
	note(OpReadDir, err)
	note(OpSyncDir, fsys.SyncDir(dir))
	return ops, errs
}

func everyFileCall(f File, note func(Op, error)) {
	_, err := f.Write([]byte("ab"))
	note(OpWrite, err)
	_, err = f.WriteAt([]byte("cd"), 1)
	note(OpWrite, err)
	_, err = f.Read(make([]byte, 1))
	note(OpRead, err)
	_, err = f.ReadAt(make([]byte, 1), 0)
	note(OpRead, err)
	_, err = f.Stat()
	note(OpStat, err)
	note(OpTruncate, f.Truncate(3))
	note(OpSync, f.Sync())
	note(OpDatasync, f.Datasync())
}

func TestFaultyPassesEverythingOn(t *testing.T) {
	f := NewFaulty(OS())
	ops, errs := everything(t, f)
	for i, err := range errs {
		if err != nil {
			t.Errorf("%s: %v", ops[i], err)
		}
	}
	var seen []Op
	for _, c := range f.Calls() {
		seen = append(seen, c.Op)
	}
	if !slices.Equal(seen, ops) {
		t.Errorf("saw %q, not %q", seen, ops)
	}
}

func TestFaultyFailsTheKthOperation(t *testing.T) {
	f := NewFaulty(OS())
	total, _ := everything(t, f)
	for k := 2; k <= len(total); k++ {
		f.Fail(Fault{At: k, Err: syscall.EIO})
		ops, errs := everything(t, f)
		if err := errs[k-1]; !errors.Is(err, syscall.EIO) {
			t.Errorf("%s: %v", ops[k-1], err)
		}
		if calls := f.Calls(); !errors.Is(calls[k-1].Err, syscall.EIO) || calls[k-2].Err != nil {
			t.Errorf("the calls before %d: %v", k, calls)
		}
	}
}

func TestFaultyFailsAKindUntilHealed(t *testing.T) {
	f := NewFaulty(OS())
	f.Fail(Fault{Op: OpWrite, At: 2, Sticky: true, Err: syscall.ENOSPC})
	file, err := f.OpenFile(filepath.Join(t.TempDir(), "file"), os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for i, want := range []error{nil, syscall.ENOSPC, syscall.ENOSPC} {
		if _, err := file.Write([]byte("x")); !errors.Is(err, want) {
			t.Errorf("write %d: %v", i+1, err)
		}
	}
	f.Heal()
	if _, err := file.Write([]byte("y")); err != nil {
		t.Error(err)
	}
	if got, err := os.ReadFile(file.Name()); string(got) != "xy" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
}

func TestFaultyWritesShort(t *testing.T) {
	for _, test := range []struct {
		short int
		want  string
	}{{0, ""}, {-1, ""}, {2, "ab"}, {3, "abc"}, {4, "abc"}, {100, "abc"}} {
		f := NewFaulty(OS())
		f.Fail(Fault{Op: OpWrite, Err: syscall.ENOSPC, Short: test.short})
		file, err := f.OpenFile(filepath.Join(t.TempDir(), "file"), os.O_RDWR|os.O_CREATE, 0o666)
		if err != nil {
			t.Fatal(err)
		}
		n, err := file.Write([]byte("abcd"))
		var path *fs.PathError
		if n != len(test.want) || !errors.Is(err, syscall.ENOSPC) || !errors.As(err, &path) || path.Path != file.Name() {
			t.Errorf("short %d: %d, %v", test.short, n, err)
		}
		got, err := io.ReadAll(io.NewSectionReader(file, 0, 10))
		if string(got) != test.want || err != nil {
			t.Errorf("short %d: %q, %v", test.short, got, err)
		}
		file.Close()
	}
}

func TestExclusiveOperationsNameTheirCause(t *testing.T) {
	dir := t.TempDir()
	if err := OS().Mkdir(dir, 0o777); !errors.Is(err, fs.ErrExist) {
		t.Error(err)
	}
	if err := OS().Symlink("x", dir); !errors.Is(err, fs.ErrExist) {
		t.Error(err)
	}
	if err := OS().SyncDir(filepath.Join(dir, "gone")); canSyncDirs && !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}
