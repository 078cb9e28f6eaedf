package capture

import (
	"fmt"
	"slices"
	"strings"
)

// The dialects of JSON logs by the libraries that write them. DialectJSON is a
// line whose library is not known, and DialectPlain takes every line for text.
const (
	DialectRunshelf  = "runshelf"
	DialectSlog      = "slog"
	DialectZap       = "zap"
	DialectZerolog   = "zerolog"
	DialectLogrus    = "logrus"
	DialectPino      = "pino"
	DialectBunyan    = "bunyan"
	DialectWinston   = "winston"
	DialectPython    = "python"
	DialectStructlog = "structlog"
	DialectLoguru    = "loguru"
	DialectECS       = "ecs"
	DialectOTLP      = "otlp"
	DialectJSON      = "json"
	DialectPlain     = "plain"
)

// dialect tells under which names a library writes what every log line has. The
// first that a line has counts; where it has none of them, those of DialectJSON
// are looked for.
type dialect struct {
	name                 string
	time, level, message []slot
	// fits reports whether a line looks as this library writes it. Of the values it
	// may look at their kinds only; see kindOf.
	fits func(f *facts) bool
	// nested says that a line tells what matters deeper inside; see Detector.inside.
	nested bool
	// The slots of the lists, with those of DialectJSON; see slotSet.
	timeSet, levelSet, messageSet uint32
}

// newDialects returns the dialects in the order in which they are tried: what is
// told by a name that nothing else uses comes first. The last two fit what is
// left. What each shape rests on is told in docs/dialects.md.
func newDialects() []dialect { return append(ownNameDialects(), sharedNameDialects()...) }

// ownNameDialects are told by names, or kinds of values, that are their own.
func ownNameDialects() []dialect {
	return []dialect{
		{name: DialectOTLP, nested: true, fits: func(f *facts) bool { return f.has(slotResourceLogs) || f.has(slotUnixNano) }},
		{name: DialectLoguru, nested: true, fits: func(f *facts) bool { return f.has(slotRecord) && f.has(slotText) && f.opens(slotRecord, '{') }},
		{
			name: DialectECS, fits: func(f *facts) bool { return f.has(slotECS) || f.has(slotAtTimestamp) && f.has(slotLogLevel) },
			time: []slot{slotAtTimestamp}, level: []slot{slotLogLevel, slotLog}, message: []slot{slotMessage},
		},
		{
			name: DialectRunshelf, fits: func(f *facts) bool { return f.has(slotTimestamp) && f.has(slotSequence) && f.has(slotEventType) },
			time: []slot{slotTimestamp}, level: []slot{slotLevel}, message: []slot{slotMessage},
		},
		{
			name: DialectBunyan, fits: func(f *facts) bool { return f.numeric(slotLevel) && f.has(slotV) && f.has(slotTime) && f.has(slotMsg) },
			time: []slot{slotTime}, level: []slot{slotLevelNumber}, message: []slot{slotMsg},
		},
		{
			name: DialectPino, fits: fitsPino,
			time: []slot{slotTime}, level: []slot{slotLevelNumber, slotLevel}, message: []slot{slotMsg},
		},
		{
			name: DialectPython, fits: fitsPython,
			time: []slot{slotAsctime, slotTimestamp, slotTime, slotCreated}, level: []slot{slotLevelName, slotLevel, slotLevelNo}, message: []slot{slotMessage, slotMsg},
		},
	}
}

// sharedNameDialects are told by which of the usual names they have.
func sharedNameDialects() []dialect {
	return []dialect{
		{
			name: DialectStructlog, fits: func(f *facts) bool {
				return f.opens(slotEvent, '"') && f.opens(slotLevel, '"') && !f.has(slotMessage) && !f.has(slotMsg)
			},
			time: []slot{slotTimestamp, slotTime}, level: []slot{slotLevel}, message: []slot{slotEvent},
		},
		{
			name: DialectZap, fits: func(f *facts) bool { return f.has(slotTs) && f.opens(slotLevel, '"') && f.has(slotMsg) },
			time: []slot{slotTs}, level: []slot{slotLevel}, message: []slot{slotMsg},
		},
		{
			name: DialectSlog, fits: func(f *facts) bool { return fitsGo(f) && isUpper(f.value[slotLevel]) },
			time: []slot{slotTime}, level: []slot{slotLevel}, message: []slot{slotMsg},
		},
		{
			name: DialectLogrus, fits: fitsGo,
			time: []slot{slotTime}, level: []slot{slotLevel}, message: []slot{slotMsg},
		},
		{
			name: DialectZerolog, fits: func(f *facts) bool {
				return f.has(slotTime) && f.opens(slotLevel, '"') && (f.has(slotMessage) || !f.has(slotMsg))
			},
			time: []slot{slotTime}, level: []slot{slotLevel}, message: []slot{slotMessage},
		},
		{
			name: DialectWinston, fits: func(f *facts) bool { return f.opens(slotLevel, '"') && f.opens(slotMessage, '"') },
			time: []slot{slotTimestamp}, level: []slot{slotLevel}, message: []slot{slotMessage},
		},
		{
			name: DialectJSON, fits: func(*facts) bool { return true },
			time:    []slot{slotTimestamp, slotTime, slotTs, slotAtTimestamp, slotAsctime, slotCreated},
			level:   []slot{slotLevel, slotLogLevel, slotLevelName, slotSeverity, slotLevelNo, slotLog},
			message: []slot{slotMessage, slotMsg},
		},
		{name: DialectPlain, fits: func(*facts) bool { return false }},
	}
}

// fitsPino knows the numbers of pino and bunyan, which begin at 10, or the names
// that only these two give to process and machine.
func fitsPino(f *facts) bool {
	if !f.has(slotTime) {
		return false
	}
	if f.numeric(slotLevel) {
		return len(f.value[slotLevel]) == 2 && (f.has(slotMsg) || f.has(slotPID))
	}
	return f.has(slotPID) && f.has(slotHostname) && f.opens(slotLevel, '"')
}

// fitsPython knows the attributes of Python's LogRecord, and its way to write a
// time with a blank in the middle.
func fitsPython(f *facts) bool {
	if f.has(slotLevelName) || f.has(slotAsctime) || f.has(slotTaskName) || f.has(slotLevelNo) && f.has(slotMessage) {
		return true
	}
	t := f.value[slotTime]
	return f.has(slotTime) && f.has(slotMessage) && len(t) > len(`"2006-01-02 `) && t[0] == '"' && t[11] == ' '
}

// fitsGo fits what slog and logrus have in common.
func fitsGo(f *facts) bool { return f.has(slotTime) && f.opens(slotLevel, '"') && f.has(slotMsg) }

func isUpper(value []byte) bool { return len(value) > 1 && value[1]-'A' < 26 }

// Dialects returns the names that [NewDetector] takes.
func Dialects() []string {
	var names []string
	for _, d := range newDialects() {
		names = append(names, d.name)
	}
	slices.Sort(names)
	return names
}

// dialectNamed returns the place of a dialect in the list.
func dialectNamed(all []dialect, name string) (int, error) {
	for i := range all {
		if all[i].name == name {
			return i, nil
		}
	}
	return 0, fmt.Errorf("dialect %q: not one of %s", name, strings.Join(Dialects(), ", "))
}
