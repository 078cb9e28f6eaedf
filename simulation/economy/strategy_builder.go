package economy

// builder writes payloads and notes, improves the worst of them, and sells some;
// the rest of its income is what others pay for reading and running them.
func builder(w *world, t *turn) intent {
	if in, ok := w.patronage(t); ok {
		return in
	}
	owned := w.agents[t.self].owned
	switch n := t.rand.IntN(100); {
	case len(owned) == 0 || n < 35:
		return w.write(t, builderContent(t))
	case n < 50:
		return w.rewrite(t, owned[t.rand.IntN(len(owned))])
	case n < 75:
		return w.sell(t, owned[t.rand.IntN(len(owned))])
	}
	return w.browse(t)
}

func builderContent(t *turn) string {
	if t.chance(15) {
		return draftNote(t.rand, 3+t.rand.IntN(6))
	}
	return draftPayload(t.rand, 2+t.rand.IntN(maxSteps-2))
}

// rewrite replaces an artifact by something longer. It may turn out to be tied up
// or to need more disk than there is.
func (w *world) rewrite(t *turn, a *artifact) intent {
	in := intent{kind: kindWrite, artifact: a.id}
	in.draft = w.draft(t, draftPayload(t.rand, maxSteps/2+t.rand.IntN(maxSteps/2)))
	return in
}

// sell offers an artifact for less than a trader expects for it, or takes back what
// nobody has bought.
func (w *world) sell(t *turn, a *artifact) intent {
	switch {
	case a.asking > 0 && t.chance(20):
		return on(kindCancel, a)
	case a.held():
		return w.browse(t)
	}
	return w.offer(t, a, a.score/(traderDivisor+4)+t.rand.Int64N(3)-1)
}
