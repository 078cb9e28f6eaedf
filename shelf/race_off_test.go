//go:build !race

package shelf

// startingProcesses is how many processes start at once in row A3.
const startingProcesses = 100
