// Package event is the bytes of one event: how it is written as a line of JSON,
// how a line is read back, and how it is shown to people. It opens no file and
// knows no clock.
//
// # The line
//
// A line is one JSON object in UTF-8 with a line end, and is made of two parts.
// The body is encoded first, by whoever logs and outside of any lock, because it
// depends on the event alone. The head is written when the event takes its place
// in the file, because only then are time and sequence known. (The usual event of a
// goroutine that logs alone is written there from the first byte to the last: see [Site].)
//
//	 head: Stamp.AppendHead                                   body: AppendBody
//	|                                                        |                                             |
//	{"timestamp":"2026-01-15T12:00:00.123456Z","sequence":41,"event_type":"transfer","cause":40,"amount":5}\n
//	              ^ 27 bytes, UTC, microseconds           ^ 1, 2, 3 …                ^ and level,  ^ data, in the
//	                                                                                   if not INFO   order given
//
// The head has a fixed layout up to the digits of the sequence. A [Stamp] keeps
// it from line to line, overwrites the six digits of the microseconds, counts
// the last digit of the sequence up in place, and formats anew only what a new
// second or a carry changes.
//
// # Names
//
// The names timestamp, sequence, event_type, level and cause belong to the
// logger. Data under one of them is written as "data.<name>", unless it is
// exactly the envelope's own value, which is then not said twice. No two members
// of one object have the same name: the second becomes "name#2", the next
// "name#3". So no value hides another, and none is lost. Time and sequence are
// not known to [AppendBody], which renames them always; [NeedsLine] tells when
// data carries them, and [AppendLine] writes head and body together.
//
// # Values
//
//	text                     UTF-8; invalid bytes become U+FFFD; <, > and & stay; U+2028, U+2029 escaped
//	integers                 all their digits
//	floats                   the shortest digits that read back the same, spelled as encoding/json does
//	NaN, infinities          "NaN", "Infinity", "-Infinity", at any depth
//	time.Time                RFC 3339 with nanoseconds and its own zone
//	time.Duration            integer nanoseconds
//	error                    its text
//	[]byte                   base64
//	nil of any kind          null
//	slog groups              objects; empty ones leave nothing, nameless ones join the object around them
//	slog.LogValuer           what it stands for, at any depth
//	json.Marshaler           its JSON, checked and cleaned
//	encoding.TextMarshaler   its text
//	maps                     objects in the order of their keys
//	structs, lists           as encoding/json
//	[Object]                 as it is
//
// A channel, a function, a complex number, or a method that fails or panics
// leaves its %v text in its place. A value that contains itself, or nests more
// than 10,000 deep, becomes text as a whole. Either way "<name>.error" beside the
// member says why. Encoding never fails and never panics.
//
// Members of slog's own kinds cost no memory. Strings are searched eight bytes at
// a time for what must be escaped; see special in string.go.
//
// # Objects of other programs
//
// [AppendObjectBody] makes the data of an event from the text of a JSON object,
// without decoding it: it checks the text and copies it in one pass, with the
// digits of the numbers and the spelling of the strings. [EachMember] looks at
// the members of such a text, equally without a copy.
//
// # Reading
//
// [Decode] is strict about JSON and lenient about the envelope. Numbers keep
// their digits as [encoding/json.Number], objects keep their order. What
// encoding/json accepts is accepted, with the same values.
//
// # Long events
//
// [Shorten] brings a line within a limit by storing its longest strings under the
// SHA-256 of their text, and leaves a preview.
//
// # Text for people
//
// [AppendText] makes one line of an event, in words for the types Runshelf knows
// and as key=value for the rest. Nothing that a terminal acts on passes
// [AppendSafe].
package event
