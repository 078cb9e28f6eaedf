package web

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"example.org/runshelf/event"
	"example.org/runshelf/query"
	"example.org/runshelf/shelf"
)

// The lanes of a report: how many events they show, how far these are apart, and
// where the names and the ticks stand.
const (
	laneEvents = 300
	maxLanes   = 100
	laneHeight = 24
	laneStep   = 6
	laneMargin = 130
	laneHead   = 24
)

// The members in which the built-in simulations name who acts, and to whom
// something goes. The page looks at the same ones.
var (
	laneActors    = []string{"agent_id", "principal", "sender", "giver", "agent", "winner"}
	laneReceivers = []string{"recipient", "receiver", "owner", "seller"}
)

// reportLanes is a picture of who did what at the beginning of a run.
type reportLanes struct {
	Width, Height int
	Names         []laneText // of the lanes
	Ticks         []laneText
	Marks         []laneMark
	Arrows        []laneArrow
	Types         []laneText // the legend; Y is the colour
	To            uint64     // the last sequence shown
}

type laneText struct {
	X, Y int
	Text string
}

type laneMark struct {
	X, Y, Color int
	Text        string
}

type laneArrow struct {
	X, From, To, Color int
	Tip                string // a triangle
}

// acted is one event that names who acted.
type acted struct {
	sequence                         uint64
	eventType, actor, receiver, tick string
}

// lanesOf draws the first events that name who acted; nil when there are none.
func lanesOf(run *shelf.Run) (*reportLanes, error) {
	var events []acted
	n := 0
	_, err := query.Scan(run, query.Filter{}, func(l *query.Line) error {
		if n++; n > eventsSampled || len(events) == laneEvents {
			return query.ErrStop
		}
		if e, err := l.Decode(); err == nil {
			if a := actedOf(&e); a.actor != "" {
				events = append(events, a)
			}
		}
		return nil
	})
	if err != nil || len(events) == 0 {
		return nil, err
	}
	return drawLanes(events), nil
}

// actedOf reads who acted, and to whom.
func actedOf(e *event.Event) acted {
	a := acted{sequence: e.Sequence, eventType: e.Type}
	a.actor, a.receiver = firstName(e.Data, laneActors), firstName(e.Data, laneReceivers)
	if tick := query.Pick(e.Data, []string{query.KeyTick}); len(tick) == 1 && tick[0].Value != nil {
		a.tick = valueText(tick[0].Value)
	}
	return a
}

// firstName is the first of some members that is a text or a number.
func firstName(o event.Object, names []string) string {
	for _, name := range names {
		for _, m := range o {
			if m.Key != name {
				continue
			}
			switch m.Value.(type) {
			case nil, bool, []any, event.Object:
			default:
				return valueText(m.Value)
			}
		}
	}
	return ""
}

// drawLanes places what is shown.
func drawLanes(events []acted) *reportLanes {
	var names, types []string
	for _, a := range events {
		names = append(names, a.actor)
		if a.receiver != "" {
			names = append(names, a.receiver)
		}
		if !slices.Contains(types, a.eventType) {
			types = append(types, a.eventType)
		}
	}
	slices.SortFunc(names, byLengthAndText)
	names = slices.Compact(names)
	names = names[:min(len(names), maxLanes)]
	p := &reportLanes{
		Width: laneMargin + laneStep*len(events) + 20, Height: laneHead + laneHeight*len(names),
		To: events[len(events)-1].sequence,
	}
	for i, name := range names {
		p.Names = append(p.Names, laneText{4, laneY(i), name})
	}
	for i, t := range types {
		p.Types = append(p.Types, laneText{0, i % reportLines, safeText(t)})
	}
	free := 0 // up to where ticks are written
	for i, a := range events {
		x := laneMargin + 8 + laneStep*i
		if a.tick != "" && (i == 0 || events[i-1].tick != a.tick) && x >= free {
			p.Ticks = append(p.Ticks, laneText{x, 12, "tick " + a.tick})
			free = x + 60
		}
		p.mark(a, x, names, slices.Index(types, a.eventType)%reportLines)
	}
	return p
}

// mark places one event, with an arrow to whom something went.
func (p *reportLanes) mark(a acted, x int, names []string, color int) {
	at, to := slices.Index(names, a.actor), slices.Index(names, a.receiver)
	if at < 0 {
		return
	}
	text := "#" + strconv.FormatUint(a.sequence, 10) + " " + safeText(a.eventType) + " " + a.actor
	if to >= 0 && to != at {
		text += " → " + a.receiver
		down := cmp.Compare(to, at)
		y := laneY(to) - 3*down
		p.Arrows = append(p.Arrows, laneArrow{x, laneY(at), y, color, fmt.Sprintf("%d,%d %d,%d %d,%d", x, y, x-3, y-5*down, x+3, y-5*down)})
	}
	p.Marks = append(p.Marks, laneMark{x, laneY(at), color, text})
}

func laneY(lane int) int { return laneHead + laneHeight*lane + laneHeight/2 }

// byLengthAndText puts agent_2 before agent_10.
func byLengthAndText(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) }
