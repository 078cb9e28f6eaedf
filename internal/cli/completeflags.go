package cli

import (
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"example.org/runshelf/event"
	"example.org/runshelf/query"
	"example.org/runshelf/shelf"
)

// completionEvents is how many of the newest events are looked at for the types
// and fields of a run: enough to meet nearly all, few enough to be quick.
const completionEvents = 2000

// completeFlags teaches the flags of all commands below parent that take a value
// of a known kind to complete it.
func (a *app) completeFlags(parent *cobra.Command) {
	words := map[string]func(args []string) []string{
		"level":    func([]string) []string { return []string{"DEBUG", "INFO", "WARN", "ERROR"} },
		"type":     a.knownTypes,
		"only":     a.knownTypes,
		"except":   a.knownTypes,
		"by":       a.knownFields,
		"fields":   a.knownFields,
		"of":       a.knownFields,
		"x":        a.knownFields,
		"y":        a.knownFields,
		"ignore":   a.knownFields,
		"sort":     func([]string) []string { return upAndDown(a.knownColumns()) },
		"columns":  func([]string) []string { return a.knownColumns() },
		"group-by": func([]string) []string { return a.knownColumns() },
		"status":   func([]string) []string { return finalStatuses() },
	}
	for _, c := range parent.Commands() {
		for name, list := range words {
			if f := c.Flags().Lookup(name); f != nil && f.Value.Type() != "bool" {
				severally := f.Value.Type() == "stringSlice"
				_ = c.RegisterFlagCompletionFunc(name, completeWords(list, severally)) // fails for no flag only
			}
		}
		completeNoFiles(c)
		a.completeFlags(c)
	}
}

// completeNoFiles keeps the shell from offering the files of the directory for what
// names no file, such as a number or an expression.
func completeNoFiles(c *cobra.Command) {
	c.Flags().VisitAll(func(f *pflag.Flag) {
		_, known := c.GetFlagCompletionFunc(f.Name)
		_, named := f.Annotations[cobra.BashCompFilenameExt]
		if known || named || f.Name == "output-file" || f.Name == "keep" && f.Value.Type() != "int" {
			return
		}
		_ = c.RegisterFlagCompletionFunc(f.Name, cobra.NoFileCompletions) // fails for no flag only
	})
}

// plainUsage takes the marks out of what flags do that tell help which word is the name
// of the value: completion shows the text as it stands.
func plainUsage(parent *cobra.Command) {
	for _, c := range append(parent.Commands(), parent) {
		c.Flags().VisitAll(func(f *pflag.Flag) { _, f.Usage = pflag.UnquoteUsage(f) })
		if c != parent {
			plainUsage(c)
		}
	}
}

// completeWords completes one word of a list, or with severally the last one of
// those that commas separate.
func completeWords(list func(args []string) []string, severally bool) cobra.CompletionFunc {
	return func(_ *cobra.Command, args []string, word string) ([]cobra.Completion, cobra.ShellCompDirective) {
		before := ""
		if severally {
			before = word[:strings.LastIndexByte(word, ',')+1]
		}
		var found []cobra.Completion
		for _, w := range list(args) {
			if strings.HasPrefix(before+w, word) {
				found = append(found, before+w)
			}
		}
		return found, cobra.ShellCompDirectiveNoFileComp
	}
}

// completionRun is the run that the words so far name, or else the latest; nil
// when there is none.
func (a *app) completionRun(args []string) *shelf.Run {
	run, err := a.findRun(append(args, shelf.LatestLink)[0])
	if err != nil {
		return nil
	}
	return run
}

// knownTypes lists the types of a run's events.
func (a *app) knownTypes(args []string) []string {
	run := a.completionRun(args)
	if run == nil {
		return nil
	}
	types := map[string]bool{}
	for name := range run.Manifest.Events.ByType {
		types[name] = true
	}
	if len(types) == 0 {
		newest(run, func(e *event.Event) { types[e.Type] = true })
	}
	return printable(types)
}

// knownFields lists the fields of a run's events.
func (a *app) knownFields(args []string) []string {
	fields := map[string]bool{
		event.KeyTimestamp: true, event.KeySequence: true, event.KeyType: true, event.KeyLevel: true, event.KeyCause: true,
	}
	if run := a.completionRun(args); run != nil {
		newest(run, func(e *event.Event) {
			for _, m := range e.Data {
				fields[m.Key] = true
			}
		})
	}
	return printable(fields)
}

// newest shows the newest events of a run. What cannot be read completes nothing.
func newest(run *shelf.Run, see func(*event.Event)) {
	_, _ = query.Last(run, query.Filter{}, completionEvents, func(l *query.Line) error {
		if e, err := l.Decode(); err == nil {
			see(&e)
		}
		return nil
	})
}

// printable returns the words that a shell can show and hand back, sorted.
func printable(words map[string]bool) []string {
	maps.DeleteFunc(words, func(w string, _ bool) bool {
		return w == "" || safe(w) != w || strings.ContainsAny(w, "\t,")
	})
	return slices.Sorted(maps.Keys(words))
}

// knownColumns lists what the table of runs can show.
func (a *app) knownColumns() []string {
	keys := map[string]bool{}
	for _, key := range slices.Concat(lsColumns, manifestKeys) {
		keys[key] = true
	}
	if run := a.completionRun(nil); run != nil {
		for name := range run.Manifest.Metrics {
			keys["metrics."+name] = true
		}
	}
	return printable(keys)
}

// upAndDown lists keys to sort by, each upwards and downwards.
func upAndDown(keys []string) []string {
	var both []string
	for _, key := range keys {
		both = append(both, key, "-"+key)
	}
	return both
}
