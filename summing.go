package runshelf

// summing adds lines up in a goroutine of its own, in the order in which they come.
// It is for those who log so much at once that the digest would hold them up: it
// takes longer than all the rest.
type summing struct {
	lines chan summand
	done  chan struct{}
}

// summand is lines that stand in the file, and where their memory goes when they
// have been added; nil when nobody wants it.
type summand struct {
	lines []byte
	back  chan<- []byte
}

// summandsAhead is how many writes the file may be ahead of the digest.
const summandsAhead = 6

func startSumming(add func(lines []byte)) *summing {
	s := &summing{lines: make(chan summand, summandsAhead), done: make(chan struct{})}
	go func() {
		defer close(s.done)
		for next := range s.lines {
			add(next.lines)
			if next.back != nil {
				next.back <- next.lines[:0]
			}
		}
	}()
	return s
}

func (s *summing) add(lines []byte, back chan<- []byte) { s.lines <- summand{lines, back} }

// end returns when all has been added.
func (s *summing) end() {
	close(s.lines)
	<-s.done
}
