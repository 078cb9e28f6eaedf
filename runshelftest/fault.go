package runshelftest

import (
	"fmt"
	"strings"
)

// Fault is one way in which a run directory is not as it should be.
type Fault struct {
	// File is the name below the run directory, with slashes; "" is the directory.
	File string
	// Line is the number of the line, from 1; 0 stands for the file as a whole.
	Line int64
	// Message says what is wrong.
	Message string
}

// String returns "file:line: message", as far as these are known.
func (f Fault) String() string {
	switch {
	case f.File == "":
		return f.Message
	case f.Line == 0:
		return f.File + ": " + f.Message
	}
	return fmt.Sprintf("%s:%d: %s", f.File, f.Line, f.Message)
}

// FaultsError is what [Verify] returns for a run that is not sound.
type FaultsError struct {
	// Dir is the run directory as it was given.
	Dir string
	// Faults are in the order in which they were found. Only the first thousand
	// are kept.
	Faults []Fault
	// More is how many faults were found beyond those.
	More int
}

// Error tells the first few faults, a line each.
func (e *FaultsError) Error() string {
	const shown = 10
	var text strings.Builder
	fmt.Fprintf(&text, "run %s is not sound:", e.Dir)
	for _, f := range e.Faults[:min(shown, len(e.Faults))] {
		text.WriteString("\n\t" + f.String())
	}
	if more := len(e.Faults) - shown + e.More; more > 0 {
		fmt.Fprintf(&text, "\n\tand %d more", more)
	}
	return text.String()
}

// keptFaults bounds what a run of nothing but damage costs in memory.
const keptFaults = 1000

func (e *FaultsError) add(file string, line int64, format string, args ...any) {
	if len(e.Faults) == keptFaults {
		e.More++
		return
	}
	e.Faults = append(e.Faults, Fault{File: file, Line: line, Message: fmt.Sprintf(format, args...)})
}
