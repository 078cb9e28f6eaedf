package cli

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// flagError is called with what flag parsing refused.
func (a *app) flagError(cmd *cobra.Command, err error) error {
	if !cmd.HasParent() {
		if word := firstWord(a.args); word != "" {
			return unknownCommand(cmd, word)
		}
	}
	hint := fmt.Sprintf("%s --help shows the flags", cmd.CommandPath())
	var unknown *pflag.NotExistError
	if errors.As(err, &unknown) {
		if near := nearest(unknown.GetSpecifiedName(), flagNames(cmd)); near != "" {
			hint = fmt.Sprintf("did you mean --%s?", near)
		}
	}
	return withHint(asUsage(inWords(err)), hint)
}

// inWords says without the words of a programmer why a value is refused.
func inWords(err error) error {
	var invalid *pflag.InvalidValueError
	if !errors.As(err, &invalid) {
		return err
	}
	f := invalid.GetFlag()
	must := map[string]string{
		"int": "must be a whole number", "int64": "must be a whole number", "uint64": "must be a whole number of 0 or more",
		"float64": "must be a number", "bool": "must be true or false", "duration": "must be a duration such as 90s or 10m",
	}[f.Value.Type()]
	if _, own := f.Value.(*jsonFlag); own || must == "" {
		return fmt.Errorf("--%s is %q: %w", f.Name, invalid.GetValue(), errors.Unwrap(invalid))
	}
	return fmt.Errorf("--%s is %q, and %s", f.Name, invalid.GetValue(), must)
}

// refuseEmpty refuses a flag that was given a text without anything in it: mostly
// a variable of a script that is not set.
func refuseEmpty(cmd *cobra.Command) error {
	var empty error
	cmd.Flags().Visit(func(f *pflag.Flag) {
		if empty == nil && (isEmpty(f.Value) || isBlankName(f)) {
			empty = usageErrorf("--%s is empty", f.Name)
		}
	})
	return empty
}

// isEmpty reports a text that is empty: that of a flag, one of those of a flag that
// was repeated, or all that a list with commas has.
func isEmpty(value pflag.Value) bool {
	list, ok := value.(pflag.SliceValue)
	switch {
	case !ok:
		return value.Type() == "string" && value.String() == ""
	case value.Type() == "stringArray":
		return slices.Contains(list.GetSlice(), "")
	}
	return !slices.ContainsFunc(list.GetSlice(), func(s string) bool { return s != "" })
}

// isBlankName reports a name or a tag that nobody could see.
func isBlankName(f *pflag.Flag) bool {
	switch list, ok := f.Value.(pflag.SliceValue); {
	case f.Name == "name":
		return isBlankText(f.Value.String())
	case f.Name == "tag" && ok:
		return slices.ContainsFunc(list.GetSlice(), isBlankText)
	}
	return false
}

func isBlankText(s string) bool { return strings.TrimSpace(s) == "" }

// firstWord returns the first argument that is no flag.
func firstWord(args []string) string {
	i := slices.IndexFunc(args, func(s string) bool { return !strings.HasPrefix(s, "-") })
	if i < 0 {
		return ""
	}
	return args[i]
}

// flagNames lists the long flags that a command knows.
func flagNames(cmd *cobra.Command) []string {
	names := []string{}
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if !f.Hidden {
			names = append(names, f.Name)
		}
	})
	return names
}
