package peers

import (
	"errors"
	"os"
	"time"

	"example.org/runshelf/event"
)

// Line returns a line of a load as Runshelf writes it.
func Line(size Size) []byte {
	var stamp event.Stamp
	line := stamp.AppendHead(nil, time.Now(), 123456)
	return event.AppendMapBody(line, event.Body{Type: size.EventType()}, size.Data())
}

// rawWriter writes the same line whatever it is given.
type rawWriter struct{ put func() }

func (w rawWriter) transfer(uint64, *transfer)          { w.put() }
func (w rawWriter) action(uint64, *action)              { w.put() }
func (w rawWriter) thinking(uint64, *thinking)          { w.put() }
func (w rawWriter) data(uint64, string, map[string]any) { w.put() }

// openRawLines hands a ready line to the system, each by itself.
func openRawLines(dir string, load Load) (target, error) {
	file, err := createFile(dir)
	if err != nil {
		return target{}, err
	}
	line := Line(load.Size)
	var failed error
	put := func() {
		if _, err := file.Write(line); err != nil {
			failed = err
		}
	}
	return target{
		path:   file.Name,
		writer: func() writer { return rawWriter{put} },
		close:  func() error { return errors.Join(failed, file.Close()) },
	}, nil
}

// openRawBlocks copies ready lines into a block and hands that to the system
// when it is full: what no logger can beat that writes the same bytes.
func openRawBlocks(dir string, load Load) (target, error) {
	file, err := createFile(dir)
	if err != nil {
		return target{}, err
	}
	b := &blocks{file: file, line: Line(load.Size), block: make([]byte, 0, bufferSize)}
	return target{
		path:   file.Name,
		writer: func() writer { return rawWriter{b.put} },
		close:  b.close,
	}, nil
}

type blocks struct {
	file  *os.File
	line  []byte
	block []byte
	err   error
}

func (b *blocks) put() {
	if len(b.block)+len(b.line) > cap(b.block) {
		b.write()
	}
	b.block = append(b.block, b.line...)
}

func (b *blocks) write() {
	if _, err := b.file.Write(b.block); err != nil {
		b.err = err
	}
	b.block = b.block[:0]
}

func (b *blocks) close() error {
	b.write()
	return errors.Join(b.err, b.file.Close())
}
