package runner

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"example.org/runshelf/config"
	"example.org/runshelf/simulation"
	"example.org/runshelf/simulation/economy"
	"example.org/runshelf/simulation/exchange"
)

// Models returns the built-in models, the default one first.
func Models() []simulation.Definition {
	return []simulation.Definition{economy.Definition(), exchange.Definition()}
}

// finder finds a model by its name.
type finder = func(name string) (simulation.Definition, error)

// FindModel returns the built-in model of the given name.
func FindModel(name string) (simulation.Definition, error) { return finderOf(nil)(name) }

// finderOf returns a finder of the built-in models and of those given besides.
func finderOf(own []simulation.Definition) finder {
	return func(name string) (simulation.Definition, error) {
		models := append(Models(), own...)
		i := slices.IndexFunc(models, func(d simulation.Definition) bool { return d.Name == name })
		if i < 0 {
			return simulation.Definition{}, &UnknownModelError{Name: name, known: modelNames(models)}
		}
		return models[i], nil
	}
}

// UnknownModelError is returned for a model that is neither built in nor given.
type UnknownModelError struct {
	Name  string
	known []string
}

// Error names the model and those that there are.
func (e *UnknownModelError) Error() string {
	return fmt.Sprintf("no model %q (there are: %s)", e.Name, strings.Join(e.known, ", "))
}

func modelNames(models []simulation.Definition) []string {
	var names []string
	for _, d := range models {
		names = append(names, d.Name)
	}
	return names
}

// Registry returns every setting there is: the program's own, and those of each model
// in a section of the model's name. Models of the caller's own, which must not bear the
// name of another, stand beside the built-in ones; see [Options.Own].
func Registry(own ...simulation.Definition) (*config.Registry, error) {
	for _, d := range own {
		if err := checkOwn(d); err != nil {
			return nil, err
		}
	}
	models := append(Models(), own...)
	settings := config.Builtin(modelNames(models)...)
	for _, d := range models {
		for _, p := range d.Params {
			settings = append(settings, setting(d.Name, p))
		}
	}
	return config.NewRegistry(settings...)
}

// checkOwn refuses a definition that could not be run.
func checkOwn(d simulation.Definition) error {
	ticks := slices.IndexFunc(d.Params, func(p simulation.Param) bool { return p.Name == "ticks" })
	switch {
	case !modelName.MatchString(d.Name):
		return fmt.Errorf("model %q: the name must be lower-case letters, digits and _, a letter first", d.Name)
	case d.New == nil:
		return fmt.Errorf("model %s has no New", d.Name)
	case ticks < 0:
		return fmt.Errorf("model %s has no parameter ticks, the length of a run", d.Name)
	}
	if _, ok := d.Params[ticks].Default.(int64); !ok {
		return fmt.Errorf("model %s: the default of ticks is %T and must be int64", d.Name, d.Params[ticks].Default)
	}
	return nil
}

// modelName is what a model may be called: it is a section of the settings.
var modelName = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

// setting says of a model's parameter what config wants to know.
func setting(section string, p simulation.Param) config.Setting {
	s := config.Setting{
		Key:      section + "." + p.Name,
		Default:  p.Default,
		Allowed:  p.Allowed,
		NonEmpty: p.NonEmpty,
		Doc:      p.Doc,
	}
	if p.Range != nil {
		s.Min, s.Max = &p.Range.Min, &p.Range.Max
	}
	return s
}
