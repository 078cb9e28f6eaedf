package shelf

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"example.org/runshelf/internal/vfs"
)

// Finding is one thing that was looked at.
type Finding struct {
	// Good says that nothing is wrong with it.
	Good bool
	// Subject is what was looked at: "shelf", "disk", "latest", a run id.
	Subject string
	// Message says what was found, and Advice what to do about it.
	Message, Advice string
}

const (
	// fewBytes and fewFiles are when a disk is nearly full.
	fewBytes = 100 << 20
	fewFiles = 1000
	// clockSlack is how far in the future a start may lie before the clock is
	// doubted.
	clockSlack = time.Minute
	// findingsKept bounds how many runs are named for one reason.
	findingsKept = 20
	// shortLog is the longest log, in bytes, that is read to find out whether a killed
	// run has output that became no events.
	shortLog = 1 << 20
)

// Examine looks at the shelf and at what the machine gives it, and returns what it
// found, the good and the bad. It reads no events, for which there is [Run.Verify], but
// those of a killed program of which there are few, and writes nothing.
func (s *Shelf) Examine(now time.Time) []Finding {
	d := &doctor{shelf: s, now: now}
	if !d.checkShelf() {
		return d.findings
	}
	d.checkDisk()
	d.checkLocks()
	runs, err := s.Runs()
	if err != nil {
		d.bad("shelf", err.Error(), "check who may read the directory")
		return d.findings
	}
	d.checkLatest(runs)
	d.checkRuns(runs)
	d.checkTrash()
	d.checkLeftovers()
	return d.findings
}

// doctor collects findings.
type doctor struct {
	shelf    *Shelf
	now      time.Time
	findings []Finding
}

func (d *doctor) good(subject, message string) {
	d.findings = append(d.findings, Finding{Good: true, Subject: subject, Message: message})
}

func (d *doctor) bad(subject, message, advice string) {
	d.findings = append(d.findings, Finding{Subject: subject, Message: message, Advice: advice})
}

// checkShelf reports whether there is a shelf to look at.
func (d *doctor) checkShelf() bool {
	dir := d.shelf.dir
	target, err := filepath.EvalSymlinks(dir)
	if errors.Is(err, fs.ErrNotExist) {
		d.bad("shelf", dir+" does not exist", "the first run makes it; or name another one with --logs-dir")
		return false
	}
	info, statErr := d.shelf.fs.Lstat(target)
	switch {
	case err != nil || statErr != nil:
		d.bad("shelf", errors.Join(err, statErr).Error(), "check who may read the directory")
		return false
	case !info.IsDir():
		d.bad("shelf", dir+" is no directory", "name another one with --logs-dir")
		return false
	}
	if err := vfs.MayWrite(target); err != nil {
		d.bad("shelf", dir+" can be read but not written: "+causeOf(err),
			"runs are neither made nor changed here without the right to; or name another one with --logs-dir")
		return true
	}
	d.good("shelf", dir+" is a directory")
	return true
}

// causeOf is what the system says, without the name of the file.
func causeOf(err error) string {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err.Error()
	}
	return err.Error()
}

// SizeText is a number of bytes for people, in decimal units, as disks are sold and
// `ls -h` with --si shows.
func SizeText(n int64) string {
	if n < 1000 {
		return fmt.Sprintf("%d B", n)
	}
	size, units := float64(n)/1000, "kMGTPE"
	for size >= 999.95 && len(units) > 1 {
		size, units = size/1000, units[1:]
	}
	return fmt.Sprintf("%.1f %cB", size, units[0])
}

func (d *doctor) checkDisk() {
	space, err := vfs.FreeSpace(d.shelf.dir)
	if err != nil {
		return // this system does not tell
	}
	const frees = "runshelf prune and runshelf trash --empty free some"
	switch {
	case space.Bytes < fewBytes:
		d.bad("disk", SizeText(int64(space.Bytes))+" are left", frees)
	case space.HasFiles && space.Files < fewFiles:
		d.bad("disk", fmt.Sprintf("%d more files can be made", space.Files), frees)
	default:
		d.good("disk", SizeText(int64(space.Bytes))+" are left")
	}
}

