package main

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// match says whether a path with slashes matches a glob: the elements of
// [path.Match], and ** as an element for any number of folders.
func match(pattern, name string) bool {
	return matchElements(strings.Split(pattern, "/"), strings.Split(name, "/"))
}

func matchElements(pattern, name []string) bool {
	if len(pattern) == 0 {
		return len(name) == 0
	}
	if pattern[0] == "**" {
		return matchFolders(pattern[1:], name)
	}
	if len(name) == 0 {
		return false
	}
	ok, err := path.Match(pattern[0], name[0])
	return err == nil && ok && matchElements(pattern[1:], name[1:])
}

// matchFolders matches what follows a ** after any number of elements. At the
// end of a glob ** wants at least one: dir/** is what stands below dir.
func matchFolders(rest, name []string) bool {
	if len(rest) == 0 {
		return len(name) > 0
	}
	for i := range name {
		if matchElements(rest, name[i:]) {
			return true
		}
	}
	return false
}

// matchAny says whether one of several globs matches.
func matchAny(patterns []string, name string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool { return match(pattern, name) })
}

// checkGlob refuses a glob that could never match.
func checkGlob(pattern string) error {
	if pattern == "" || strings.HasPrefix(pattern, "/") || path.Clean(pattern) != pattern || strings.HasPrefix(pattern, "..") {
		return fmt.Errorf("the glob %q is no path below the top folder", pattern)
	}
	for _, element := range strings.Split(pattern, "/") {
		if strings.Contains(element, "**") && element != "**" {
			return fmt.Errorf("the glob %q: ** stands alone between slashes", pattern)
		}
		if _, err := path.Match(element, ""); err != nil {
			return fmt.Errorf("the glob %q: %w", pattern, err)
		}
	}
	return nil
}
