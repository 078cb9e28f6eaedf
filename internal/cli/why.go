package cli

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"example.org/runshelf/event"
)

// whyOptions are the flags of why.
type whyOptions struct {
	forward bool
	limit   int
	json    bool
}

func newWhyCommand(a *app) *cobra.Command {
	var o whyOptions
	cmd := &cobra.Command{
		Use:   "why RUN SEQ",
		Short: "the chain of causes that led to an event, and what it led to",
		Long: `Shows the chain of causes that led to the event with the sequence SEQ, from its root
on, and with --forward all that followed from it, as a tree. Only what the events state
themselves is shown: one without a cause has none.`,
		Example: `  runshelf why latest 1542
  runshelf why latest 12 --forward
  runshelf why name:baseline 1542 --json | jq .chain`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 2 {
				return withHint(usageErrorf("why needs a run and the sequence of an event"), "runshelf why latest 12")
			}
			if o.limit < 1 {
				return usageErrorf("--limit is %d, and must be 1 or more", o.limit)
			}
			return nil
		},
		RunE:              func(_ *cobra.Command, args []string) error { return a.why(args[0], args[1], &o) },
		ValidArgsFunction: a.completeRuns,
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.BoolVar(&o.forward, "forward", false, "show also what the event led to")
	flags.IntVar(&o.limit, "limit", 1000, "show at most `N` consequences")
	flags.BoolVar(&o.json, "json", false, "one JSON document")
	return cmd
}

// why shows the causes of one event.
func (a *app) why(name, sequence string, o *whyOptions) error {
	seq, err := strconv.ParseUint(sequence, 10, 64)
	if err != nil || seq == 0 {
		return usageErrorf("%q is no sequence of an event: it is a number from 1 on", sequence)
	}
	run, err := a.findRun(name)
	if err != nil {
		return err
	}
	finder, err := openFinder(run)
	if err != nil {
		return err
	}
	defer finder.close()
	story, err := finder.chain(seq)
	if err != nil {
		return err
	}
	if len(story.chain) == 0 {
		return withHint(usageErrorf("%s has no event with the sequence %d", run.ID, seq), "runshelf stats "+run.ID+" shows the sequences there are")
	}
	if o.forward {
		if err := finder.consequences(story, o.limit); err != nil {
			return err
		}
	}
	return a.showStory(run.ID, story, o)
}

// showStory prints causes and consequences.
func (a *app) showStory(id string, s *causeStory, o *whyOptions) error {
	if o.json {
		b := appendJSON(nil, indented(s.appendJSON(nil, id, o.forward)), a.stdoutTerminal())
		_, err := a.out().Write(append(b, '\n'))
		return err
	}
	a.startPager()
	p := &page{out: a.out(), colored: a.stdoutColor()}
	for depth := range s.chain {
		e := &s.chain[len(s.chain)-1-depth]
		p.line(branch(depth) + causeText(p, e, e.Sequence == s.asked))
	}
	if o.forward {
		writeConsequences(p, s, len(s.chain)-1)
	}
	s.writeEnd(p, o)
	return p.err
}

// branch is what stands before an event that another one led to.
func branch(depth int) string {
	if depth == 0 {
		return ""
	}
	return strings.Repeat("   ", depth-1) + "└─ "
}

// causeText is one event on one line, the one that was asked about in bold.
func causeText(p *page, e *event.Event, asked bool) string {
	text := string(event.AppendText(nil, *e))
	if asked {
		text = paint(p.colored, colorBold, text)
	}
	return paint(p.colored, colorFaint, fmt.Sprintf("#%d", e.Sequence)) + " " + text
}

// writeConsequences writes the tree of what followed, below an event at a depth.
func writeConsequences(p *page, s *causeStory, depth int) {
	children := map[uint64][]int{}
	for i := range s.effects {
		cause := s.effects[i].Cause
		children[cause] = append(children[cause], i)
	}
	var write func(cause uint64, indent string)
	write = func(cause uint64, indent string) {
		for n, i := range children[cause] {
			mark, below := "├─ ", "│  "
			if n == len(children[cause])-1 {
				mark, below = "└─ ", "   "
			}
			e := &s.effects[i]
			p.line(indent + mark + causeText(p, e, false))
			write(e.Sequence, indent+below)
		}
	}
	write(s.asked, strings.Repeat("   ", depth))
}

// writeEnd says why the chain begins where it begins, and what was left out.
func (s *causeStory) writeEnd(p *page, o *whyOptions) {
	root := &s.chain[len(s.chain)-1]
	switch {
	case s.missing != 0 && s.missing >= root.Sequence:
		p.line(fmt.Sprintf("#%d states the cause %d, which does not come before it", root.Sequence, s.missing))
	case s.missing != 0:
		p.line(fmt.Sprintf("the cause of #%d, event %d, is not in the log", root.Sequence, s.missing))
	case len(s.chain) == 1:
		p.line(fmt.Sprintf("#%d states no cause", root.Sequence))
	}
	switch {
	case s.leftOut > 0:
		p.line(fmt.Sprintf("and %s, which --limit left out", plural(s.leftOut, "more consequence")))
	case o.forward && len(s.effects) == 0:
		p.line(fmt.Sprintf("no event states #%d as its cause", s.asked))
	}
}

// appendJSON appends the document of --json: the chain from its root on.
func (s *causeStory) appendJSON(dst []byte, id string, forward bool) []byte {
	chain := make([]any, 0, len(s.chain))
	for i := range s.chain {
		chain = append(chain, s.stored[len(s.chain)-1-i])
	}
	o := event.Object{
		{Key: "run_id", Value: id}, {Key: "sequence", Value: s.asked}, {Key: "chain", Value: chain},
		{Key: "complete", Value: s.missing == 0},
	}
	if s.missing != 0 {
		o = append(o, event.Member{Key: "missing", Value: s.missing})
	}
	if forward {
		effects := make([]any, 0, len(s.effectsStored))
		for _, e := range s.effectsStored {
			effects = append(effects, e)
		}
		o = append(o, event.Member{Key: "consequences", Value: effects}, event.Member{Key: "left_out", Value: s.leftOut})
	}
	return event.AppendValue(dst, o)
}
