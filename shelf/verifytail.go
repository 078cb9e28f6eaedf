package shelf

import "example.org/runshelf/internal/vfs"

// checkTail looks whether the log of a killed writer still reaches the place where
// its tail belongs. What the tail holds was written behind all that came before, so
// a log that is shorter has lost its end: to whoever cut it, or to a power cut that
// spared the newer bytes. A run that lives grows while it is read and is not judged.
func (x *examination) checkTail(fsys vfs.FS, v *Verification, r *Run) {
	if r.Status == StatusRunning || r.Status == StatusUnknown || r.Manifest.UUID == "" {
		return
	}
	tail, there, err := unmovedTail(fsys, r)
	size := x.survey.size
	if err == nil && there && len(tail.content) > 0 && tail.offset > size {
		v.add(Fault{FaultCutOff, EventsFile, size, tail.offset - size, 0, x.lastSequence() + 1})
	}
}
