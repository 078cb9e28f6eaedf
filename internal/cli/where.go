package cli

import (
	"errors"

	"github.com/spf13/pflag"

	"example.org/runshelf/query"
)

// whereFlag is --where: an expression of the filter language.
type whereFlag struct {
	source string
	given  bool
}

// add declares the flag.
func (w *whereFlag) add(flags *pflag.FlagSet, usage string) {
	flags.Var(w, "where", usage)
}

// String is the expression, as flag parsing wants it.
func (w *whereFlag) String() string { return w.source }

// Set takes the expression from flag parsing. Two expressions must both hold.
func (w *whereFlag) Set(source string) error {
	if w.given {
		source = "(" + w.source + ") && (" + source + ")"
	}
	w.source, w.given = source, true
	return nil
}

// Type names the type for flag parsing.
func (w *whereFlag) Type() string { return "string" }

// compile reads the expression, nil when there is none. A wrong one is wrong
// usage, and the hint marks the place.
func (w *whereFlag) compile(about query.Subject) (*query.Where, error) {
	if !w.given {
		return nil, nil
	}
	where, err := query.CompileWhere(w.source, about)
	var wrong *query.WhereError
	if errors.As(err, &wrong) {
		return nil, withHint(asUsage(err), "it goes wrong behind the mark: "+wrong.Marked(" >>> "))
	}
	return where, err
}
