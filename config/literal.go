package config

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// literal writes a value as YAML in one line. Texts are always in quotes, so
// that none is taken for a number or a truth value.
func literal(v any) string {
	switch v := v.(type) {
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return formatFloat(v)
	case bool:
		return strconv.FormatBool(v)
	case string:
		return quoteYAML(v)
	case []string:
		parts := make([]string, len(v))
		for i, s := range v {
			parts[i] = quoteYAML(s)
		}
		return "[" + strings.Join(parts, ", ") + "]"
	}
	panic(fmt.Sprintf("config: a value of type %T", v))
}

// quoteYAML writes a text in double quotes. YAML's escapes include JSON's, and
// what is not plainly printable is escaped further so that a terminal is safe.
func quoteYAML(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, c := range s {
		switch {
		case c == '"' || c == '\\':
			b.WriteByte('\\')
			b.WriteRune(c)
		case strconv.IsPrint(c):
			b.WriteRune(c)
		case c > 0xffff:
			fmt.Fprintf(&b, `\U%08x`, c)
		default:
			fmt.Fprintf(&b, `\u%04x`, c)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// jsonValue writes a default as JSON. The types of settings cannot fail.
func jsonValue(v any) json.RawMessage {
	b, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("config: %v", err))
	}
	return b
}
