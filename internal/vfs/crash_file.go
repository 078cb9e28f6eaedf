package vfs

// crashFile is a file of a [Crashing].
type crashFile struct {
	File
	fs      *Crashing
	node    *crashNode
	at      int64 // where Read and Write go on
	appends bool
}

func (f *crashFile) Read(p []byte) (int, error) {
	n, err := f.File.Read(p)
	f.at += int64(n)
	return n, err
}

func (f *crashFile) Write(p []byte) (int, error) {
	f.fs.mu.Lock()
	defer f.fs.mu.Unlock()
	if err := f.fs.step(OpWrite, f.Name()); err != nil {
		return 0, err
	}
	if f.appends {
		f.at = int64(len(f.node.data))
	}
	n, err := f.File.Write(p)
	f.node.write(p[:n], f.at)
	f.at += int64(n)
	return n, err
}

func (f *crashFile) WriteAt(p []byte, off int64) (int, error) {
	f.fs.mu.Lock()
	defer f.fs.mu.Unlock()
	if err := f.fs.step(OpWrite, f.Name()); err != nil {
		return 0, err
	}
	n, err := f.File.WriteAt(p, off)
	f.node.write(p[:n], off)
	return n, err
}

func (f *crashFile) Truncate(size int64) error {
	return f.fs.change(OpTruncate, f.Name(), func() error { return f.File.Truncate(size) },
		func() { f.node.truncate(size) })
}

func (f *crashFile) Sync() error { return f.sync(OpSync) }

func (f *crashFile) Datasync() error { return f.sync(OpDatasync) }

func (f *crashFile) sync(op Op) error {
	return f.fs.change(op, f.Name(), func() error { return nil }, f.node.sync)
}
