// Command runshelf keeps every run of a simulation or program on a shelf, and
// lists, shows, follows and counts them. `runshelf --help` says how.
package main

import (
	"os"

	"example.org/runshelf/internal/cli"
)

func main() {
	os.Exit(cli.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr, os.Environ()))
}
