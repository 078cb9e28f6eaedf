package capture

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"example.org/runshelf"
	"example.org/runshelf/event"
)

// troubles are what went wrong while the program ran, in words.
type troubles struct{ said []string }

// note adds an error; nil adds nothing.
func (t *troubles) note(what string, err error) {
	if err != nil {
		t.said = append(t.said, what+": "+err.Error())
	}
}

// finish ends the run and tells, at once and in one line, what was lost.
func (r *running) finish() Result {
	elapsed := time.Since(r.started)
	code, signal := r.child.exit()
	status, reason := r.verdict(code, signal)
	r.noteStreams()
	kept := r.keepFiles()
	r.note("the side channel", r.side.close(r.needsSide))
	metrics, digits := r.metrics.final()
	outcome := runshelf.Outcome{
		Status: status, Reason: reason, Signal: signal,
		Metrics: metrics,
		Extra:   map[string]json.RawMessage{ManifestMember: r.summary()},
	}
	if state := r.child.cmd.ProcessState; state != nil {
		outcome.Usage = usageOf(state)
	}
	if signal == "" {
		outcome.ExitCode = &code
	}
	if len(kept) > 0 {
		outcome.Extra["artifacts"] = event.AppendValue(nil, kept)
	}
	if digits != nil {
		outcome.Extra["metrics"] = digits
	}
	r.log.End(outcome)
	r.note("the run", bare(r.log.Close()))
	if len(r.said) > 0 {
		r.Warn(strings.Join(r.said, "; "))
	}
	return Result{ID: r.log.RunID(), Dir: r.log.Dir(), Status: status, Reason: reason, Code: code, Elapsed: elapsed}
}

// needsSide reports whether the file of the side channel must stay: when not all
// of its lines stand in the log, or one who writes to it may still live.
func (r *running) needsSide() bool {
	return r.side.rec.lines > 0 && (r.log.Err() != nil || r.child.group.alive())
}

// noteStreams tells what of the output was not kept, or not passed on.
func (r *running) noteStreams() {
	held := []string{}
	for _, s := range r.child.streams {
		if !s.over() {
			r.note(s.name, errors.New("the rest of the output was not taken"))
			continue
		}
		r.note(s.name+".log", s.log.close(r.Run.Durability == runshelf.DurabilityPower))
		if s.outErr != nil && !gone(s.outErr) {
			r.note(s.name, fmt.Errorf("%d bytes could not be passed on: %w", s.outLost, s.outErr))
		}
		if s.held {
			held = append(held, s.name)
		}
	}
	if len(held) > 0 {
		r.Warn(fmt.Sprintf("the program has ended, and a process that it started still holds its %s open; what that writes is not kept",
			strings.Join(held, " and ")))
	}
}

// bare leaves out the name with which the logger's errors begin.
func bare(err error) error {
	if err == nil {
		return nil
	}
	return errors.New(strings.ReplaceAll(strings.TrimPrefix(err.Error(), "runshelf: "), "\n", "; "))
}
