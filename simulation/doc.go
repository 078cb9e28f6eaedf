// Package simulation is the contract between a simulated world and whatever
// runs and records it.
//
// A [Model] is pure: it reads its parameters, draws its random numbers, tells
// the time and reports its events through one [Context], and touches nothing
// else. It opens no file, reads no wall clock, starts no goroutine and lets no
// order of map iteration reach an event. In return its runs are reproducible:
// the same model version, parameters and seed give the same events, whatever
// else is observed while it runs.
//
// A tick may be abandoned: a model that asks [Context.Stopped] between the turns of
// its agents ends soon after a person has had enough, however many agents there
// are. Whoever resumes the run lives that tick again from its beginning.
//
// A model announces itself by a [Definition], which names it, states each of
// its parameters once, and makes a fresh world.
package simulation
