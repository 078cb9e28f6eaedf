package compare

import "slices"

// rules says when values are equal and which fields do not count. It is not
// changed while logs are compared.
type rules struct {
	top       []string   // set aside at top level
	names     []string   // set aside at any depth
	patterns  []Pattern  // the same, for all but plain names
	texts     []textRule // parts of texts that are set aside
	named     []Pattern  // fields that hold names, see [aliases]; they are set aside too
	renamed   bool       // there are names, in these or in texts
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

// addRule sets aside what a rule with a ~ says.
func (r *rules) addRule(rule *textRule) {
	r.renamed = r.renamed || rule.renamed
	if rule.whole() {
		r.add(rule.field)
		r.named = append(r.named, rule.field)
		return
	}
	r.texts = append(r.texts, *rule)
}

// isName reports whether the field at a path holds a name, or names.
func (r *rules) isName(at Path) bool {
	return slices.ContainsFunc(r.named, func(p Pattern) bool { return p.fits(at) })
}

// plainNames reports whether every field that holds a name is given by its key alone.
func (r *rules) plainNames() bool {
	return !slices.ContainsFunc(r.named, func(p Pattern) bool { return !p.plain })
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
