package shelf

import (
	"bytes"
	"errors"
	"io/fs"
	"slices"
	"strings"
)

// seal is what the manifest says of the whole log. A nil seal says nothing.
type seal struct{ EventCounts }

// sealOf returns the seal of a run that has one: its writer came to the end, or a
// repair did. A writer that was told to leave the digest out leaves a seal by
// which missing and added lines are found, but not each changed byte.
func sealOf(m *Manifest) *seal {
	if m.Events.SHA256 == "" && m.Events.Bytes == 0 {
		return nil
	}
	return &seal{m.Events}
}

// hasDigest reports whether the seal knows every byte.
func (s *seal) hasDigest() bool { return s != nil && s.SHA256 != "" }

func (s *seal) length() int64 {
	if s == nil {
		return 0
	}
	return s.Bytes
}

func (s *seal) lastSequence() uint64 {
	if s == nil {
		return 0
	}
	return s.LastSequence
}

// is reports whether a digest is the sealed one.
func (s *seal) is(sum string) bool { return strings.EqualFold(s.SHA256, sum) }

// whole reports whether the log is what was sealed, to the byte.
func (s *seal) whole(v *survey) bool {
	return s != nil && v.size == s.Bytes && (!s.hasDigest() || s.is(v.sum.sum()))
}

// begins reports whether the log begins with all that was sealed.
func (s *seal) begins(v *survey) bool { return s.hasDigest() && s.is(v.sum.prefix) }

// fits reports whether the figures beside the digest are true. Another writer may have
// left out how many events of each type there are. Of a log that begins with a log_gap the
// first sequence may be the first that it stands for, or its own.
func (s *seal) fits(v *survey) bool {
	c := v.counts(s.Dropped)
	return c.Count == s.Count && (c.FirstSequence == s.FirstSequence || v.opening == s.FirstSequence) && c.LastSequence == s.LastSequence &&
		(len(s.ByType) == 0 || sameTypes(s.ByType, c.ByType))
}

// sameTypes reports whether stated figures by type are those of the log. Under "" a writer
// counts the types together that were too many to be counted by name.
func sameTypes(stated, counted map[string]uint64) bool {
	others, named := stated[""], 0
	for kind, n := range counted {
		switch m, ok := stated[kind]; {
		case ok && kind != "":
			if named++; m != n {
				return false
			}
		case n > others:
			return false
		default:
			others -= n
		}
	}
	if _, ok := stated[""]; ok {
		named++
	}
	return others == 0 && named == len(stated)
}

// manifestFault says what is wrong with run.json itself.
func manifestFault(r *Run) FaultKind {
	switch {
	case errors.Is(r.Problem, fs.ErrNotExist), r.Problem != nil && r.stored != nil && len(r.stored) == 0:
		return FaultManifestMissing
	case r.Problem == nil && r.Manifest.remarksOnly():
		return FaultManifestMissing // none was there when a person said something about the run
	case r.Problem != nil, r.Manifest.Status == "" && r.Manifest.Events.SHA256 == "":
		return FaultManifestBroken
	}
	return ""
}

// remarksOnly reports whether the manifest holds nothing but what [Shelf.Edit] puts into
// one that it has to make.
func (m *Manifest) remarksOnly() bool {
	made := Manifest{Format: ManifestFormat, RunID: m.RunID, Name: m.Name, Tags: m.Tags, Notes: m.Notes, Pinned: m.Pinned}
	want, err := encodeManifest(&made)
	got, otherErr := encodeManifest(m)
	return err == nil && otherErr == nil && bytes.Equal(got, want)
}

// judge notes the faults of a log, in the order of their places.
func (x *examination) judge(v *Verification, r *Run) {
	v.Events, v.Bytes, v.Dropped = x.survey.count, x.survey.size, max(x.survey.dropped, r.Manifest.Events.Dropped)
	if x.manifest != "" {
		v.add(Fault{Kind: x.manifest, File: ManifestFile})
	}
	faults := x.lineFaults(r)
	faults = append(faults, x.sealFaults(r, faults)...)
	slices.SortStableFunc(faults, func(a, b Fault) int { return int(min(1, max(-1, a.Offset-b.Offset))) })
	for _, f := range faults {
		v.add(f)
	}
}

