package compare

import "slices"

// rules says when values are equal and which fields do not count. It is not
// changed while logs are compared.
type rules struct {
	top       []string   // set aside at top level
	names     []string   // set aside at any depth
	patterns  []Pattern  // the same, for all but plain names
	texts     []textRule // parts of texts that are set aside
	tolerance float64
}

// add sets aside what a pattern fits.
func (r *rules) add(p Pattern) {
	if p.plain {
		r.names = append(r.names, p.steps[0].glob)
		return
	}
	r.patterns = append(r.patterns, p)
}

// aside reports whether the field at a path does not count.
func (r *rules) aside(at Path) bool {
	last := &at[len(at)-1]
	if !last.array {
		if len(at) == 1 && slices.Contains(r.top, last.key) || slices.Contains(r.names, last.key) {
			return true
		}
	}
	for i := range r.patterns {
		if r.patterns[i].fits(at) {
			return true
		}
	}
	return false
}

// asideTop reports whether a field at top level does not count.
func (r *rules) asideTop(key string) bool { return r.aside(Path{{key: key}}) }
