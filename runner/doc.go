// Package runner drives a simulation and joins it to the event log: it makes the
// run, writes simulation_start and simulation_end around the world's events,
// watches the limits, takes measurements and checkpoints, and resumes.
//
// Nothing that observes a run changes it: metrics, checkpoints and progress
// write no event and draw no random number.
package runner
