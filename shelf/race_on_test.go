//go:build race

package shelf

// startingProcesses is how many processes start at once in row A3. The race
// detector sees nothing across processes and makes each of them ten times as
// dear, so that fewer say the same here.
const startingProcesses = 25
