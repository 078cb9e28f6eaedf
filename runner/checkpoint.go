package runner

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"example.org/runshelf/event"
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
	path := filepath.Join(r.logger.Dir(), shelf.CheckpointsDir, fmt.Sprintf("tick_%09d", tick))
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
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	temp, err := os.OpenFile(path+".tmp", os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	_, err = temp.Write(b.Bytes())
	if err = errors.Join(err, temp.Sync(), temp.Close()); err == nil {
		err = os.Rename(temp.Name(), path)
	}
	if err != nil {
		_ = os.Remove(temp.Name())
	}
	return err
}

// newestCheckpoint returns the last checkpoint of a run that suits the model, or
// "" when there is none.
func newestCheckpoint(dir string, def simulation.Definition) (path string, tick int64) {
	for _, name := range slices.Backward(checkpointFiles(dir)) {
		head, _, err := openCheckpoint(name)
		if err == nil && head.Model == def.Name && head.Version == def.Version {
			return name, head.Tick
		}
	}
	return "", 0
}

// checkpointFiles lists the checkpoints of a run, the oldest first.
func checkpointFiles(dir string) []string {
	names, err := filepath.Glob(filepath.Join(dir, shelf.CheckpointsDir, "tick_*"))
	if err != nil {
		return nil
	}
	slices.Sort(names)
	return names
}

// openCheckpoint reads the first line of a checkpoint and returns the rest.
func openCheckpoint(path string) (head checkpointHead, rest *bufio.Reader, err error) {
	if info, err := os.Lstat(path); err != nil {
		return head, nil, err
	} else if !info.Mode().IsRegular() {
		return head, nil, fmt.Errorf("%s is no regular file", path)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return head, nil, err
	}
	rest = bufio.NewReader(bytes.NewReader(content))
	line, err := rest.ReadBytes('\n')
	if err != nil {
		return head, nil, fmt.Errorf("checkpoint %s is cut short", path)
	}
	if err := json.Unmarshal(line, &head); err != nil {
		return head, nil, fmt.Errorf("reading checkpoint %s: %w", path, err)
	}
	if head.Format != checkpointFormat {
		return head, nil, fmt.Errorf("checkpoint %s has format %d, and this program reads %d", path, head.Format, checkpointFormat)
	}
	return head, rest, nil
}

// restoreCheckpoint puts model and context into the state that path holds.
func restoreCheckpoint(path string, model simulation.Checkpointer, world *simulation.Context) error {
	_, rest, err := openCheckpoint(path)
	if err != nil {
		return err
	}
	line, err := rest.ReadBytes('\n')
	if err == nil {
		err = world.Restore(line)
	}
	if err == nil {
		err = model.Restore(rest)
	}
	if err != nil {
		return fmt.Errorf("restoring checkpoint %s: %w", path, err)
	}
	return nil
}

// configOf gives the recorded configuration of a run the types that the model
// asks for.
func configOf(def simulation.Definition, recorded event.Object) (simulation.Config, error) {
	c := make(simulation.Config, len(def.Params))
	for _, p := range def.Params {
		raw, ok := recorded.Get(p.Name)
		if !ok {
			return nil, fmt.Errorf("the recorded configuration has no %s", p.Name)
		}
		value, ok := typed(p.Default, raw)
		if !ok {
			return nil, fmt.Errorf("the recorded configuration has %s = %v, which is no %T", p.Name, raw, p.Default)
		}
		c[p.Name] = value
	}
	return c, nil
}

// typed converts a decoded JSON value to the type of like.
func typed(like, raw any) (any, bool) {
	switch like.(type) {
	case int64:
		n, ok := raw.(json.Number)
		i, err := n.Int64()
		return i, ok && err == nil
	case float64:
		n, ok := raw.(json.Number)
		f, err := n.Float64()
		return f, ok && err == nil
	case bool:
		b, ok := raw.(bool)
		return b, ok
	case string:
		s, ok := raw.(string)
		return s, ok
	case []string:
		return typedStrings(raw)
	}
	return nil, false
}

func typedStrings(raw any) (any, bool) {
	list, ok := raw.([]any)
	out := make([]string, 0, len(list))
	for _, item := range list {
		s, isString := item.(string)
		ok = ok && isString
		out = append(out, s)
	}
	return out, ok
}
