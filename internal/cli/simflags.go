package cli

import (
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"example.org/runshelf/runner"
)

// settingFlags are the flags of a command that stand for settings, as texts.
type settingFlags map[string]*settingFlag

// settingFlag is one of them.
type settingFlag struct {
	key   string // of the setting; without a section it is the model's
	text  string
	shown string // what help calls the value
}

// add declares a flag for a setting.
func (s *settingFlags) add(flags *pflag.FlagSet, name, key, shown, usage string) {
	if *s == nil {
		*s = settingFlags{}
	}
	f := &settingFlag{key: key, shown: shown}
	(*s)[name] = f
	flags.Var(f, name, usage)
}

// give passes on the flags that were used.
func (s settingFlags) give(flags *pflag.FlagSet, values map[string]any) {
	for name, f := range s {
		if flags.Changed(name) {
			values[f.key] = f.text
		}
	}
}

// String is the value, as flag parsing wants it.
func (f *settingFlag) String() string { return f.text }

// Set keeps the text.
func (f *settingFlag) Set(text string) error {
	f.text = text
	return nil
}

// Type is what help calls the value.
func (f *settingFlag) Type() string { return f.shown }

// completeSettings offers the keys of all settings, the model's without section.
func completeSettings(_ *cobra.Command, args []string, word string) ([]cobra.Completion, cobra.ShellCompDirective) {
	registry, err := runner.Registry()
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	model := runner.Models()[0].Name
	if len(args) > 0 {
		model = args[0]
	}
	var found []cobra.Completion
	for _, s := range registry.Settings() {
		key := strings.TrimPrefix(s.Key, model+".") + "="
		if strings.HasPrefix(key, word) {
			found = append(found, cobra.CompletionWithDesc(key, s.Doc))
		}
	}
	return found, cobra.ShellCompDirectiveNoSpace | cobra.ShellCompDirectiveNoFileComp
}
