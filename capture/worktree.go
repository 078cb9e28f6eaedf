package capture

import (
	"context"
	"errors"
	"fmt"
	"time"

	"example.org/runshelf/provenance"
)

// gitTimeout bounds what is asked of git before the program starts.
const gitTimeout = time.Minute

// requireClean refuses a work tree with uncommitted changes when that is wanted.
func (o Options) requireClean() error {
	if !o.RequireClean {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), gitTimeout)
	defer cancel()
	dirty, err := provenance.GitDirty(ctx, o.Run.SourceDir)
	if err != nil {
		return fmt.Errorf("a clean work tree is required: %w", err)
	}
	if dirty {
		return errors.New("a clean work tree is required, and this one has uncommitted changes")
	}
	return nil
}

func (r *running) keepDiff() {}
