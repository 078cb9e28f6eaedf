package runshelf

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"runtime/debug"
	"slices"
	"time"

	"example.org/runshelf/event"
	"example.org/runshelf/provenance"
	"example.org/runshelf/shelf"
)

// Whether the source tree has uncommitted changes is asked of git beside the
// run, since in a large tree that takes seconds. A run that ends before the
// answer waits for it a moment, then leaves the fact unknown.
const (
	gitTimeout = 30 * time.Second
	gitPause   = 500 * time.Millisecond
)

// manifest is what is known of the run at its start, besides the state of the code.
func (o Options) manifest() (shelf.Manifest, error) {
	config, err := o.configJSON()
	if err != nil {
		return shelf.Manifest{}, err
	}
	return shelf.Manifest{
		Name:    o.Name,
		Tags:    o.tags(),
		Notes:   o.notes(),
		Extra:   maps.Clone(o.Extra),
		Kind:    o.Kind,
		Program: o.program(),
		Config:  config,
		Seed:    o.Seed,
		Parent:  o.Parent,
		Host:    host(),
		Logger:  shelf.LoggerInfo{Version: Version(), Durability: string(o.Durability)},
	}, nil
}

// tags are those that were given, each once.
func (o Options) tags() []string {
	var tags []string
	for _, tag := range o.Tags {
		if !slices.Contains(tags, tag) {
			tags = append(tags, tag)
		}
	}
	return tags
}

// notes are dated by the start of the run: they were said of it before it began.
func (o Options) notes() []shelf.Note {
	var notes []shelf.Note
	for _, text := range o.Notes {
		notes = append(notes, shelf.Note{At: o.now().UTC(), Text: provenance.RedactText(text)})
	}
	return notes
}

func (o Options) configJSON() (json.RawMessage, error) {
	if o.Config == nil {
		return nil, nil
	}
	config := event.AppendValue(nil, o.Config)
	if len(config) == 0 || config[0] != '{' {
		return nil, fmt.Errorf("config of type %T is no JSON object", o.Config)
	}
	return provenance.RedactConfig(config), nil
}

// program fills in what the caller did not say: how this process was started.
func (o Options) program() shelf.Program {
	p, current := o.Program, provenance.CurrentProgram()
	if p.Argv == nil {
		p.Argv = current.Argv
	}
	setDefault(&p.Cwd, current.Cwd)
	if o.Kind == kindLibrary && len(p.Argv) > 0 {
		setDefault(&p.Name, filepath.Base(p.Argv[0]))
	}
	return p
}

func readGit(dir string) *shelf.Git {
	g, ok := provenance.ReadGit(dir)
	if !ok {
		return nil
	}
	git := shelf.Git(g)
	return &git
}

func host() *shelf.Host {
	h := shelf.Host(provenance.CurrentHost())
	return &h
}

func usage() *shelf.Usage {
	u := shelf.Usage(provenance.CurrentUsage())
	return &u
}

// gitFacts is the answer of git that is on its way.
type gitFacts struct {
	cancel context.CancelFunc
	answer chan *bool
}

// watchGit asks whether the tree around dir is dirty, or returns nil when it lies in
// no repository. What is recorded on the shelf makes no tree dirty, nor do new files that
// are made from now on: the program may be quicker than git.
func watchGit(repository *shelf.Git, dir, shelfDir string) *gitFacts {
	if repository == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), gitTimeout)
	w := &gitFacts{cancel: cancel, answer: make(chan *bool, 1)}
	began := time.Now()
	go func() {
		dirty, err := provenance.GitDirtySince(ctx, dir, began, shelfDir)
		if err != nil {
			w.answer <- nil
			return
		}
		w.answer <- &dirty
	}()
	return w
}

// end lets git go, whether it has answered or not.
func (w *gitFacts) end() {
	if w != nil {
		w.cancel()
	}
}

// dirty returns the answer, or nil when it is not known.
func (w *gitFacts) dirty() *bool {
	if w == nil {
		return nil
	}
	defer w.end()
	select {
	case dirty := <-w.answer:
		return dirty
	case <-time.After(gitPause):
		return nil
	}
}

// Version is the version of this module as the program was built with it:
// "v1.2.3", or "devel" when it was built from a work tree.
func Version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "devel"
	}
	modules := append([]*debug.Module{&info.Main}, info.Deps...)
	for _, m := range modules {
		if m.Path == modulePath && m.Version != "" && m.Version != "(devel)" {
			return m.Version
		}
	}
	return "devel"
}

const modulePath = "example.org/runshelf"