// checkLocks looks whether living runs can be told from dead ones here.
func (d *doctor) checkLocks() {
	if d.shelf.host.remote(d.shelf.dir) {
		d.bad("locks", "the shelf is on a network file system, where the locks of other machines cannot be seen",
			"keep the shelf on a local disk; runs of other machines show as unknown and are never removed")
		return
	}
	f, err := d.shelf.fs.OpenFile(d.shelf.dir, 0, 0)
	if err != nil {
		return
	}
	defer f.Close()
	if _, err := vfs.TryLock(f); err != nil {
		d.bad("locks", err.Error(), "without locks a killed run shows as unknown; keep the shelf on another disk")
		return
	}
	d.good("locks", "work here")
}

func (d *doctor) checkLatest(runs []*Run) {
	link := filepath.Join(d.shelf.dir, LatestLink)
	info, err := d.shelf.fs.Lstat(link)
	id := latestID(d.shelf.fs, d.shelf.dir)
	named := slices.ContainsFunc(runs, func(r *Run) bool { return r.ID == id })
	switch {
	case err == nil && info.Mode()&fs.ModeSymlink == 0:
		d.bad("latest", link+" is no link and is left alone", "move it away; the next run makes the link")
	case named:
		d.good("latest", "names "+id)
	case id != "":
		d.bad("latest", "names "+id+", which is not there", "the next run, or runshelf prune --yes, puts it right")
	case err == nil:
		d.bad("latest", link+" leads out of the shelf", "remove the link; the next run makes it again")
	case len(runs) > 0:
		d.bad("latest", "is missing", "the next run makes it again; until then the newest run by its start is meant")
	}
}

// complaint is a reason to name runs.
type complaint struct {
	applies         func(*Run) bool
	message, advice string
	caused          bool // the message goes on with what is wrong with the manifest
}

func (d *doctor) checkRuns(runs []*Run) {
	for _, c := range d.complaints() {
		count := 0
		for _, r := range runs {
			if !c.applies(r) {
				continue
			}
			if count++; count > findingsKept {
				continue
			}
			message := c.message
			if c.caused {
				message += ": " + r.Problem.Error()
			}
			d.bad(r.ID, message, strings.ReplaceAll(c.advice, "RUN", r.ID))
		}
		if more := count - findingsKept; more > 0 {
			d.bad("runs", fmt.Sprintf("%d more: %s", more, c.message), "")
		}
	}
	living := 0
	for _, r := range runs {
		if r.Status == StatusRunning {
			living++
		}
	}
	d.good("runs", fmt.Sprintf("%d, of which %d live", len(runs), living))
}

