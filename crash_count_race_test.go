//go:build race

package runshelf_test

// defaultKills is small here: the race detector makes a victim slow to start, and
// watches what goes on before the kill, for which a few are enough.
const defaultKills = 2
