package query

// Getter finds fields of JSON objects without decoding them. It is not for
// concurrent use.
type Getter struct {
	skim   *skimmer
	refs   []*ref
	padded []byte
	found  [][]byte
}

// NewGetter returns a getter of fields. A path with dots means a key that holds
// the dots itself, before a member of an object inside.
func NewGetter(paths ...string) *Getter {
	g := &Getter{found: make([][]byte, len(paths))}
	var keys []string
	for _, path := range paths {
		r := newRef(path, &keys)
		r.level = false // a run has no level
		g.refs = append(g.refs, r)
	}
	g.skim = newSkimmer(keys)
	return g
}

// Get returns the stored bytes of each field, nil for one that is not there. They
// are valid until the next call. What is no object has no fields.
func (g *Getter) Get(object []byte) [][]byte {
	clear(g.found)
	g.padded = append(append(g.padded[:0], object...), make([]byte, pad)...)
	if !g.skim.exact(g.padded, 0, len(object)) {
		return g.found
	}
	for i, r := range g.refs {
		g.found[i] = r.get(g.padded, g.skim.values)
	}
	return g.found
}
