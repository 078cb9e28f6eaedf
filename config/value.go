package config

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// exactFloat is the largest whole number up to which every one has a float64.
const exactFloat = 1 << 53

// typed turns a Go value, as a flag gives it, into a value of the setting.
func (s Setting) typed(v any) (any, *fault) {
	switch v := v.(type) {
	case string:
		return s.text(v)
	case int:
		return s.number(int64(v))
	case int64:
		return s.number(v)
	case float64:
		return s.number(v)
	case bool:
		if _, ok := s.Default.(bool); ok {
			return v, nil
		}
	case []string:
		if _, ok := s.Default.([]string); ok {
			return v, s.check(v)
		}
	}
	return nil, s.wrong(fmt.Sprintf("the value %s", shorten(fmt.Sprint(v))))
}

// text turns a text, as the environment and key=value pairs give it, into a value
// of the setting. A list is separated by commas.
func (s Setting) text(text string) (any, *fault) {
	switch s.Default.(type) {
	case string:
		return text, s.check(text)
	case []string:
		list := splitList(text)
		return list, s.check(list)
	}
	text = strings.TrimSpace(text)
	if _, ok := s.Default.(bool); ok {
		v, err := strconv.ParseBool(text)
		if err != nil {
			return nil, s.wrong(quoted(text))
		}
		return v, nil
	}
	n, ok := parseNumber(text)
	if !ok {
		return nil, s.wrong(quoted(text))
	}
	return s.number(n)
}

func splitList(text string) []string {
	list := []string{}
	for part := range strings.SplitSeq(text, ",") {
		if part = strings.TrimSpace(part); part != "" {
			list = append(list, part)
		}
	}
	return list
}

// parseNumber returns an int64 where the text is one, and else a float64.
func parseNumber(text string) (any, bool) {
	if i, err := strconv.ParseInt(text, 10, 64); err == nil {
		return i, true
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return nil, false
	}
	return f, true
}

// number turns an int64 or float64 into a value of the setting. A whole float64
// is an integer as long as no digit can have been lost.
func (s Setting) number(n any) (any, *fault) {
	switch s.Default.(type) {
	case int64:
		if f, ok := n.(float64); ok {
			return s.whole(f)
		}
		return n, s.check(n)
	case float64:
		if i, ok := n.(int64); ok {
			n = float64(i)
		}
		return n, s.check(n)
	}
	if i, ok := n.(int64); ok && s.Size {
		return s.text(strconv.FormatInt(i, 10))
	}
	return nil, s.wrong(fmt.Sprintf("the number %v", n))
}

func (s Setting) whole(f float64) (any, *fault) {
	switch {
	case math.Abs(f) >= 1<<63:
		return nil, &fault{message: "must be an integer of at most 64 bits with its sign, up to 9223372036854775807"}
	case f != math.Trunc(f):
		return nil, s.wrong("the number " + formatFloat(f))
	case math.Abs(f) > exactFloat:
		return nil, &fault{message: "must be written with all its digits, without a point or an exponent"}
	}
	return int64(f), s.check(int64(f))
}

// wrong is the fault of a value of another type.
func (s Setting) wrong(found string) *fault {
	return &fault{message: fmt.Sprintf("must be %s, not %s", s.wanted(), found)}
}

// wanted names the type of the setting in a sentence.
func (s Setting) wanted() string {
	if s.Size {
		return "a size such as 500MB or 5GB"
	}
	switch s.Default.(type) {
	case int64:
		return "an integer"
	case float64:
		return "a number"
	case bool:
		return "true or false"
	case []string:
		return "a list of texts"
	default:
		return "a text"
	}
}

// formatFloat writes a number as a person would.
func formatFloat(f float64) string {
	if f == math.Trunc(f) && math.Abs(f) <= exactFloat {
		return strconv.FormatFloat(f, 'f', -1, 64)
	}
	return strconv.FormatFloat(f, 'g', -1, 64)
}
