package cli

import (
	"slices"

	"github.com/spf13/cobra"

	"example.org/runshelf/shelf"
)

func newTagCommand(a *app) *cobra.Command {
	return remark{
		use:   "tag RUN TAG...",
		short: "put tags on a run",
		long:  "Puts tags on a run, so that tag:TAG means the newest run that has it.",
		example: `  runshelf tag latest paper figure-2
  runshelf show tag:paper
  runshelf tag latest --remove figure-2`,
		remove: "take the tags away",
		change: tagChange,
	}.command(a)
}

// tagChange adds tags behind those that a run has, or takes some away.
func tagChange(tags []string, remove bool) (func(*shelf.Manifest) error, error) {
	if len(tags) == 0 {
		return nil, withHint(usageErrorf("tag needs a run and at least one tag"), "runshelf tag latest paper")
	}
	if slices.ContainsFunc(tags, isBlankText) {
		return nil, usageErrorf("a tag is empty")
	}
	return func(m *shelf.Manifest) error {
		for _, tag := range tags {
			has := slices.Contains(m.Tags, tag)
			switch {
			case remove && !has:
				return errNothingThere("tag " + safe(tag))
			case remove:
				m.Tags = slices.DeleteFunc(m.Tags, func(t string) bool { return t == tag })
			case !has:
				m.Tags = append(m.Tags, tag)
			}
		}
		return nil
	}, nil
}
