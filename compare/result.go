package compare

import "example.org/runshelf/event"

// Result is what two event logs have in common and where they part.
type Result struct {
	// Same reports that every event of A is equal to its counterpart in B and
	// that neither log has more.
	Same bool
	// First is the first divergence; nil when there is none.
	First *Divergence
	// Parted are, for wrapped programs, the first divergences of all streams that
	// part.
	Parted []*Divergence
	// Equal, Added, Removed and Changed count events. A changed one has another
	// of its type in its place; an added one is in B alone, a removed one in A
	// alone. They are complete unless only the first divergence was asked for.
	Equal, Added, Removed, Changed int64
	// Reordered reports that the logs have the same events in another order. It is
	// false where it is not known: with a tolerance, or when only the first divergence
	// was asked for.
	Reordered bool
	// OnlyA and OnlyB are the first events that have no equal in the other log, at most
	// ten of each, where the order does not count; see [Options.AnyOrder].
	OnlyA, OnlyB []Event
	// Gaps are the first places where the logs differ, as many as were asked for
	// with [Options.Gaps]. Between two of them the logs have equal events.
	Gaps []Gap
	// A and B describe the logs.
	A, B SideReport
	// Counts are the events by type that were compared, sorted by type.
	Counts []TypeCount
}

// SideReport is what was met in one log.
type SideReport struct {
	// Events is the number of events that were compared.
	Events int64
	// Broken is the number of lines that are no events; Torn reports that the
	// last line is one of them and unfinished.
	Broken int64
	Torn   bool
}

// TypeCount counts the events of one type in both logs.
type TypeCount struct {
	Type string
	A, B uint64
}

// Divergence is the first place at which two logs differ.
type Divergence struct {
	// Index counts the compared events from 1; in a log of a wrapped program
	// those of Stream alone.
	Index int64
	// Stream is the stream that parts, for wrapped programs; "" for others.
	Stream string
	// A and B are the two events; nil where a log has ended.
	A, B *Event
	// Fields are the fields in which they differ; none when one is nil.
	Fields []Field
	// Before are the equal events before them, in A; AfterA and AfterB the ones
	// behind them. There are at most [Options.Context] of each.
	Before, AfterA, AfterB []Event
}

// Event is an event of a log.
type Event struct {
	Place
	// Stored is the line as it is stored.
	Stored []byte
	// Value is the whole line as one object, envelope and all.
	Value event.Object
}

// typ is the type of the event; "" where it has none.
func (e *Event) typ() string {
	v, _ := e.Value.Get(event.KeyType)
	typ, _ := v.(string)
	return typ
}

// gapEvents is how many events of each side describe a gap.
const gapEvents = 4

// Gap is one place at which two logs differ: events that only A has there, only B,
// or both have differently.
type Gap struct {
	// Stream is the stream that differs, for wrapped programs; "" for others.
	Stream string
	// A and B are the first events there, at most four of each; CountA and CountB
	// are how many there are.
	A, B           []Event
	CountA, CountB int64
	// Fields are the fields in which the first two differ; none when a side has no
	// event there.
	Fields []Field
}
