//go:build race

package shelf

// startingProcesses is how many processes start at once in row A3. The race
// detector sees nothing across processes and makes each of them ten times as
// dear, so that fewer say the same here.
const startingProcesses = 25

// allowedAllocations is how often looking through 20,000 lines may allocate. The
// race detector makes sync.Pool forget at random what encoding/json keeps in it.
const allowedAllocations = 15_000
