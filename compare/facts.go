package compare

import (
	"slices"

	"example.org/runshelf/event"
	"example.org/runshelf/shelf"
)

// Facts is what two manifests say differently. Paths are relative to the part: a
// field of Config is called "agents" and not "config.agents".
type Facts struct {
	Config, Seed, Program, Git, Host, Metrics []Field
	// Status holds status and reason.
	Status []Field
}

// FactsOf compares the manifests of two runs. What one of them does not say at
// all is unknown, and no difference.
func FactsOf(a, b *shelf.Run) Facts {
	x, y := manifest(a), manifest(b)
	return Facts{
		Config:  part(x, y, "config"),
		Seed:    members(x, y, "seed"),
		Program: part(x, y, "program"),
		Git:     part(x, y, "git"),
		Host:    part(x, y, "host", "pid", "boot_id"), // of one process, or one start of the machine
		Metrics: part(x, y, "metrics"),
		Status:  members(x, y, "status", "reason"),
	}
}

// manifest is the manifest of a run as an object; nil when there is none.
func manifest(run *shelf.Run) event.Object {
	if run == nil {
		return nil
	}
	b, err := run.JSON()
	if err != nil {
		return nil
	}
	o := value(b)
	if len(o) <= foundOut {
		return nil
	}
	return o
}

// foundOut is how many members a run has of which nothing is stored: its id, its
// status and its directory.
const foundOut = 3

// part compares one object of both manifests, but for some of its members.
func part(a, b event.Object, key string, but ...string) []Field {
	x, okA := a.Get(key)
	y, okB := b.Get(key)
	if !okA || !okB {
		return nil
	}
	r := rules{top: but}
	return r.fieldsOf(x, y)
}

// members compares some members of both manifests.
func members(a, b event.Object, keys ...string) []Field {
	if a == nil || b == nil {
		return nil
	}
	pick := func(o event.Object) event.Object {
		return slices.DeleteFunc(slices.Clone(o), func(m event.Member) bool { return !slices.Contains(keys, m.Key) })
	}
	r := rules{}
	return r.fieldsOf(pick(a), pick(b))
}
