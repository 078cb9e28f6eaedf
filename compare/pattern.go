package compare

import (
	"encoding/json"
	"path"
	"strconv"
	"strings"
)

// Pattern names fields by where they stand. It fits a field when its steps fit
// the last steps of the field's path.
type Pattern struct {
	text  string
	steps []patternStep
	plain bool // one step that is a name without wildcards
	top   bool // the first step fits at top level only
}

// patternStep fits one step of a path: a key, or an index of an array.
type patternStep struct {
	glob  string // of a key
	exact bool   // the key is glob itself
	index int    // of an array; anyIndex fits all
	array bool
}

const anyIndex = -1

// PatternError reports a pattern that is malformed and could never fit.
type PatternError struct {
	Pattern string
	// Why says what is wrong, where more is known than that.
	Why string
}

// Error names the pattern.
func (e *PatternError) Error() string {
	text := "the pattern " + e.Pattern + " is malformed"
	if e.Why != "" {
		text += ": " + e.Why
	}
	return text
}

// ParsePattern reads a pattern such as duration_ms, cpu_*, resources.cpu_seconds,
// events[0].kind, events[*].kind or ["a.b"]. A name is a glob as [path.Match] has
// it and fits at any depth; names behind each other must follow each other.
// Indexes of arrays are passed over unless the pattern states them. A field whose
// key itself reads like the whole pattern, dots included, fits too. A pattern that
// begins with a dot, such as .meta.id, fits from the top of the event only.
func ParsePattern(text string) (Pattern, error) {
	p := Pattern{text: text}
	if text == "" {
		return p, &PatternError{Pattern: `""`}
	}
	if _, err := path.Match(text, ""); err != nil {
		p.text = "" // fits no key as a whole
	}
	rest, dotted := strings.CutPrefix(text, ".")
	if p.top = dotted; dotted {
		p.text = "" // no key begins with it
	}
	if rest == "" {
		return p, &PatternError{Pattern: text}
	}
	for rest != "" {
		step, after, ok := cutStep(rest)
		if !ok {
			return p, &PatternError{Pattern: text}
		}
		p.steps, rest = append(p.steps, step), after
	}
	p.plain = len(p.steps) == 1 && p.steps[0].exact && !p.top
	return p, nil
}

// cutStep reads the first step of a pattern, and the dot behind it.
func cutStep(text string) (step patternStep, rest string, ok bool) {
	if inside, after, bracketed := cutBracket(text); bracketed {
		step, ok = bracketStep(inside)
		return step, strings.TrimPrefix(after, "."), ok
	}
	end := nameEnd(text)
	step.glob = text[:end]
	_, err := path.Match(step.glob, "")
	step.exact = !strings.ContainsAny(step.glob, `*?[\`)
	rest, dotted := strings.CutPrefix(text[end:], ".")
	return step, rest, err == nil && end > 0 && !(dotted && rest == "")
}

// nameEnd is where a name ends: before a dot, or before a bracket that is no
// class of characters.
func nameEnd(text string) int {
	for i := range len(text) {
		if text[i] == '.' {
			return i
		}
		if _, _, ok := cutBracket(text[i:]); ok {
			return i
		}
	}
	return len(text)
}

// cutBracket cuts [3], [*] or ["key"] from the start of a pattern.
func cutBracket(text string) (inside, rest string, ok bool) {
	if !strings.HasPrefix(text, "[") {
		return "", "", false
	}
	if strings.HasPrefix(text, `["`) {
		d := json.NewDecoder(strings.NewReader(text[1:]))
		var key string
		if d.Decode(&key) != nil {
			return "", "", false
		}
		end := 1 + int(d.InputOffset())
		rest, ok = strings.CutPrefix(text[end:], "]")
		return text[1:end], rest, ok
	}
	inside, rest, ok = strings.Cut(text[1:], "]")
	_, isStep := bracketStep(inside)
	return inside, rest, ok && isStep
}

// bracketStep reads what stands in brackets.
func bracketStep(inside string) (patternStep, bool) {
	if inside == "*" {
		return patternStep{array: true, index: anyIndex}, true
	}
	if n, err := strconv.ParseUint(inside, 10, 31); err == nil {
		return patternStep{array: true, index: int(n)}, true
	}
	var key string
	if strings.HasPrefix(inside, `"`) && json.Unmarshal([]byte(inside), &key) == nil {
		return patternStep{glob: key, exact: true}, true
	}
	return patternStep{}, false
}

// name returns the one key that the pattern fits, at any depth or at top level only; ""
// where it fits others, or asks for more.
func (p *Pattern) name() (key string, top bool) {
	if len(p.steps) != 1 || !p.steps[0].exact || p.text != "" && p.text != p.steps[0].glob {
		return "", false
	}
	return p.steps[0].glob, p.top
}

// fits reports whether the pattern fits the field at a path.
func (p *Pattern) fits(at Path) bool {
	if len(at) == 0 {
		return false
	}
	if last := at[len(at)-1]; !last.array && p.text != "" {
		if ok, _ := path.Match(p.text, last.key); ok {
			return true
		}
	}
	left, ok := fitsEnd(p.steps, at)
	return ok && (!p.top || left == 0)
}

// fitsEnd compares steps from the last one on, and returns how many steps of the
// path are left in front.
func fitsEnd(steps []patternStep, at Path) (left int, ok bool) {
	for i := len(steps) - 1; i >= 0; i-- {
		for i < len(steps)-1 && len(at) > 0 && at[len(at)-1].array && !steps[i].array {
			at = at[:len(at)-1]
		}
		if len(at) == 0 || !steps[i].fits(at[len(at)-1]) {
			return 0, false
		}
		at = at[:len(at)-1]
	}
	return len(at), true
}

func (s *patternStep) fits(at Step) bool {
	switch {
	case s.array != at.array:
		return false
	case s.array:
		return s.index == anyIndex || s.index == at.index
	case s.exact:
		return s.glob == at.key
	}
	ok, _ := path.Match(s.glob, at.key)
	return ok
}
