//go:build !race

package shelf

// startingProcesses is how many processes start at once in row A3.
const startingProcesses = 100

// allowedAllocations is how often looking through 20,000 lines may allocate.
const allowedAllocations = 200
