package shelf

import "context"

// WithContext returns a copy of the run whose events can be read until ctx ends, by
// whoever gets it: the questions of package query, comparisons, and readers of your
// own. From then on opening and reading them fails with an error that wraps the cause
// of ctx, so that a long question ends soon. A question about a run without a context
// goes on to its end.
func (r *Run) WithContext(ctx context.Context) *Run {
	bound := *r
	bound.ctx = ctx
	return &bound
}

// Context returns what [Run.WithContext] was given, and the background without it.
func (r *Run) Context() context.Context {
	if r.ctx == nil {
		return context.Background()
	}
	return r.ctx
}

// mostUnasked is how much is read of a log, in bytes, before its context is asked again.
const mostUnasked = 4 << 20

// readWithin is ReadAt for a log whose context may end.
func (e *Events) readWithin(p []byte, off int64) (n int, err error) {
	for {
		if e.ctx.Err() != nil {
			return n, context.Cause(e.ctx)
		}
		part := p[n:min(len(p), n+mostUnasked)]
		got, err := e.readAt(part, off+int64(n))
		n += got
		if n == len(p) || got < len(part) || err != nil {
			return n, err
		}
	}
}
