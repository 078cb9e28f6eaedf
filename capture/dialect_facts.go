package capture

import (
	"bytes"

	"example.org/runshelf/event"
)

// slot is a name that log lines use for what every log line has.
type slot uint8

const (
	slotEventType slot = iota
	slotEvent
	slotEventName
	slotType
	slotLevel
	slotLevelName
	slotLevelNo
	slotLogLevel
	slotLog
	slotSeverity
	slotMessage
	slotMsg
	slotText
	slotRecord
	slotTime
	slotTs
	slotTimestamp
	slotAtTimestamp
	slotAsctime
	slotCreated
	slotSourceTime
	slotSequence
	slotCause
	slotResourceLogs
	slotUnixNano
	slotECS
	slotV
	slotPID
	slotHostname
	slotTaskName
	slots
	// slotLevelNumber is slotLevel where a number is a level.
	slotLevelNumber
)

// slotOf returns the slot of a key.
func slotOf(key []byte) (slot, bool) {
	switch string(key) {
	case "event_type":
		return slotEventType, true
	case "event":
		return slotEvent, true
	case "eventName":
		return slotEventName, true
	case "type":
		return slotType, true
	case "level":
		return slotLevel, true
	case "levelname":
		return slotLevelName, true
	case "levelno", "level_number":
		return slotLevelNo, true
	case "log.level":
		return slotLogLevel, true
	case "log":
		return slotLog, true
	case "severity":
		return slotSeverity, true
	case "message":
		return slotMessage, true
	case "msg":
		return slotMsg, true
	case "text":
		return slotText, true
	case "record":
		return slotRecord, true
	}
	return rarerSlotOf(key)
}

func rarerSlotOf(key []byte) (slot, bool) {
	switch string(key) {
	case "time":
		return slotTime, true
	case "ts":
		return slotTs, true
	case "timestamp":
		return slotTimestamp, true
	case "@timestamp":
		return slotAtTimestamp, true
	case "asctime":
		return slotAsctime, true
	case "created":
		return slotCreated, true
	case "source_time":
		return slotSourceTime, true
	case "sequence":
		return slotSequence, true
	case "cause":
		return slotCause, true
	case "resourceLogs":
		return slotResourceLogs, true
	case "timeUnixNano", "observedTimeUnixNano":
		return slotUnixNano, true
	case "ecs.version", "ecs":
		return slotECS, true
	case "v":
		return slotV, true
	case "pid":
		return slotPID, true
	case "hostname":
		return slotHostname, true
	case "taskName":
		return slotTaskName, true
	}
	return 0, false
}

// facts are the members of one line that may tell what every log line has. Of
// equal names the first counts, since it keeps its name in the event.
type facts struct {
	set    uint32 // the slots that the line has, one bit each
	value  [slots][]byte
	place  [slots]span
	member [slots]int // which member of the line it is
	count  int        // of the members so far
}

// span is the place of a member in its line.
type span struct{ start, end int }

func (f *facts) take(m event.RawMember) {
	f.count++
	if m.Escaped {
		return
	}
	if s, ok := slotOf(m.Key); ok && !f.has(s) {
		f.set |= 1 << s
		f.value[s], f.place[s], f.member[s] = m.Value, span{m.Start, m.End}, f.count-1
	}
}

// reset forgets the line.
func (f *facts) reset() { f.set, f.count = 0, 0 }

func (f *facts) has(s slot) bool { return f.set&(1<<s) != 0 }

// opens reports whether the line has the member, and its value begins with c.
func (f *facts) opens(s slot, c byte) bool { return f.has(s) && f.value[s][0] == c }

// numeric reports whether the line has the member, and it is a number.
func (f *facts) numeric(s slot) bool { return f.has(s) && isDigit(f.value[s][0]) }

func isDigit(c byte) bool { return c-'0' <= 9 }

// text returns the inside of a JSON string: as it stands, or decoded where it
// has to be; nil when the value is no string.
func text(value []byte) []byte {
	if len(value) < 2 || value[0] != '"' {
		return nil
	}
	if inside := value[1 : len(value)-1]; bytes.IndexByte(inside, '\\') < 0 {
		return inside
	}
	s, _ := event.DecodeString(value)
	return []byte(s)
}
