// Package cli is the command line of Runshelf: one file for each command, and
// the few things that all of them share.
//
// Only this package prints. Data goes to standard output, talk to standard
// error. A command returns its error; [Main] prints it as one line, adds a hint
// where there is one, and turns it into the exit code.
package cli
