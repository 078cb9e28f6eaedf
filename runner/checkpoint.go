package runner

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"path"

	"example.org/runshelf/shelf"
	"example.org/runshelf/simulation"
)

// A checkpoint is one file: a line that says what it belongs to, a line with the
// state of the context, and then what the model wrote.
//
//	{"format":1,"model":"economy","version":"1","tick":100}
//	{"seed":42,"tick":100,"streams":{…},"counters":{…}}
//	…
type checkpointHead struct {
	Format  int    `json:"format"`
	Model   string `json:"model"`
	Version string `json:"version"`
	Tick    int64  `json:"tick"`
}

const checkpointFormat = 1

// checkpoint saves the world when its tick has come. A checkpoint that cannot be
// saved is told of and costs nothing else.
func (r *SimulationRunner) checkpoint() {
	tick := r.world.Tick()
	if r.plan.checkpointEvery <= 0 || tick%r.plan.checkpointEvery != 0 {
		return
	}
	model, ok := r.model.(simulation.Checkpointer)
	if !ok {
		return
	}
	name := path.Join(shelf.CheckpointsDir, checkpointName(tick))
	if err := r.saveCheckpoint(name, model); err != nil {
		r.opts.Warn(fmt.Sprintf("saving checkpoint %s: %v", name, err))
		return
	}
	r.logger.Note(fmt.Sprintf("checkpoint saved at tick %d", tick))
}

// saveCheckpoint makes the file whole or not at all.
func (r *SimulationRunner) saveCheckpoint(name string, model simulation.Checkpointer) error {
	var b bytes.Buffer
	head := checkpointHead{checkpointFormat, r.plan.def.Name, r.plan.def.Version, r.world.Tick()}
	err := json.NewEncoder(&b).Encode(head)
	err = errors.Join(err, r.world.Snapshot(&b), model.Snapshot(&b))
	if err != nil {
		return err
	}
	return r.logger.Keep(name, b.Bytes())
}
