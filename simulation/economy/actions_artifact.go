package economy

func readPrice(a *artifact) int64   { return a.readPrice }
func invokePrice(a *artifact) int64 { return a.invokePrice }

// readArtifact pays the owner and tells that the artifact was read.
func (w *world) readArtifact(t *turn) error {
	a, why := w.accessible(t, readPrice)
	cause := w.report(t, why)
	if why != accepted {
		return nil
	}
	if err := w.pay(cause, t.self, a.owner, a.readPrice, "read"); err != nil {
		return err
	}
	w.emitArtifact(cause, "artifact_read", t.self, a)
	return nil
}

// writeArtifact makes a new artifact, or rewrites one.
func (w *world) writeArtifact(t *turn) error {
	a, growth, why := w.writable(t)
	cause := w.report(t, why)
	if why != accepted {
		return nil
	}
	if err := w.consume(cause, t.self, w.set.writeCompute); err != nil {
		return err
	}
	if err := w.allocate(cause, t.self, growth); err != nil {
		return err
	}
	if a == nil {
		a = w.create(t.self)
	}
	d := &t.in.draft
	a.setContent(d.content)
	a.readPrice, a.invokePrice, a.access, a.readers = d.readPrice, d.invokePrice, d.access, d.readers
	w.emitArtifact(cause, "artifact_written", t.self, a)
	return nil
}

// writable checks a write. It returns what is rewritten, nil for a new artifact,
// and by how many bytes the disk in use grows.
func (w *world) writable(t *turn) (a *artifact, growth int64, why refusal) {
	growth = int64(len(t.in.draft.content))
	if growth == 0 {
		return nil, 0, refusedContent
	}
	if t.in.artifact != "" {
		if a, why = w.ownFree(t); why != accepted {
			return nil, 0, why
		}
		growth -= a.size()
	}
	switch {
	case w.resources.compute[t.self] < w.set.writeCompute:
		return nil, 0, refusedCompute
	case !w.resources.fits(t.self, growth):
		return nil, 0, refusedDisk
	}
	return a, growth, accepted
}

// create adds an artifact without content.
func (w *world) create(owner int) *artifact {
	a := &artifact{id: w.ctx.ID("artifact"), owner: owner, buyer: nobody}
	w.store.add(a)
	w.agents[owner].owned = append(w.agents[owner].owned, a)
	return a
}

// deleteArtifact frees the disk that an artifact takes.
func (w *world) deleteArtifact(t *turn) error {
	a, why := w.ownFree(t)
	cause := w.report(t, why)
	if why != accepted {
		return nil
	}
	if err := w.allocate(cause, t.self, -a.size()); err != nil {
		return err
	}
	w.store.remove(a)
	owner := &w.agents[t.self]
	owner.owned = without(owner.owned, a)
	w.emitArtifact(cause, "artifact_deleted", t.self, a)
	return nil
}
