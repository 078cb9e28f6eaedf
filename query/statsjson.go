package query

import (
	"fmt"
	"math"

	"example.org/runshelf/event"
)

// AppendJSON appends the document that `stats --json` prints, with at most so many
// groups; 0 is all. Events in no group are counted beside them.
func (c *Counts) AppendJSON(b []byte, runID string, limit int) []byte {
	if limit == 0 || limit > len(c.Groups) {
		limit = len(c.Groups)
	}
	b = event.AppendValue(append(b, `{"format":1,"run_id":`...), runID)
	b = event.AppendValue(append(b, `,"by":`...), c.By)
	b = append(b, `,"groups":[`...)
	for i := range c.Groups[:limit] {
		b = append(b, ",\n"[1-min(i, 1):]...)
		b = c.appendGroup(b, &c.Groups[i])
	}
	b = append(b, "\n"[:min(1, limit)]...)
	return fmt.Appendf(b, "],\"events\":%d,\"missing\":%d,\"other\":%d}\n", c.Events, c.Missing, c.Other)
}

// appendGroup appends one group on one line.
func (c *Counts) appendGroup(b []byte, g *Group) []byte {
	b = append(append(b, `{"value":`...), g.JSON...)
	b = fmt.Appendf(b, `,"count":%d,"first":%d,"last":%d`, g.Count, g.First, g.Last)
	if seconds := c.Seconds(); seconds > 0 {
		b = fmt.Appendf(b, `,"per_second":%s`, jsonFloat(float64(g.Count)/seconds))
	}
	if len(c.Of) > 0 {
		b = AppendSummaries(append(b, `,"of":`...), c.Of, g.Of)
	}
	return append(b, '}')
}

// AppendSummaries appends an object with a summary for each field. What no number
// says is null.
func AppendSummaries(b []byte, fields []string, summaries []Summary) []byte {
	for i := range summaries {
		b = append(b, "{,"[min(i, 1)])
		b = event.AppendValue(b, fields[i])
		b = fmt.Appendf(b, `:{"count":%d`, summaries[i].Count)
		for _, f := range summaries[i].Figures() {
			b = fmt.Appendf(b, `,"%s":%s`, f.Name, jsonFloat(f.Value))
		}
		b = append(b, '}')
	}
	return append(b, '}')
}

// Figure is one number with its name.
type Figure struct {
	Name  string
	Value float64
}

// Figures lists what a summary says. Without numbers all are NaN.
func (s *Summary) Figures() []Figure {
	least, most, sum := s.Min, s.Max, s.Sum()
	if s.Count == 0 {
		least, most, sum = math.NaN(), math.NaN(), math.NaN()
	}
	return []Figure{{"min", least}, {"mean", s.Mean()}, {"max", most}, {"stddev", s.Deviation()}, {"sum", sum}}
}

// jsonFloat is a number as JSON, null when there is none.
func jsonFloat(x float64) string {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return "null"
	}
	return string(event.AppendValue(nil, x))
}
