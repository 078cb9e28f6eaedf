package cli

import (
	"github.com/spf13/cobra"

	"example.org/runshelf/config"
	"example.org/runshelf/event"
	"example.org/runshelf/runner"
)

// configOptions are the flags of config.
type configOptions struct {
	origin, json bool
	file         string
	set          []string
}

func newConfigCommand(a *app) *cobra.Command {
	var o configOptions
	cmd := &cobra.Command{
		Use:   "config",
		Short: "show the settings that hold here",
		Long: `Shows every setting as it holds in this directory, in the form of a runshelf.yaml. Settings come,
from the strongest to the weakest, from flags, from the environment (RUNSHELF_<SECTION>_<KEY>, and
RUNSHELF_LOGS_DIR), from the file given with --config or else the runshelf.yaml found here or above,
from the user's configuration directory, and by default.`,
		Example: `  runshelf config
  runshelf config --show-origin
  runshelf config --json
  runshelf config > runshelf.yaml
  runshelf config schema > runshelf.schema.json`,
		Args:              noArgs,
		RunE:              func(*cobra.Command, []string) error { return a.config(&o) },
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.BoolVar(&o.origin, "show-origin", false, "say where each value comes from")
	flags.BoolVar(&o.json, "json", false, "a JSON document")
	flags.StringVar(&o.file, "config", "", "read the settings in `FILE` instead of runshelf.yaml")
	flags.StringArrayVar(&o.set, "set", nil, "a setting, as `KEY=VALUE` (repeatable)")
	_ = cmd.RegisterFlagCompletionFunc("set", completeSettings)
	_ = cmd.MarkFlagFilename("config", "yaml", "yml")
	cmd.AddCommand(newConfigSchemaCommand(a))
	return cmd
}

// config prints the settings.
func (a *app) config(o *configOptions) error {
	sources := a.sources()
	sources.File, sources.Set = o.file, o.set
	c, err := a.load(sources)
	if err != nil {
		return err
	}
	text := c.YAML(o.origin)
	if o.json {
		text = settingsJSON(c, o.origin)
	}
	_, err = a.out().Write(text)
	return err
}

// settingsJSON is the settings as one document, section by section. With origins
// each setting is an object that holds its value and its origin.
func settingsJSON(c *config.Config, origins bool) []byte {
	var document event.Object
	for _, v := range c.All() {
		value := v.Value
		if origins {
			value = event.Object{{Key: "value", Value: v.Value}, {Key: "origin", Value: v.Origin}}
		}
		name := v.Setting.Section()
		if last := len(document) - 1; last < 0 || document[last].Key != name {
			document = append(document, event.Member{Key: name, Value: event.Object{}})
		}
		section := &document[len(document)-1]
		section.Value = append(section.Value.(event.Object), event.Member{Key: v.Setting.Name(), Value: value})
	}
	return append(indented(event.AppendValue(nil, document)), '\n')
}

func newConfigSchemaCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "print the JSON Schema of runshelf.yaml",
		Long:  "Prints the JSON Schema (draft 2020-12) of runshelf.yaml, with which editors check and complete it.",
		Example: `  runshelf config schema > runshelf.schema.json
  # then, as the first line of runshelf.yaml:
  # yaml-language-server: $schema=runshelf.schema.json`,
		Args: noArgs,
		RunE: func(*cobra.Command, []string) error {
			registry, err := runner.Registry()
			if err != nil {
				return err
			}
			schema, err := registry.Schema()
			if err != nil {
				return err
			}
			_, err = a.out().Write(schema)
			return err
		},
		ValidArgsFunction: cobra.NoFileCompletions,
	}
}
