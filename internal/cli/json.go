package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"example.org/runshelf/event"
	"example.org/runshelf/query"
)

// allFields is the value of a --json without a list.
const allFields = "true"

// jsonFlag is --json, which is used in three ways: alone, as --json=a,b and as
// `--json a,b`. Flag parsing knows the first two. For the third the list arrives
// among the arguments, as the word behind --json; take finds it there.
type jsonFlag struct {
	value string
	after string // the word behind a --json without a list
}

// String is the value, as flag parsing wants it.
func (j *jsonFlag) String() string { return j.value }

// Set takes the value from flag parsing.
func (j *jsonFlag) Set(value string) error {
	if value == "" {
		return errors.New("must name fields, or stand alone for all")
	}
	j.value = value
	if value == "false" {
		j.value = ""
	}
	return nil
}

// Type names the type that help shows nothing for when no value need be given.
func (j *jsonFlag) Type() string { return "bool" }

// add declares the flag on a command of the app.
func (j *jsonFlag) add(a *app, cmd *cobra.Command, usage string) {
	cmd.Flags().Var(j, "json", usage)
	cmd.Flags().Lookup("json").NoOptDefVal = allFields
	if i := slices.Index(a.args, "--json"); i >= 0 && i+1 < len(a.args) {
		j.after = a.args[i+1]
	}
}

// on reports whether JSON is wanted.
func (j *jsonFlag) on() bool { return j.value != "" }

// fields lists the fields to pick; nil means all.
func (j *jsonFlag) fields() []string {
	if j.value == "" || j.value == allFields {
		return nil
	}
	fields := strings.Split(j.value, ",")
	for i := range fields {
		fields[i] = strings.TrimSpace(fields[i]) // --json 'run_id, status'
	}
	return fields
}

// take returns the arguments without a list of fields among them. A command that
// needs n arguments has one too many then, and it is the word behind --json: with
// n or fewer every word is an argument, so `show --json latest` shows latest. It
// may be called again and gives the same.
func (j *jsonFlag) take(args []string, n int) []string {
	if len(args) != n+1 || j.after == "" || j.value != allFields && j.value != j.after {
		return args
	}
	i := slices.Index(args, j.after)
	if i < 0 {
		return args
	}
	j.value = args[i]
	return slices.Delete(slices.Clone(args), i, i+1)
}

// check refuses a list with an empty name in it.
func (j *jsonFlag) check() error {
	if slices.Contains(j.fields(), "") {
		return withHint(usageErrorf("--json has an empty field in %q", j.value), "--json run_id,status,config.seed")
	}
	return nil
}

// pick returns the fields of an object, in the order asked for. A path such as
// "config.seed" stays nested under its parents; what is not there is null.
func pick(o event.Object, fields []string) event.Object {
	var picked event.Object
	for _, field := range fields {
		value, _ := query.Member(o, field)
		keys, ok := query.Keys(o, field)
		if !ok {
			keys = strings.Split(field, ".")
		}
		picked = put(picked, keys, value)
	}
	return picked
}

// put sets the value that keys lead to, the outermost first.
func put(o event.Object, keys []string, value any) event.Object {
	if len(keys) > 1 {
		already, _ := o.Get(keys[0])
		outer, _ := already.(event.Object)
		value = put(slices.Clone(outer), keys[1:], value)
	}
	i := slices.IndexFunc(o, func(m event.Member) bool { return m.Key == keys[0] })
	if i < 0 {
		return append(o, event.Member{Key: keys[0], Value: value})
	}
	o[i].Value = value
	return o
}

// lookup returns what a path such as "config.seed" leads to, nil when nothing.
func lookup(o event.Object, path string) any {
	v, _ := query.Member(o, path)
	return v
}

// decodeObject reads a JSON object, numbers digit for digit.
func decodeObject(b []byte) (event.Object, error) {
	v, err := event.DecodeValue(b)
	if err != nil {
		return nil, err
	}
	o, ok := v.(event.Object)
	if !ok {
		return nil, fmt.Errorf("not a JSON object")
	}
	return o, nil
}

// appendJSON appends JSON text for the given kind of reader: to a terminal no
// control, escape or bidi byte goes raw.
func appendJSON(dst, text []byte, terminal bool) []byte {
	if !terminal {
		return append(dst, text...)
	}
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		switch {
		case r == utf8.RuneError && size == 1:
			dst = append(dst, `\ufffd`...)
		case unsafeRune(r):
			dst = appendEscape(dst, r)
		default:
			dst = append(dst, text[:size]...)
		}
		text = text[size:]
	}
	return dst
}

// appendEscape writes a rune the way JSON spells it in ASCII.
func appendEscape(dst []byte, r rune) []byte {
	if r < 0x10000 {
		return fmt.Appendf(dst, `\u%04x`, r)
	}
	r -= 0x10000
	return fmt.Appendf(dst, `\u%04x\u%04x`, 0xd800+r>>10, 0xdc00+r&0x3ff)
}

// unsafeRune reports what a terminal would obey or be turned around by: the
// control characters but for those that lay out JSON, the separators of lines,
// and all invisible format characters but for the two that join letters.
func unsafeRune(r rune) bool {
	switch r {
	case '\n', '\t', '\u200c', '\u200d':
		return false
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp)
}

// indented lays out a JSON document for a person. Text that is no JSON stays.
func indented(b []byte) []byte {
	var out bytes.Buffer
	if json.Indent(&out, b, "", "  ") != nil {
		return b
	}
	return out.Bytes()
}

// compacted puts a JSON value on one line. Text that is no JSON stays.
func compacted(b []byte) []byte {
	var out bytes.Buffer
	if json.Compact(&out, b) != nil {
		return b
	}
	return out.Bytes()
}
