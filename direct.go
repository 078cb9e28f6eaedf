package runshelf

// direct is the journal of DurabilityEach: one write(2) an event, at the offset
// where the last good line ended.
type direct struct {
	end int64
	out *outlet
}

func newDirect(out *outlet) *direct { return &direct{out: out} }

func (d *direct) level() Durability { return DurabilityEach }

func (d *direct) size() int64 { return d.end }

func (d *direct) wait(int64) {}

func (d *direct) append(line []byte, _ *running) error {
	err := d.out.write(line, d.end)
	if err == nil {
		d.end += int64(len(line))
	}
	return err
}

func (d *direct) appendMany(lines []byte) error {
	err := d.out.put(lines, d.end)
	if err == nil {
		d.end += int64(len(lines))
	}
	return err
}

func (d *direct) late() bool { return d.out.late() }

func (d *direct) count(lines []byte, back chan<- []byte) { d.out.countLater(lines, back) }

func (d *direct) flush() error { return nil }

func (d *direct) syncFile() error { return d.out.sync() }

func (d *direct) filled() <-chan struct{} { return d.out.filled }

func (d *direct) writeOut() { d.out.writeOut() }

func (d *direct) fault() error { return d.out.guard.fault() }

func (d *direct) sum() []byte { return d.out.sum() }

func (d *direct) close() (lost []byte, err error) {
	defer d.out.settle()
	err = d.out.cut(d.end)
	d.out.trim()
	if syncErr := d.out.sync(); err == nil {
		err = syncErr
	}
	if closeErr := d.out.file.Close(); err == nil {
		err = closeErr
	}
	return nil, err
}
