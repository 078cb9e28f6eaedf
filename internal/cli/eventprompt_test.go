package cli

import (
	"bytes"
	"errors"
	"io"
	"os"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestPrompt prints pieces of all sizes into a pipe whose reader is sometimes slower:
// nothing is lost, doubled or out of order.
func TestPrompt(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		r, w, err := os.Pipe()
		if err != nil {
			rt.Fatal(err)
		}
		defer r.Close()
		slow := rapid.Bool().Draw(rt, "slow")
		read := make(chan []byte, 1)
		go func() {
			var all bytes.Buffer
			for n := int64(1); n > 0; {
				n, _ = io.CopyN(&all, r, 10_000)
				if slow {
					time.Sleep(100 * time.Microsecond)
				}
			}
			read <- all.Bytes()
		}()
		p := (&app{stdout: w}).prompt()
		var want []byte
		for range rapid.IntRange(0, 40).Draw(rt, "pieces") {
			piece := make([]byte, rapid.OneOf(rapid.IntRange(0, 200), rapid.IntRange(3900, 4200), rapid.IntRange(60_000, 140_000)).Draw(rt, "size"))
			for i := range piece {
				piece[i] = byte(len(want) + i)
			}
			want = append(append(want, piece...), '\n')
			_, err := p.Write(piece)
			err = errors.Join(err, p.WriteByte('\n'))
			if rapid.Bool().Draw(rt, "flushed") {
				err = errors.Join(err, p.Flush())
			}
			if err != nil {
				rt.Fatal(err)
			}
		}
		if err := errors.Join(p.Flush(), w.Close()); err != nil {
			rt.Fatal(err)
		}
		if got := <-read; !bytes.Equal(got, want) {
			rt.Fatalf("%d bytes came, not the %d that were printed", len(got), len(want))
		}
	})
}

// TestPromptFails shows that an error is told, and told again.
func TestPromptFails(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	p := (&app{stdout: w}).prompt()
	if _, err := p.Write([]byte("seen")); err != nil || p.Flush() != nil {
		t.Fatalf("%v, %v", err, p.err)
	}
	_ = r.Close()
	if _, err := p.Write([]byte("lost")); err != nil {
		t.Fatal(err)
	}
	if err := p.Flush(); !isBrokenPipe(err) {
		t.Errorf("%v", err)
	}
	if _, err := p.Write([]byte("lost")); !isBrokenPipe(err) || !isBrokenPipe(p.WriteByte('x')) || !isBrokenPipe(p.Flush()) {
		t.Errorf("later %v", err)
	}
}
