package vfs

import "io/fs"

// faultyFile is a file of a [Faulty]; closing it always reaches the file below,
// so that a test leaves no descriptor behind.
type faultyFile struct {
	File
	fs *Faulty
}

func (f *faultyFile) Read(p []byte) (n int, err error) {
	err = f.fs.do(OpRead, f.Name(), func() (err error) { n, err = f.File.Read(p); return })
	return n, err
}

func (f *faultyFile) ReadAt(p []byte, off int64) (n int, err error) {
	err = f.fs.do(OpRead, f.Name(), func() (err error) { n, err = f.File.ReadAt(p, off); return })
	return n, err
}

func (f *faultyFile) Write(p []byte) (int, error) {
	return f.write(p, f.File.Write)
}

func (f *faultyFile) WriteAt(p []byte, off int64) (int, error) {
	return f.write(p, func(p []byte) (int, error) { return f.File.WriteAt(p, off) })
}

// write writes p, or as much of it as the fault lets through.
func (f *faultyFile) write(p []byte, to func([]byte) (int, error)) (int, error) {
	short, fault := f.fs.next(OpWrite, f.Name())
	if fault == nil {
		return to(p)
	}
	short = min(short, len(p)-1)
	if short <= 0 {
		return 0, fault
	}
	n, err := to(p[:short])
	if err != nil {
		return n, err
	}
	return n, fault
}

func (f *faultyFile) Stat() (info fs.FileInfo, err error) {
	err = f.fs.do(OpStat, f.Name(), func() (err error) { info, err = f.File.Stat(); return })
	return info, err
}

func (f *faultyFile) Truncate(size int64) error {
	return f.fs.do(OpTruncate, f.Name(), func() error { return f.File.Truncate(size) })
}

func (f *faultyFile) Sync() error {
	return f.fs.do(OpSync, f.Name(), f.File.Sync)
}

func (f *faultyFile) Datasync() error {
	return f.fs.do(OpDatasync, f.Name(), f.File.Datasync)
}
