package capture

import (
	"strconv"
	"strings"

	"example.org/runshelf/event"
)

// The variables that a program finds in its environment. Without us around it
// they are not set, so it works as before.
const (
	// EnvRunID is the id of the run.
	EnvRunID = "RUNSHELF_RUN_ID"
	// EnvDir is the absolute path of the run directory.
	EnvDir = "RUNSHELF_DIR"
	// EnvEvents is the absolute path of the file to append JSON lines to.
	EnvEvents = "RUNSHELF_EVENTS"
	// EnvSeed is the seed in decimal; not set when none was given.
	EnvSeed = "RUNSHELF_SEED"
	// EnvParams is a JSON object of the parameters.
	EnvParams = "RUNSHELF_PARAMS"
)

// environ returns the environment of the program. What an outer run has set is
// not passed on.
func (o Options) environ(id, dir, events string) []string {
	var env []string
	for _, entry := range o.Env {
		switch name, _, _ := strings.Cut(entry, "="); name {
		case EnvRunID, EnvDir, EnvEvents, EnvSeed, EnvParams:
		default:
			env = append(env, entry)
		}
	}
	env = append(env, EnvRunID+"="+id, EnvDir+"="+dir, EnvEvents+"="+events)
	env = append(env, EnvParams+"="+string(event.AppendValue(nil, o.params())))
	if o.Run.Seed != nil {
		env = append(env, EnvSeed+"="+strconv.FormatUint(*o.Run.Seed, 10))
	}
	return env
}

// params returns the parameters, an empty object when there are none.
func (o Options) params() event.Object {
	if o.Params == nil {
		return event.Object{}
	}
	return o.Params
}
