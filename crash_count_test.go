//go:build !race

package runshelf_test

// defaultKills is how many victims each of the two dozen kinds of them has: some
// two hundred together.
const defaultKills = 9
