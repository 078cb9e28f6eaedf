package runner

import (
	"encoding/json"
	"fmt"
	"slices"

	"example.org/runshelf/event"
	"example.org/runshelf/simulation"
)

// configOf gives the recorded configuration of a run the types that the model
// asks for.
func configOf(def simulation.Definition, recorded event.Object) (simulation.Config, error) {
	c := make(simulation.Config, len(def.Params))
	for _, p := range def.Params {
		raw, ok := recorded.Get(p.Name)
		if !ok {
			return nil, fmt.Errorf("the recorded configuration has no %s", p.Name)
		}
		value, ok := typed(p.Default, raw)
		if !ok {
			return nil, fmt.Errorf("the recorded configuration has %s = %v, which is no %T", p.Name, raw, p.Default)
		}
		if !permitted(p, value) {
			return nil, fmt.Errorf("the recorded configuration has %s = %v, which is not permitted", p.Name, raw)
		}
		c[p.Name] = value
	}
	return c, nil
}

// permitted says whether a parameter may have a value of its type. A log can be
// damaged, and a model is not asked what it makes of minus five agents.
func permitted(p simulation.Param, value any) bool {
	inside := func(x float64) bool { return p.Range == nil || x >= p.Range.Min && x <= p.Range.Max }
	allowed := func(s string) bool { return len(p.Allowed) == 0 || slices.Contains(p.Allowed, s) }
	switch v := value.(type) {
	case int64:
		return inside(float64(v))
	case float64:
		return inside(v)
	case string:
		return allowed(v) && !(p.NonEmpty && v == "")
	case []string:
		return !(p.NonEmpty && len(v) == 0) && !slices.ContainsFunc(v, func(s string) bool { return !allowed(s) })
	}
	return true
}

// typed converts a decoded JSON value to the type of like.
func typed(like, raw any) (any, bool) {
	switch like.(type) {
	case int64:
		n, ok := raw.(json.Number)
		i, err := n.Int64()
		return i, ok && err == nil
	case float64:
		n, ok := raw.(json.Number)
		f, err := n.Float64()
		return f, ok && err == nil
	case bool:
		b, ok := raw.(bool)
		return b, ok
	case string:
		s, ok := raw.(string)
		return s, ok
	case []string:
		return typedStrings(raw)
	}
	return nil, false
}

func typedStrings(raw any) (any, bool) {
	list, ok := raw.([]any)
	out := make([]string, 0, len(list))
	for _, item := range list {
		s, isString := item.(string)
		ok = ok && isString
		out = append(out, s)
	}
	return out, ok
}
