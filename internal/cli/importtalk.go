package cli

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/schollz/progressbar/v3"

	"example.org/runshelf/capture"
)

// importTalk says on standard error what an import does.
type importTalk struct {
	app   *app
	quiet bool
	bar   *progressbar.ProgressBar // nil until it is drawn
	step  string                   // that the bar shows
	began time.Time
}

// importOne imports one file and tells how that went.
func (t *importTalk) importOne(ctx context.Context, plan capture.ImportOptions) (capture.ImportResult, error) {
	plan.Warn = func(text string) { t.wipe(); t.app.warn(text) }
	if !t.quiet {
		plan.Started = func(id, dir string) { t.wipe(); t.app.say(id + " → " + dir) }
		if t.app.stderrTerminal() && t.app.getenv("TERM") != "dumb" {
			plan.Progress = t.show
		}
	}
	t.began = time.Now()
	result, err := capture.Import(ctx, plan)
	t.wipe()
	if result.ID == "" {
		return result, err
	}
	if text := brokenText(result.Report); text != "" {
		t.app.warn(plan.File + ": " + text)
	}
	if !t.quiet {
		t.app.say(importSummary(result) + "; next: " + strings.Join(quoteAll(t.next(result.ID)), " "))
	}
	return result, err
}

// show draws how far an import has come. One that is done soon shows nothing.
func (t *importTalk) show(now capture.ImportProgress) {
	if time.Since(t.began) < 3*progressPause {
		return
	}
	if t.bar == nil || t.step != now.Step {
		t.wipe()
		t.step = now.Step
		t.bar = t.newBar(now)
	}
	_ = t.bar.Set64(now.Done) // a bar that cannot be drawn is not worth failing for
}

func (t *importTalk) newBar(now capture.ImportProgress) *progressbar.ProgressBar {
	total := now.Total
	if total == 0 {
		total = -1 // a spinner
	}
	return progressbar.NewOptions64(total,
		progressbar.OptionSetWriter(&oneLine{w: t.app.stderr, columns: func() int { return terminalColumns(t.app.stderr) }}),
		progressbar.OptionEnableColorCodes(t.app.stderrColor()),
		progressbar.OptionUseANSICodes(true),
		progressbar.OptionSetWidth(24),
		progressbar.OptionShowBytes(true),
		progressbar.OptionThrottle(progressPause),
		progressbar.OptionSetElapsedTime(false),
		progressbar.OptionSetDescription(now.Step),
		progressbar.OptionClearOnFinish(),
	)
}

// wipe removes the bar, so that a line can be said in its place.
func (t *importTalk) wipe() {
	if t.bar != nil {
		_ = t.bar.Clear()
		t.bar = nil
	}
}

// importSummary says in a few words what was imported. Its numbers are plain, for
// programs read this line too.
func importSummary(result capture.ImportResult) string {
	r := result.Report
	noun := "events"
	if r.Lines == 1 {
		noun = "event"
	}
	dialect := ""
	if r.Dialect != "" {
		dialect = " (" + r.Dialect + ")"
	}
	return fmt.Sprintf("%s: %d %s%s in %.2f s", result.Status, r.Lines, noun, dialect, result.Elapsed.Seconds())
}

// brokenText tells of the lines that could not be read, or "".
func brokenText(r capture.ImportReport) string {
	switch {
	case r.Broken == 0:
		return ""
	case r.Broken == 1:
		return fmt.Sprintf("line %d is broken; it is kept as text", r.BrokenLines[0])
	}
	return fmt.Sprintf("%s are broken, the first is line %d; they are kept as text", plural(r.Broken, "line"), r.BrokenLines[0])
}

// next is the command that most people want after an import.
func (t *importTalk) next(id string) []string {
	words := []string{"runshelf", "show", id}
	if t.app.logsDir != "" {
		words = append(words, "--logs-dir", t.app.logsDir)
	}
	return words
}
