package query

import (
	"context"

	"example.org/runshelf/shelf"
)

// within has fn get nothing more of a run once the context of the run has ended: what
// was read ahead is not handed out then.
func within[T any](run *shelf.Run, fn func(T) error) func(T) error {
	ctx := run.Context()
	if ctx.Done() == nil {
		return fn
	}
	return func(x T) error {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		return fn(x)
	}
}
