package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"go.yaml.in/yaml/v3"

	"example.org/runshelf/compare"
	"example.org/runshelf/config"
	"example.org/runshelf/event"
)

// keyIgnore is the setting that holds the fields to set aside.
const keyIgnore = "compare.ignore"

// ignoreMore adds to the flags what the settings and two runs that should be the
// same say is volatile.
func (a *app) ignoreMore(o *diffOptions) error {
	if !o.compare.Strict {
		settled, err := a.settledIgnore()
		if err != nil {
			return err
		}
		o.compare.Ignore = append(o.compare.Ignore, settled...)
	}
	if len(o.learnedFrom) == 0 {
		return nil
	}
	learned, err := a.learnFrom(o.learnedFrom[0], o.learnedFrom[1], o)
	if err != nil {
		return err
	}
	o.compare.Ignore = append(o.compare.Ignore, learned.Rules...)
	return nil
}

// learnFrom compares two runs that should be the same.
func (a *app) learnFrom(nameA, nameB string, o *diffOptions) (*compare.Learned, error) {
	logA, err := a.openLog(nameA)
	if err != nil {
		return nil, err
	}
	defer logA.Close()
	logB, err := a.openLog(nameB)
	if err != nil {
		return nil, err
	}
	defer logB.Close()
	learned, err := compare.Learn(logA, logB, o.compare)
	if err == nil && learned.Parted != nil {
		a.warn(fmt.Sprintf("%s and %s have other events from event %d%s on, and nothing was learned from there",
			nameA, nameB, learned.Parted.Index, ofStream(learned.Parted)))
	}
	return learned, err
}

// learn proposes what to set aside, one rule a line, and stores it when asked to.
func (a *app) learn(nameA, nameB string, o *diffOptions) error {
	if err := a.ignoreMore(o); err != nil {
		return err
	}
	learned, err := a.learnFrom(nameA, nameB, o)
	if err != nil {
		return err
	}
	if err := a.showLearned(learned, o); err != nil {
		return err
	}
	if !o.save || len(learned.Rules) == 0 {
		return nil
	}
	path, err := saveIgnored(a.cwd, learned.Rules)
	if err != nil {
		return fmt.Errorf("storing the rule: %w", err)
	}
	a.say("stored as " + keyIgnore + " in " + path)
	return nil
}

// showLearned prints the rules.
func (a *app) showLearned(learned *compare.Learned, o *diffOptions) error {
	if o.json {
		doc := event.Object{{Key: "rules", Value: texts(learned.Rules)}, {Key: "events", Value: learned.Events}}
		_, err := a.out().Write(append(appendJSON(nil, event.AppendValue(nil, doc), a.stdoutTerminal()), '\n'))
		return err
	}
	for _, rule := range learned.Rules {
		if _, err := a.out().WriteString(safe(rule) + "\n"); err != nil {
			return err
		}
	}
	if len(learned.Rules) == 0 {
		a.say(fmt.Sprintf("nothing differs in %s that is not set aside already", plural(learned.Events, "event")))
	}
	return nil
}

// saveIgnored adds rules to the nearest runshelf.yaml from dir upwards, or to a
// new one in dir, and returns its path. Comments and all other settings stay.
func saveIgnored(dir string, rules []string) (string, error) {
	path := nearestSettings(dir)
	content, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return path, err
	}
	var document yaml.Node
	if err := yaml.Unmarshal(content, &document); err != nil {
		return path, fmt.Errorf("reading %s: %w", path, err)
	}
	if document.Kind == 0 {
		document = yaml.Node{Kind: yaml.DocumentNode, Content: []*yaml.Node{{Kind: yaml.MappingNode}}}
	}
	section := childNode(document.Content[0], "compare", yaml.MappingNode)
	list := childNode(section, "ignore", yaml.SequenceNode)
	list.Style = 0
	for _, rule := range rules {
		if !slices.ContainsFunc(list.Content, func(n *yaml.Node) bool { return n.Value == rule }) {
			list.Content = append(list.Content, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: rule})
		}
	}
	out, err := yaml.Marshal(&document)
	if err != nil {
		return path, err
	}
	return path, replaceFile(path, out)
}

// childNode returns the value of a key of a mapping, which is made when it is not
// there or is something else.
func childNode(mapping *yaml.Node, key string, kind yaml.Kind) *yaml.Node {
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		if mapping.Content[i].Value == key {
			if mapping.Content[i+1].Kind != kind {
				mapping.Content[i+1] = &yaml.Node{Kind: kind}
			}
			return mapping.Content[i+1]
		}
	}
	value := &yaml.Node{Kind: kind}
	mapping.Content = append(mapping.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: key}, value)
	return value
}

// nearestSettings is the runshelf.yaml that holds for dir, or would.
func nearestSettings(dir string) string {
	for at := dir; ; at = filepath.Dir(at) {
		path := filepath.Join(at, config.FileName)
		if _, err := os.Lstat(path); err == nil {
			return path
		}
		if at == filepath.Dir(at) {
			return filepath.Join(dir, config.FileName)
		}
	}
}

// replaceFile writes a file whole or not at all.
func replaceFile(path string, content []byte) error {
	temp, err := os.CreateTemp(filepath.Dir(path), ".runshelf-*.tmp")
	if err != nil {
		return err
	}
	mode := fs.FileMode(0o644)
	if info, err := os.Stat(path); err == nil {
		mode = info.Mode().Perm()
	}
	_, err = temp.Write(content)
	if err = errors.Join(err, temp.Chmod(mode), temp.Sync(), temp.Close()); err == nil {
		err = os.Rename(temp.Name(), path)
	}
	if err != nil {
		_ = os.Remove(temp.Name())
	}
	return err
}
