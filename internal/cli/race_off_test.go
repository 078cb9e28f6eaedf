//go:build !race

package cli

// raceFactor is how much more memory a program takes than without the race
// detector, at most.
const raceFactor = 1
