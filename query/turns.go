package query

import "sync"

// inTurns has each block of a file worked on like [inOrder], for work whose results refer
// to nothing of their blocks. So a worker reads one block after the other into the same
// memory, which stays in the cache of its core, and hands over its results itself: nobody
// has to be woken for that. deliver is called by one worker at a time, in the order of the
// file, and the results are handed to the work again to be used anew. Blocks are not read
// much further than they are delivered.
func inTurns[T any](f *blocks, newWork func() func(*block, T) T, deliver func(T) error) error {
	t := &turns[T]{f: f, count: f.count(), deliver: deliver}
	workers := max(1, min(int64(f.workers), t.count))
	t.waiting = make([]turn[T], placesEach*workers)
	t.moved.L = &t.mu
	var others sync.WaitGroup
	for range workers - 1 {
		work := newWork()
		others.Go(func() { t.work(work) })
	}
	t.work(newWork())
	others.Wait()
	return t.err
}

// turns is what the workers of [inTurns] share.
type turns[T any] struct {
	f       *blocks
	count   int64
	deliver func(T) error

	mu      sync.Mutex
	moved   sync.Cond // next has
	at      int64     // the next block that nobody works on
	next    int64     // the next one to be delivered
	waiting []turn[T] // results of those from next on, each at its number modulo their length
	spare   []T       // results that were delivered
	err     error     // the first one, after which nothing is delivered
}

// turn is what came of a block.
type turn[T any] struct {
	result T
	err    error
	there  bool
}

// work takes one block after the other.
func (t *turns[T]) work(work func(*block, T) T) {
	var b block
	for {
		k, result, ok := t.take()
		if !ok {
			return
		}
		err := t.f.read(k, &b)
		if err == nil {
			result = work(&b, result)
		}
		t.give(k, turn[T]{result, err, true})
		b.shrink(t.f.each)
	}
}

// take returns the next block to work on, and a result to be used anew; false when there
// is no more to do.
func (t *turns[T]) take() (k int64, result T, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for t.err == nil && t.at < t.count && t.at-t.next == int64(len(t.waiting)) {
		t.moved.Wait()
	}
	if t.err != nil || t.at == t.count {
		return 0, result, false
	}
	if n := len(t.spare); n > 0 {
		result, t.spare = t.spare[n-1], t.spare[:n-1]
	}
	t.at++
	return t.at - 1, result, true
}

// give delivers the result of a block, and those behind it that are there, when its turn
// has come.
func (t *turns[T]) give(k int64, r turn[T]) {
	t.mu.Lock()
	defer t.mu.Unlock()
	n := int64(len(t.waiting))
	t.waiting[k%n] = r
	for p := &t.waiting[t.next%n]; p.there; p = &t.waiting[t.next%n] {
		if t.err == nil {
			t.err = p.err
		}
		if t.err == nil {
			t.err = t.deliver(p.result)
		}
		t.spare = append(t.spare, p.result)
		*p = turn[T]{}
		t.next++
	}
	t.moved.Broadcast()
}
