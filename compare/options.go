package compare

import (
	"errors"
	"path"
	"slices"

	"example.org/runshelf/event"
)

// KeySourceTime is the member in which a captured event keeps the time that its
// line stated itself.
const KeySourceTime = "source_time"

// Volatile returns the fields that are set aside at top level unless
// [Options.Strict] is set.
func Volatile() []string {
	return []string{event.KeyTimestamp, event.KeySequence, event.KeyCause, KeySourceTime}
}

// Options says how to compare. The zero value compares everything but
// [Volatile] exactly.
type Options struct {
	// Ignore names more fields to set aside, at any depth; see [ParsePattern]. A field
	// followed by ~ and what to look for sets aside only parts of the texts in it:
	// text~time+address the parts of these kinds (time, duration, address, uuid, temp,
	// number), text~/took (\d+)/ what a regular expression finds, or its groups where
	// it has some. With ~renamed, or +renamed behind these, what is found are names, which
	// may be others in the other log, one for one: they differ only where a name stands
	// for another than before.
	Ignore []string
	// Strict sets nothing aside but Ignore.
	Strict bool
	// Only are patterns of event types, as [path.Match] has them. When set,
	// events that match none are passed over.
	Only []string
	// Except are patterns of event types that are passed over.
	Except []string
	// Tolerance makes numbers a and b equal when |a−b| ≤ T·max(1,|a|,|b|).
	Tolerance float64
	// Context is how many events before and after the first divergence are
	// kept for showing.
	Context int
	// Window is how many events of each log are looked at to realign them after
	// a divergence. 0 means [DefaultWindow].
	Window int
	// Gaps is how many of the places where the logs differ are described, from the
	// first on; see [Result.Gaps].
	Gaps int
	// AnyOrder compares logs without their order, as bags of events: for programs whose
	// threads or tasks take turns by chance. The first divergence is then the first
	// event of each that has no equal in the other. Memory is bounded by how far apart
	// equal events stand; where that is too far the comparison fails. It does not go
	// with Tolerance.
	AnyOrder bool
	// FirstOnly stops at the first divergence: nothing behind it is counted.
	FirstOnly bool
	// NoIndex has the logs read whole, also where their indexes say that they are
	// equal.
	NoIndex bool
}

// DefaultWindow is how far apart two logs may drift and still be realigned, in
// events.
const DefaultWindow = 2048

// rules returns the volatile fields of the options.
func (o *Options) rules() (*rules, error) {
	r := &rules{tolerance: o.Tolerance}
	if !o.Strict {
		r.top = Volatile()
	}
	for _, text := range o.Ignore {
		rule, err := parseTextRule(text)
		if err == nil {
			r.addRule(rule)
			continue
		}
		if !errors.Is(err, errNoTextRule) {
			return nil, err
		}
		p, err := ParsePattern(text)
		if err != nil {
			return nil, err
		}
		r.add(p)
	}
	for _, text := range slices.Concat(o.Only, o.Except) {
		if _, err := path.Match(text, ""); err != nil {
			return nil, &PatternError{Pattern: text}
		}
	}
	return r, nil
}

// wants reports whether events of a type are compared.
func (o *Options) wants(eventType string) bool {
	return (len(o.Only) == 0 || matchesAny(o.Only, eventType)) && !matchesAny(o.Except, eventType)
}

// matchesAny reports whether a type matches one of some patterns.
func matchesAny(patterns []string, eventType string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		ok, _ := path.Match(pattern, eventType)
		return ok
	})
}
