package cli

import (
	"cmp"
	"encoding/json"
	"math/big"
	"slices"
	"strings"

	"example.org/runshelf/event"
	"example.org/runshelf/query"
	"example.org/runshelf/shelf"
)

// manifestKeys are the keys of run.json at top level that the format names, those of
// wrapped programs and imported files included, and dir.
var manifestKeys = []string{
	"format", "run_id", "uuid", "name", "tags", "notes", "pinned", "status", "reason", "started_at", "ended_at",
	"duration_s", "kind", "program", "config", "seed", "parent", "events", "git", "host", "usage", "logger", "metrics",
	"capture", "artifacts", "environment", "import", "dir",
}

// checkFields refuses a field whose first part neither the format nor any of the
// runs knows: most likely a slip.
func checkFields(runs []*shelf.Run, fields []string) error {
	for _, field := range fields {
		key, _, _ := strings.Cut(field, ".")
		known := func(run *shelf.Run) bool { _, ok := run.Manifest.Extra[key]; return ok }
		if slices.Contains(manifestKeys, key) || slices.ContainsFunc(runs, known) {
			continue
		}
		return unknownField(field, key)
	}
	return nil
}

// unknownField is wrong usage, with the nearest field as a hint.
func unknownField(field, key string) error {
	err := usageErrorf("no run has a field %q", field)
	if near := nearest(key, manifestKeys); near != "" {
		return withHint(err, "did you mean "+near+"?")
	}
	return withHint(err, "the fields are "+strings.Join(manifestKeys, ", "))
}

// checkEntryFields is checkFields for the list.
func checkEntryFields(entries []query.Entry, fields []string) error {
	for _, field := range fields {
		key, _, _ := strings.Cut(field, ".")
		known := func(e query.Entry) bool { return slices.Contains(e.Unknown, key) }
		if !slices.Contains(manifestKeys, key) && !slices.ContainsFunc(entries, known) {
			return unknownField(field, key)
		}
	}
	return nil
}

// sortEntries sorts by a column or a path, "-" in front for descending. Runs that
// lack the value come last either way, and equals stay newest first.
func sortEntries(entries []query.Entry, key string) error {
	if key == "" {
		return nil
	}
	path, descending := strings.CutPrefix(key, "-")
	path = query.RunColumn(path)
	if err := checkEntryFields(entries, []string{path}); err != nil {
		return err
	}
	type sortable struct {
		entry query.Entry
		value any
	}
	rows := make([]sortable, len(entries))
	for i := range entries {
		rows[i] = sortable{entries[i], sortValue(entries[i].JSON, path)}
	}
	slices.SortStableFunc(rows, func(x, y sortable) int {
		a, b := x.value, y.value
		if a == nil || b == nil {
			return boolCompare(a == nil, b == nil)
		}
		if descending {
			a, b = b, a
		}
		return compareValues(a, b)
	})
	for i := range rows {
		entries[i] = rows[i].entry
	}
	return nil
}

// sortValue is what a run is sorted by. An empty text is as good as none.
func sortValue(manifest []byte, path string) any {
	o, err := decodeObject(manifest)
	if err != nil {
		return nil
	}
	if v := lookup(o, path); v != "" {
		return v
	}
	return nil
}

// compareValues orders decoded JSON values: numbers by value, before anything
// else by its text.
func compareValues(a, b any) int {
	x, isX := numeric(a)
	y, isY := numeric(b)
	switch {
	case isX && isY:
		return x.Cmp(y)
	case isX != isY:
		return boolCompare(isY, isX)
	}
	return strings.Compare(valueText(a), valueText(b))
}

// numeric is a number of any size, exactly as far as 256 bits go.
func numeric(v any) (*big.Float, bool) {
	n, ok := v.(json.Number)
	if !ok {
		return nil, false
	}
	f, _, err := big.ParseFloat(n.String(), 10, 256, big.ToNearestEven)
	return f, err == nil
}

// boolCompare puts false before true.
func boolCompare(a, b bool) int {
	return cmp.Compare(map[bool]int{true: 1}[a], map[bool]int{true: 1}[b])
}

// valueText is a string itself, and anything else as JSON.
func valueText(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	return string(event.AppendValue(nil, v))
}
