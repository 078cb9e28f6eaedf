package runner

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

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
	path := filepath.Join(r.logger.Dir(), shelf.CheckpointsDir, checkpointName(tick))
	if err := r.saveCheckpoint(path, model); err != nil {
		r.opts.Warn(fmt.Sprintf("saving checkpoint %s: %v", path, err))
		return
	}
	r.logger.Note(fmt.Sprintf("checkpoint saved at tick %d", tick))
}

// saveCheckpoint makes the file whole or not at all.
func (r *SimulationRunner) saveCheckpoint(path string, model simulation.Checkpointer) error {
	var b bytes.Buffer
	head := checkpointHead{checkpointFormat, r.plan.def.Name, r.plan.def.Version, r.world.Tick()}
	err := json.NewEncoder(&b).Encode(head)
	err = errors.Join(err, r.world.Snapshot(&b), model.Snapshot(&b))
	if err != nil {
		return err
	}
	if err := r.makeCheckpoints(filepath.Dir(path)); err != nil {
		return err
	}
	temp := path + ".tmp"
	if err = r.writeNew(temp, b.Bytes()); err == nil {
		err = r.fs.Rename(temp, path)
	}
	if err != nil {
		_ = r.fs.Remove(temp)
		return err
	}
	return r.fs.SyncDir(filepath.Dir(path))
}

// makeCheckpoints makes the directory of the checkpoints, unless it is there. Its
// own name is synced, else a power cut could take it with all that is in it.
func (r *SimulationRunner) makeCheckpoints(dir string) error {
	err := r.fs.Mkdir(dir, 0o777)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return r.fs.SyncDir(filepath.Dir(dir))
}

// writeNew writes a file that must not be there yet.
func (r *SimulationRunner) writeNew(path string, content []byte) error {
	file, err := r.fs.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	return errors.Join(err, file.Sync(), file.Close())
}
