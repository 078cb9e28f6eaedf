package config

import (
	"fmt"
	"math"
	"path"
	"slices"
	"strings"
)

// check reports why v, which has the type of the setting, is not permitted.
func (s Setting) check(v any) *fault {
	switch v := v.(type) {
	case int64:
		return s.checkRange(float64(v), fmt.Sprint(v))
	case float64:
		return s.checkFloat(v)
	case string:
		return s.checkString(v)
	case []string:
		return s.checkList(v)
	}
	return nil
}

func (s Setting) checkFloat(v float64) *fault {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return &fault{message: "must be a finite number"}
	}
	return s.checkRange(v, formatFloat(v))
}

func (s Setting) checkRange(v float64, shown string) *fault {
	low, high := limit(s.Min, -1), limit(s.Max, 1)
	if v >= low && v <= high {
		return nil
	}
	return &fault{message: fmt.Sprintf("must be %s, not %s", interval(low, high), shown)}
}

// limit returns a bound, infinite in the given direction when there is none.
func limit(bound *float64, sign int) float64 {
	if bound == nil {
		return math.Inf(sign)
	}
	return *bound
}

// interval says in words which numbers a setting permits, or "" for all.
func interval(low, high float64) string {
	switch {
	case math.IsInf(low, -1) && math.IsInf(high, 1):
		return ""
	case math.IsInf(high, 1):
		return "at least " + formatFloat(low)
	case math.IsInf(low, -1):
		return "at most " + formatFloat(high)
	default:
		return formatFloat(low) + " to " + formatFloat(high)
	}
}

func (s Setting) checkString(v string) *fault {
	if v == "" && s.NonEmpty {
		return &fault{message: "must not be empty"}
	}
	if s.NonEmpty && strings.Contains(v, "\x00") {
		return &fault{message: "must not hold a NUL byte"} // it names a file
	}
	if _, ok := ParseSize(v); s.Size && v != "" && !ok {
		return s.wrong(quoted(v))
	}
	return s.checkAllowed(v)
}

func (s Setting) checkList(list []string) *fault {
	if len(list) == 0 && s.NonEmpty {
		return &fault{message: "must not be empty"}
	}
	for _, v := range list {
		if _, err := path.Match(v, ""); s.Globs && err != nil {
			return &fault{message: quoted(v) + " is no pattern", hint: `a pattern has *, ? and [a-z]; write \[ for a bracket`}
		}
		if f := s.checkAllowed(v); f != nil {
			return f
		}
	}
	return nil
}

func (s Setting) checkAllowed(v string) *fault {
	if len(s.Allowed) == 0 || slices.Contains(s.Allowed, v) {
		return nil
	}
	f := &fault{message: fmt.Sprintf("must be one of %s, not %s", strings.Join(s.Allowed, ", "), quoted(v))}
	if meant := nearest(v, s.Allowed); meant != "" {
		f.hint = "did you mean " + meant + "?"
	}
	return f
}
