package economy

// strategy decides what an agent does with its turn. It reads the world and the
// agent's random stream and changes neither but the stream.
type strategy func(w *world, t *turn) intent

type namedStrategy struct {
	name   string
	decide strategy
}

// strategies lists all there are, in the order in which they are dealt by default.
func strategies() []namedStrategy {
	return []namedStrategy{
		{"saver", saver},
		{"trader", trader},
		{"builder", builder},
		{"bidder_truthful", bidderTruthful},
		{"bidder_shading", bidderShading},
		{"bidder_random", bidderRandom},
	}
}

func strategyNames() []string {
	var names []string
	for _, s := range strategies() {
		names = append(names, s.name)
	}
	return names
}

// strategyNamed finds a strategy; the name has been validated.
func strategyNamed(name string) strategy {
	for _, s := range strategies() {
		if s.name == name {
			return s.decide
		}
	}
	panic("economy: no strategy " + name)
}

// chance is true with the given probability in percent.
func (t *turn) chance(percent int) bool { return t.rand.IntN(100) < percent }

// thrift is the scrip below which an agent rarely spends any on browsing.
const thrift = 25

// browse reads or runs something: what served well before, or a random find, which
// the agent may turn out not to have access to.
func (w *world) browse(t *turn) intent {
	favourite := w.agents[t.self].favourite
	if favourite != "" && t.chance(20) {
		return intent{kind: kindInvoke, artifact: favourite, input: t.rand.Int64N(100)}
	}
	a := w.find(t)
	switch {
	case a == nil:
		return idle("nothing to read yet")
	case w.ledger.scrip[t.self] < thrift && t.chance(80):
		return idle("short of scrip")
	case t.chance(30):
		return on(kindRead, a)
	}
	return intent{kind: kindInvoke, artifact: a.id, input: t.rand.Int64N(100)}
}

// find picks a random artifact, preferring those of others.
func (w *world) find(t *turn) *artifact {
	var a *artifact
	for range 3 {
		if len(w.store.list) == 0 {
			return nil
		}
		a = w.store.list[t.rand.IntN(len(w.store.list))]
		if a.owner != t.self {
			return a
		}
	}
	return a
}

// sight is how many listings an agent looks at in one turn. Nobody reads a market
// of thousands, and a world in which everybody did would take time with the square
// of its agents.
const sight = 256

// bargain picks the listing in sight that promises most above its price, by what the
// agent thinks an artifact is worth; nil when none is worth its price.
func (w *world) bargain(t *turn, worth func(*artifact) int64) *artifact {
	var best *artifact
	gain := int64(0)
	for _, a := range w.inSight(t) {
		if g := worth(a) - a.asking; g > gain && w.obtainable(t, a) {
			best, gain = a, g
		}
	}
	return best
}

// inSight is what an agent sees of the market: all of a small one, and else as many
// neighbouring listings, from a random place on.
func (w *world) inSight(t *turn) []*artifact {
	if len(w.listings) <= sight {
		return w.listings
	}
	from := t.rand.IntN(len(w.listings) - sight + 1)
	return w.listings[from : from+sight]
}

// obtainable says whether the agent could buy a listed artifact.
func (w *world) obtainable(t *turn, a *artifact) bool {
	open := a.owner != t.self && (a.buyer == nobody || a.buyer == t.self)
	return open && w.ledger.scrip[t.self] >= a.asking && w.resources.fits(t.self, a.size())
}

// clearOut deletes the own free artifact of the lowest score, or does nothing when
// all are tied up.
func (w *world) clearOut(t *turn) intent {
	var worst *artifact
	for _, a := range w.agents[t.self].owned {
		if !a.held() && (worst == nil || a.score < worst.score) {
			worst = a
		}
	}
	if worst == nil {
		return idle("no room and nothing to delete")
	}
	return on(kindDelete, worst)
}

// write is the intent to write something new, or to make room for it.
func (w *world) write(t *turn, content string) intent {
	if !w.resources.fits(t.self, int64(len(content))) {
		return w.clearOut(t)
	}
	return intent{kind: kindWrite, draft: w.draft(t, content)}
}

// draft sets prices and access for new content at random: most is public, some
// private, some for one or two others.
func (w *world) draft(t *turn, content string) draft {
	d := draft{
		content:     content,
		readPrice:   t.rand.Int64N(3),
		invokePrice: 1 + t.rand.Int64N(3),
		access:      accessPublic,
	}
	switch n := t.rand.IntN(20); {
	case n < 2:
		d.access = accessPrivate
	case n < 5:
		d.access = accessList
		d.readers = w.drawReaders(t)
	}
	return d
}

// drawReaders picks one or two others, or nobody when there is nobody else.
func (w *world) drawReaders(t *turn) []int {
	n := len(w.agents)
	if n == 1 {
		return []int{}
	}
	other := func() int { return (t.self + 1 + t.rand.IntN(n-1)) % n }
	first, second := other(), other()
	if first == second {
		return []int{first}
	}
	return []int{first, second}
}
