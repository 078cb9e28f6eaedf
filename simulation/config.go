package simulation

import "fmt"

// Config holds the resolved parameters of a run by name. The values have the
// types of the defaults in [Definition.Params]: int64, float64, bool, string or
// []string. Asking for a name that is not there, or by the wrong type, is a bug
// in the model and panics.
type Config map[string]any

// Int returns an int64 parameter.
func (c Config) Int(name string) int64 { return get[int64](c, name) }

// Float returns a float64 parameter.
func (c Config) Float(name string) float64 { return get[float64](c, name) }

// Bool returns a bool parameter.
func (c Config) Bool(name string) bool { return get[bool](c, name) }

// String returns a string parameter.
func (c Config) String(name string) string { return get[string](c, name) }

// Strings returns a []string parameter, which the caller must not change.
func (c Config) Strings(name string) []string { return get[[]string](c, name) }

func get[T any](c Config, name string) T {
	v, ok := c[name].(T)
	if !ok {
		panic(fmt.Sprintf("simulation: parameter %q is %T, not %T", name, c[name], v))
	}
	return v
}
