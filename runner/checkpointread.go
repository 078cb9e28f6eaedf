package runner

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"

	"example.org/runshelf/shelf"
	"example.org/runshelf/simulation"
)

// checkpointName is the name of the checkpoint of a tick. The zeros are for people:
// readers sort by number.
func checkpointName(tick int64) string { return fmt.Sprintf("tick_%09d", tick) }

// checkpointPattern is the name of a whole checkpoint. What was being written when
// the program was killed bears another one.
var checkpointPattern = regexp.MustCompile(`^tick_(\d+)$`)

// checkpointFile is one checkpoint of a run, by the tick in its name.
type checkpointFile struct {
	path string
	tick int64
}

// checkpointFiles lists the checkpoints of a run, the oldest first. The shelf's
// path may hold any characters, so no pattern is made of it.
func checkpointFiles(dir string) []checkpointFile {
	dir = filepath.Join(dir, shelf.CheckpointsDir)
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	var files []checkpointFile
	for _, entry := range entries {
		m := checkpointPattern.FindStringSubmatch(entry.Name())
		if m == nil {
			continue
		}
		if tick, err := strconv.ParseInt(m[1], 10, 64); err == nil {
			files = append(files, checkpointFile{filepath.Join(dir, entry.Name()), tick})
		}
	}
	slices.SortFunc(files, func(a, b checkpointFile) int { return cmp.Compare(a.tick, b.tick) })
	return files
}

// openCheckpoint reads the first line of a checkpoint and returns the rest. It
// refuses one of another model or version than def.
func openCheckpoint(path string, def simulation.Definition) (head checkpointHead, rest *bufio.Reader, err error) {
	if info, err := os.Lstat(path); err != nil {
		return head, nil, err
	} else if !info.Mode().IsRegular() {
		return head, nil, errors.New("it is no regular file")
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return head, nil, err
	}
	rest = bufio.NewReader(bytes.NewReader(content))
	line, err := rest.ReadBytes('\n')
	if err != nil {
		return head, nil, errors.New("it is cut short")
	}
	if err := json.Unmarshal(line, &head); err != nil {
		return head, nil, fmt.Errorf("reading its first line: %w", err)
	}
	if head.Format != checkpointFormat {
		return head, nil, fmt.Errorf("it has format %d, and this program reads %d", head.Format, checkpointFormat)
	}
	if head.Model != def.Name || head.Version != def.Version {
		return head, nil, fmt.Errorf("it is of version %q of %q, not %q of %q", head.Version, head.Model, def.Version, def.Name)
	}
	return head, rest, nil
}

// lived is a world that stands at the end of a tick, and records nothing yet.
type lived struct {
	model simulation.Model
	world *simulation.Context
}

// newestCheckpoint restores the newest checkpoint of a run that is whole and
// suits the plan. A damaged one is told of and an older one is tried; nil when
// none is left.
func (p *plan) newestCheckpoint(dir string, warn func(string)) *lived {
	for _, file := range slices.Backward(checkpointFiles(dir)) {
		l, err := p.restoreCheckpoint(file)
		if err == nil {
			return l
		}
		warn(fmt.Sprintf("checkpoint %s cannot be used: %v", file.path, err))
	}
	return nil
}

// restoreCheckpoint makes a world of a checkpoint. The file may hold anything: a
// model that panics on it refuses it.
func (p *plan) restoreCheckpoint(file checkpointFile) (l *lived, err error) {
	defer func() {
		if v := recover(); v != nil {
			l, err = nil, fmt.Errorf("panic: %v", v)
		}
	}()
	_, rest, err := openCheckpoint(file.path, p.def)
	if err != nil {
		return nil, err
	}
	l = &lived{p.def.New(), simulation.NewContext(p.seed, p.config, nil)}
	model, ok := l.model.(simulation.Checkpointer)
	if !ok {
		return nil, fmt.Errorf("%s keeps none", p.def.Name)
	}
	if err := l.model.Init(l.world); err != nil {
		return nil, fmt.Errorf("building the world: %w", err)
	}
	line, err := rest.ReadBytes('\n')
	if err != nil {
		return nil, errors.New("it is cut short")
	}
	if err := errors.Join(l.world.Restore(line), model.Restore(rest)); err != nil {
		return nil, err
	}
	if l.world.Tick() != file.tick || l.world.Seed() != p.seed {
		return nil, fmt.Errorf("it holds tick %d of seed %d", l.world.Tick(), l.world.Seed())
	}
	return l, nil
}