// lineFaults are those that the lines tell by themselves.
func (x *examination) lineFaults(r *Run) []Fault {
	faults := x.badFaults(r)
	for _, s := range x.plan.strays {
		kind := FaultDuplicate
		switch last := x.seal.lastSequence(); {
		case s.placed:
			kind = FaultReorder
		case last > 0 && s.first > last:
			kind = FaultAdded
		}
		faults = append(faults, Fault{kind, EventsFile, s.offset, s.length(), s.line, s.first})
	}
	faults = append(faults, x.gapFaults()...)
	if n := len(x.survey.segments); n > 0 && x.survey.segments[n-1].unended && x.survey.segments[n-1].end == x.survey.size && r.Status != StatusRunning {
		g := x.survey.segments[n-1]
		faults = append(faults, Fault{FaultTorn, EventsFile, g.end, 0, g.line + g.lines - 1, g.last})
	}
	return faults
}

// badFaults are the lines that are no events. What a living writer has not
// finished is no fault.
func (x *examination) badFaults(r *Run) []Fault {
	var faults []Fault
	for _, b := range x.survey.bad {
		if b.fault.Kind != FaultTorn || r.Status != StatusRunning {
			faults = append(faults, b.fault)
		}
	}
	return faults
}

// gapFaults are the places where lines are missing, but for the end. Where a bad
// line stands in the place of the missing one, that is told already.
func (x *examination) gapFaults() []Fault {
	var faults []Fault
	for _, h := range x.plan.holes {
		i, _ := slices.BinarySearchFunc(x.plan.pieces, h.last, func(p piece, last uint64) int {
			if p.first > last {
				return 1
			}
			return -1
		})
		if i == len(x.plan.pieces) {
			continue
		}
		next := x.plan.pieces[i]
		if x.badLinesBefore(i) < h.last-h.first+1 {
			faults = append(faults, Fault{FaultGap, EventsFile, next.offset, 0, next.line, h.first})
		}
	}
	return faults
}

// badLinesBefore counts the lines that are no events between a piece and the one
// before it.
func (x *examination) badLinesBefore(i int) uint64 {
	var from int64
	if i > 0 {
		from = x.plan.pieces[i-1].end
	}
	first, _ := slices.BinarySearchFunc(x.survey.bad, from, func(b badRange, from int64) int {
		return int(min(1, max(-1, b.offset-from)))
	})
	var lines int64
	for _, b := range x.survey.bad[first:] {
		if b.end > x.plan.pieces[i].offset {
			break
		}
		lines += b.lines
	}
	return uint64(lines)
}

// sealFaults are those that only the manifest, or the index, brings to light.
func (x *examination) sealFaults(r *Run, lines []Fault) []Fault {
	s, size, known := x.seal, x.survey.size, len(lines) > 0
	switch {
	case s == nil && known:
		return nil // lines may be missing, and then all that follows is somewhere else
	case s == nil:
		return x.changedFaults(nil)
	case s.whole(x.survey):
		if !s.fits(x.survey) && !known {
			return []Fault{{Kind: FaultManifestCount, File: ManifestFile}}
		}
		if !s.hasDigest() {
			return x.changedFaults(lines)
		}
		return nil
	case x.foreign:
		return []Fault{{Kind: FaultManifestForeign, File: ManifestFile}}
	case size < s.Bytes && x.lacksEnd():
		return []Fault{{FaultCutOff, EventsFile, size, s.Bytes - size, 0, x.lastSequence() + 1}}
	case s.begins(x.survey) && !known:
		return []Fault{{FaultAdded, EventsFile, s.Bytes, size - s.Bytes, 0, 0}}
	case size == s.Bytes && len(x.survey.changed) > 0:
		return x.changedFaults(lines)
	case !known:
		return []Fault{{Kind: FaultChanged, File: EventsFile, Length: size}}
	}
	return nil
}

// lacksEnd reports whether the sealed log goes on behind the last line.
func (x *examination) lacksEnd() bool {
	return x.lastSequence() < x.seal.LastSequence || x.survey.torn()
}

func (x *examination) lastSequence() uint64 {
	if n := len(x.plan.pieces); n > 0 {
		return x.plan.pieces[n-1].last
	}
	return 0
}

// verdict sums the faults up.
func (x *examination) verdict(v *Verification, r *Run) Verdict {
	cut, torn, missing, other := 0, 0, 0, 0
	for _, f := range v.Faults {
		switch f.Kind {
		case FaultCutOff:
			cut++
		case FaultTorn:
			torn++
		case FaultManifestMissing:
			missing++
		default:
			other++
		}
	}
	killed := r.Status == StatusCrashed || r.Status == StatusRunning
	switch {
	case other > 0 || v.FaultCount > len(v.Faults), torn > 0 && cut == 0 && !killed:
		return VerdictDamaged
	case cut > 0:
		return VerdictTruncated
	case !x.seal.hasDigest() || missing > 0:
		return VerdictUnsealed
	case v.Dropped > 0:
		return VerdictGap
	}
	return VerdictIntact
}