func (d *doctor) complaints() []complaint {
	state := func(r *Run, name string) error {
		_, err := d.shelf.fs.Lstat(filepath.Join(r.Dir, name))
		return err
	}
	here := func(r *Run, name string) bool { return state(r, name) == nil }
	missing := func(r *Run, name string) bool { return errors.Is(state(r, name), fs.ErrNotExist) }
	barred := func(r *Run) bool { return errors.Is(r.Problem, fs.ErrPermission) }
	unknown := func(r *Run) bool { return r.Status == StatusUnknown && r.Problem == nil }
	return []complaint{
		{func(r *Run) bool { return r.Manifest.Format > ManifestFormat }, "it is of a newer format than this version knows", "use a newer version for it", false},
		{barred, "it may not be read", "ask its owner for the right to read it", true},
		{func(r *Run) bool { return r.Problem != nil && !barred(r) }, "its manifest cannot be read", "runshelf repair RUN makes it again from the events", true},
		{func(r *Run) bool { return missing(r, EventsFile) }, "it has no events.jsonl", "runshelf repair RUN accounts for the loss", false},
		{func(r *Run) bool { return r.Status == StatusCrashed && here(r, TailFile) }, "its writer was killed, and its last events are still in its tail", "they are shown all the same; runshelf repair RUN moves them into the log", false},
		{func(r *Run) bool { return r.Status == StatusCrashed && !here(r, TailFile) }, "its writer was killed, or the machine went down", "runshelf verify RUN says whether its log is sound", false},
		{func(r *Run) bool { return r.Status == StatusCrashed && hasSide(d.shelf.fs, r) }, "the last lines of its side channel may not be among its events", "runshelf verify RUN says which; they stay in its " + SideFile, false},
		{mayLackOutput, "the last lines of its output may not be among its events", "runshelf verify RUN says which; they stay in its " + StdoutFile + " and " + StderrFile, false},
		{func(r *Run) bool { return unknown(r) && r.Manifest.Status == "" }, "how it ended is not known, since its manifest says nothing of it", "a policy never removes it; runshelf rm RUN does", false},
		{func(r *Run) bool { return unknown(r) && r.Manifest.Status != "" }, "whether it lives cannot be told", "ask on the machine where it ran; it is never removed by a policy", false},
		{func(r *Run) bool { return r.Manifest.Logger.Error != "" }, "its writer had trouble with the disk", "runshelf show RUN says which", false},
		{func(r *Run) bool { return r.Start.After(d.now.Add(clockSlack)) }, "it started in the future", "set the clock of the machine right", false},
	}
}

// mayLackOutput reports whether the output of a killed program has lines that are no
// events, or its log is too long to be looked at for that.
func mayLackOutput(r *Run) bool {
	isOutput := func(s stream) bool { return s != streamSide }
	if !slices.ContainsFunc(leftStreams(vfs.OS(), r), isOutput) {
		return false
	}
	left, looked, _ := r.UnrecordedWithin(shortLog) // what cannot be read is told of elsewhere
	return !looked || slices.ContainsFunc(left, func(u Unrecorded) bool { return u.File != SideFile })
}

func (d *doctor) checkTrash() {
	trashed, err := d.shelf.Trash()
	var size int64
	for _, t := range trashed {
		size += t.Bytes
	}
	switch {
	case err != nil:
		d.bad("trash", err.Error(), "")
	case len(trashed) > 0:
		d.good("trash", fmt.Sprintf("%s of removed runs (%d), which runshelf trash --empty frees", SizeText(size), len(trashed)))
	}
}

// checkLeftovers looks for what killed processes have left.
func (d *doctor) checkLeftovers() {
	entries, err := d.shelf.trashEntries()
	if err == nil && slices.ContainsFunc(entries, func(name string) bool { return strings.HasPrefix(name, gonePrefix) }) {
		d.bad("trash", "a removal was stopped in the middle", "runshelf trash --empty, or the next prune --yes, goes on with it")
	}
	all, err := d.shelf.fs.ReadDir(d.shelf.dir)
	if err != nil {
		return
	}
	for _, e := range all {
		if strings.HasPrefix(e.Name(), "."+LatestLink+".new") || strings.HasPrefix(e.Name(), "."+latestText+".new") {
			d.bad("shelf", e.Name()+" was left by a killed process", "it may be removed")
		}
		if e.IsDir() && d.isStillborn(e.Name()) {
			d.bad("shelf", e.Name()+" is no run: its writer was killed before it had made the files", "it holds nothing and may be removed")
		}
	}
}

// isStillborn reports whether a directory is what a start leaves that was killed
// at once: a lock that nobody holds, and nothing else.
func (d *doctor) isStillborn(name string) bool {
	if ValidateID(name) != nil {
		return false
	}
	dir := filepath.Join(d.shelf.dir, name)
	entries, err := d.shelf.fs.ReadDir(dir)
	if err != nil || len(entries) != 1 || entries[0].Name() != LockFile {
		return false
	}
	held, err := d.shelf.host.locked(filepath.Join(dir, LockFile))
	return err == nil && !held
}
