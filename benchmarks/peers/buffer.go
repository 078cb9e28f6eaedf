package peers

import (
	"bufio"
	"errors"
	"io"
	"os"
	"sync"
	"time"
)

// How much a buffered contender gathers, and for how long.
const (
	bufferSize  = 256 << 10
	bufferEvery = 100 * time.Millisecond
)

// output takes whole lines, from several goroutines at once.
type output = io.Writer

// buffer gathers lines for a file and writes them when it is full and every
// 100 ms.
type buffer struct {
	file *os.File
	stop chan struct{}
	done chan struct{}

	mu sync.Mutex
	w  *bufio.Writer
}

func newBuffer(file *os.File) *buffer {
	b := &buffer{
		file: file,
		stop: make(chan struct{}),
		done: make(chan struct{}),
		w:    bufio.NewWriterSize(file, bufferSize),
	}
	go b.flushOften()
	return b
}

// Write adds one line.
func (b *buffer) Write(line []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.w.Write(line)
}

// Close writes the rest and closes the file.
func (b *buffer) Close() error {
	close(b.stop)
	<-b.done
	return errors.Join(b.flush(), b.file.Close())
}

func (b *buffer) flush() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.w.Flush()
}

func (b *buffer) flushOften() {
	defer close(b.done)
	ticker := time.NewTicker(bufferEvery)
	defer ticker.Stop()
	for {
		select {
		case <-b.stop:
			return
		case <-ticker.C:
			// A failure stays in the writer and is met again by Close.
			_ = b.flush()
		}
	}
}
