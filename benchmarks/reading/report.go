package main

import (
	"fmt"
	"io"
	"math"
	"runtime"
	"strings"
	"time"

	"example.org/runshelf/benchmarks/figures"
)

// results is all that was measured.
type results struct {
	settings settings
	heats    []heat
	follows  []follow
	answers  []answer
	missing  []string
}

// write writes everything as Markdown.
func (r results) write(w io.Writer) {
	r.writeAims(w)
	if len(r.heats) > 0 {
		r.writeHeats(w)
	}
	if len(r.follows) > 0 {
		r.writeFollows(w)
	}
	for _, a := range r.answers {
		verdict := "the same answer"
		if !a.same {
			verdict = "ANOTHER ANSWER"
		}
		fmt.Fprintf(w, "\n%s, Runshelf and %s: %s.\n", a.question, a.by, verdict)
	}
	fmt.Fprintf(w, "\n%s, %d rounds, files of %s, %d runs in the long list; %s, %s/%s, %d cores.\n", time.Now().UTC().Format(time.DateOnly),
		r.settings.rounds, r.sizes(), r.settings.runs, runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU())
	for _, why := range r.missing {
		fmt.Fprintf(w, "\nLeft out: %s.\n", why)
	}
}

func (r results) sizes() string {
	text := fmt.Sprintf("%.3g GB", r.settings.bytes/1e9)
	if r.settings.large > 0 {
		text += fmt.Sprintf(" and %.3g GB", r.settings.large/1e9)
	}
	return text
}

func (r results) writeAims(w io.Writer) {
	var aims []figures.Aim
	for _, h := range r.heats {
		aims = append(aims, h.aims()...)
	}
	for _, f := range r.follows {
		aims = append(aims, f.aims()...)
	}
	figures.WriteAims(w, aims)
}

// writeHeats writes all figures of all questions.
func (r results) writeHeats(w io.Writer) {
	fmt.Fprintln(w)
	t := figures.NewTable("question", "contender", "time", "min–max", "of ours", "processor", "memory")
	for _, h := range r.heats {
		for _, row := range h.rows {
			wall := figures.SpreadOf(row.walls())
			t.Add(h.question.name, row.name, figures.Duration(wall.Median), figures.Duration(wall.Min)+"–"+figures.Duration(wall.Max),
				figures.Number(h.ratio(row.name, ours).Median)+"×", figures.Duration(figures.SpreadOf(row.cpus()).Median), megabytes(row.memory().Max))
		}
	}
	t.Write(w)
}

func megabytes(n float64) string {
	if n == 0 || math.IsNaN(n) {
		return "–"
	}
	return strings.TrimSuffix(figures.Number(n/1e6), ".0") + " MB"
}

func (r results) writeFollows(w io.Writer) {
	fmt.Fprintf(w, "\nFrom the call that logs an event to the output of who follows, %d events a second:\n\n", time.Second/followPace)
	t := figures.NewTable("durability", "follower", "p50", "p99", "p99 min–max")
	for _, f := range r.follows {
		for _, row := range f.rows {
			if len(row.p50) == 0 {
				continue
			}
			p99 := figures.SpreadOf(row.p99)
			t.Add(f.level, row.name, figures.Duration(figures.SpreadOf(row.p50).Median), figures.Duration(p99.Median),
				figures.Duration(p99.Min)+"–"+figures.Duration(p99.Max))
		}
	}
	t.Write(w)
}
