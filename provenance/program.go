package provenance

import "os"

// Program is what was started, with secrets redacted.
type Program struct {
	// Argv is the command line, the program's own name first. It is never nil.
	Argv []string
	// Cwd is the current directory, empty when the system cannot say.
	Cwd string
}

// CurrentProgram describes this process.
func CurrentProgram() Program {
	cwd, err := os.Getwd()
	if err != nil {
		cwd = "" // the directory was removed; the run goes on without it
	}
	return Program{Argv: RedactArgs(os.Args), Cwd: RedactText(cwd)}
}
