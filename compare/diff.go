package compare

import "example.org/runshelf/event"

// Diff is all that differs between two runs.
type Diff struct {
	Facts
	Result
}

// Compare compares two runs or files: what their manifests say, and their events.
func Compare(a, b *Log, o Options) (*Diff, error) {
	result, err := Events(a, b, o)
	if err != nil {
		return nil, err
	}
	return &Diff{Facts: FactsOf(a.Run, b.Run), Result: *result}, nil
}

// AppendJSON appends the document that `diff --json` prints:
//
//	{"same":false,
//	 "first_divergence":{"index":13,"a":{…},"b":{…},"fields":[{"path":"x","a":1,"b":2}],"a_line":13,"b_line":13},
//	 "config":[{"path":"agents","a":5,"b":6}],"metrics":[…],"counts":{"transfer":{"a":5,"b":6}},
//	 "added":0,"removed":0,"changed":0,
//	 "equal":12,"seed":[…],"program":[…],"git":[…],"host":[…],"status":[…],"reordered":false,"broken":{"a":0,"b":0}}
//
// A value that is not there is null and its side is named in "missing". Names that do not
// belong together are in "renamed", with what they stood for. Where the order
// does not count, "only_a" and "only_b" are the first events without an equal.
func (d *Diff) AppendJSON(dst []byte) []byte {
	return event.AppendValue(dst, append(event.Object{
		{Key: "same", Value: d.Same},
		{Key: "first_divergence", Value: d.First.object()},
		{Key: "config", Value: FieldList(d.Config)},
		{Key: "metrics", Value: FieldList(d.Metrics)},
		{Key: "counts", Value: countsObject(d.Counts)},
		{Key: "added", Value: d.Added},
		{Key: "removed", Value: d.Removed},
		{Key: "changed", Value: d.Changed},
		{Key: "equal", Value: d.Equal},
		{Key: "seed", Value: FieldList(d.Seed)},
		{Key: "program", Value: FieldList(d.Program)},
		{Key: "git", Value: FieldList(d.Git)},
		{Key: "host", Value: FieldList(d.Host)},
		{Key: "status", Value: FieldList(d.Status)},
		{Key: "reordered", Value: d.Reordered},
		{Key: "broken", Value: event.Object{{Key: "a", Value: d.A.Broken}, {Key: "b", Value: d.B.Broken}}},
	}, d.unmatched()...))
}

// unmatched are the events without an equal, where the order does not count.
func (d *Diff) unmatched() (members event.Object) {
	for _, side := range []struct {
		key    string
		events []Event
	}{{"only_a", d.OnlyA}, {"only_b", d.OnlyB}} {
		if len(d.OnlyA)+len(d.OnlyB) > 0 {
			members = append(members, event.Member{Key: side.key, Value: eventList(side.events)})
		}
	}
	return members
}

// eventList is some events as JSON.
func eventList(events []Event) []any {
	list := make([]any, 0, len(events))
	for i := range events {
		list = append(list, events[i].Value)
	}
	return list
}

// FirstObject is the member first_divergence of that document.
func (d *Diff) FirstObject() any { return d.First.object() }

// object is the divergence as JSON; null when there is none.
func (d *Divergence) object() any {
	if d == nil {
		return nil
	}
	o := event.Object{{Key: "index", Value: d.Index}}
	if d.Stream != "" {
		o = append(o, event.Member{Key: "stream", Value: d.Stream})
	}
	o = append(o, event.Member{Key: "a", Value: d.A.object()}, event.Member{Key: "b", Value: d.B.object()},
		event.Member{Key: "fields", Value: FieldList(d.Fields)})
	for _, side := range []struct {
		key string
		e   *Event
	}{{"a_line", d.A}, {"b_line", d.B}} {
		if side.e != nil {
			o = append(o, event.Member{Key: side.key, Value: side.e.Line})
		}
	}
	return o
}

func (e *Event) object() any {
	if e == nil {
		return nil
	}
	return e.Value
}

// FieldList is some fields as `diff --json` prints them.
func FieldList(fields []Field) []any {
	list := make([]any, 0, len(fields))
	for _, f := range fields {
		o := event.Object{{Key: "path", Value: f.Path}, {Key: "a", Value: f.A}, {Key: "b", Value: f.B}}
		switch {
		case !f.InA:
			o = append(o, event.Member{Key: "missing", Value: "a"})
		case !f.InB:
			o = append(o, event.Member{Key: "missing", Value: "b"})
		}
		if f.Renamed != nil {
			o = append(o, event.Member{Key: "renamed", Value: f.Renamed.object()})
		}
		list = append(list, o)
	}
	return list
}

// countsObject is counts by type as JSON.
func countsObject(counts []TypeCount) event.Object {
	o := make(event.Object, 0, len(counts))
	for _, c := range counts {
		o = append(o, event.Member{Key: c.Type, Value: event.Object{
			{Key: "a", Value: c.A}, {Key: "b", Value: c.B},
		}})
	}
	return o
}
