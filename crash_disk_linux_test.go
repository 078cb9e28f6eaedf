package runshelf_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"example.org/runshelf"
	"example.org/runshelf/event"
	"example.org/runshelf/internal/reliability"
	"example.org/runshelf/runshelftest"
	"example.org/runshelf/shelf"
)

// blockDisk is a real file system on a loop device, of which the power can be cut.
type blockDisk struct {
	t          *testing.T
	image, dir string
}

// newBlockDisk makes and mounts a file system, or skips the test, and tells why,
// where that cannot be done.
func newBlockDisk(t *testing.T, row, what, kind string) *blockDisk {
	t.Helper()
	temp := t.TempDir()
	d := &blockDisk{t: t, image: filepath.Join(temp, "image"), dir: filepath.Join(temp, "disk")}
	size := map[string]int64{"ext4": 128 << 20, "xfs": 320 << 20}[kind] // xfs makes none below 300 MB
	if err := os.WriteFile(d.image, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(d.image, size); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(d.dir, 0o777); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("mkfs."+kind, "-q", d.image).CombinedOutput(); err != nil {
		reliability.Skip(t, row, what, fmt.Sprintf("mkfs.%s cannot be run here: %v %.100s", kind, err, out))
	}
	if err := d.mount(); err != nil {
		reliability.Skip(t, row, what, "no loop device can be mounted here: "+err.Error())
	}
	t.Cleanup(func() { _ = syscall.Unmount(d.dir, syscall.MNT_DETACH) })
	return d
}

func (d *blockDisk) mount() error {
	if out, err := exec.Command("mount", "-o", "loop", d.image, d.dir).CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %.100s", err, strings.TrimSpace(string(out)))
	}
	return nil
}

// cutPower stops the file system at once: nothing that it holds in memory reaches
// the device any more, its journal included. See FS_IOC_SHUTDOWN in the sources of
// Linux, which ext4 and xfs have both.
func (d *blockDisk) cutPower() {
	d.t.Helper()
	const (
		shutdown   = 0x8004587d
		noLogFlush = uint32(2)
	)
	f, err := os.Open(d.dir)
	if err != nil {
		d.t.Fatal(err)
	}
	defer f.Close()
	how := noLogFlush
	if _, _, errno := syscall.Syscall(syscall.SYS_IOCTL, f.Fd(), shutdown, uintptr(unsafe.Pointer(&how))); errno != 0 {
		d.t.Fatalf("shutting the file system down: %v", errno)
	}
}

// unmount takes the file system away. A process that is being started by another
// test may hold a file of it for a moment.
func (d *blockDisk) unmount() {
	d.t.Helper()
	deadline := time.Now().Add(patience)
	err := syscall.Unmount(d.dir, 0)
	for ; err != nil && time.Now().Before(deadline); err = syscall.Unmount(d.dir, 0) {
		time.Sleep(10 * time.Millisecond)
	}
	if err != nil {
		d.t.Fatalf("unmounting: %v", err)
	}
}

// powerLevels are the levels that the power is cut at: how long a victim logs, how
// old an event must be to be there, and how often that is played at full length.
type powerLevel struct {
	row   string
	level runshelf.Durability
	// run is how long the victim logs before the cut, and lost how much of that the
	// level may lose.
	run, lost time.Duration
	times     int
}

func powerLevels() []powerLevel {
	long := time.Duration(reliability.Times(0, 5000)) * time.Millisecond
	return []powerLevel{
		{"A53", runshelf.DurabilityCrash, max(long, 300*time.Millisecond), 1500 * time.Millisecond, 10},
		{"A54", runshelf.DurabilityPower, 300 * time.Millisecond, 0, 25},
	}
}

// A53 power_cut and A54 power_cut_each_ack: what a level promises is there when the
// power has been cut, on real file systems.
func TestA53AndA54PowerCut(t *testing.T) {
	for _, kind := range []string{"ext4", "xfs"} {
		for _, level := range powerLevels() {
			t.Run(kind+" "+string(level.level), func(t *testing.T) {
				t.Parallel()
				what := fmt.Sprintf("power cut on %s, by the shutdown ioctl, while a program logs at the level %s", kind, level.level)
				times := reliability.Times(1, level.times)
				for i := range times {
					disk := newBlockDisk(t, level.row, what, kind)
					disk.play(level, 1+i%2*7)
					if t.Failed() {
						t.Fatalf("power cut number %d", i+1)
					}
				}
				reliability.Count(t, level.row, what, times)
			})
		}
	}
}

// play lets a victim log, cuts the power, and looks at what is left.
func (d *blockDisk) play(p powerLevel, producers int) {
	d.t.Helper()
	sizes := map[bool]string{true: "large", false: "small"}[producers == 1] // the disk is not to be full
	s := newStage(d.t, runshelf.CrashPlan{
		Logs: filepath.Join(d.dir, "logs"), Level: p.level, Producers: producers, Sizes: sizes,
		Events: 1 << 20, Pause: 2 * time.Millisecond, Finish: "wait",
	})
	earlier := s.earlierRun()
	cmd := s.command()
	if err := cmd.Start(); err != nil {
		d.t.Fatal(err)
	}
	needed := s.watch(p)
	d.cutPower()
	_ = cmd.Process.Kill()
	_ = cmd.Wait() // it was killed, and says so
	d.unmount()
	if err := d.mount(); err != nil {
		d.t.Fatal(err)
	}
	s.afterPowerCut(p, needed, earlier)
	d.unmount()
	_ = os.Remove(d.image) // it takes space, and there are many
}

// earlierRun makes a run that has ended well before the power goes.
func (s *stage) earlierRun() string {
	s.t.Helper()
	l, err := runshelf.NewEventLogger(runshelf.Options{LogsDir: s.plan.Logs, RunID: "earlier", SourceDir: os.TempDir()})
	if err != nil {
		s.t.Fatal(err)
	}
	l.Log("step")
	if err := l.Close(); err != nil {
		s.t.Fatal(err)
	}
	return l.Dir()
}

// watch lets the victim log as long as the level asks for, and returns how many
// events of each producer must be there if the power goes now.
func (s *stage) watch(p powerLevel) []int {
	s.t.Helper()
	for deadline := time.Now().Add(patience); runshelf.BoardWord(s.board, 0).Load() == 0; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			s.t.Fatal("the victim does not begin")
		}
	}
	needed := make([]int, s.plan.Producers)
	time.Sleep(max(0, p.run-p.lost))
	if p.run < p.lost {
		time.Sleep(p.run)
		return needed // all is younger than what may be lost
	}
	for producer := range needed {
		needed[producer] = s.acknowledged(producer)
	}
	time.Sleep(min(p.run, p.lost))
	return needed
}

// afterPowerCut looks at the shelf after the power cut, repairs, and looks again.
func (s *stage) afterPowerCut(p powerLevel, needed []int, earlier string) {
	s.t.Helper()
	runs, err := shelf.New(s.plan.Logs).Runs()
	if err != nil || len(runs) != 2 {
		s.t.Fatalf("%d runs, %v", len(runs), err)
	}
	if _, err := os.Stat(filepath.Join(s.plan.Logs, shelf.LatestLink)); err != nil {
		s.t.Errorf("latest does not resolve: %v", err)
	}
	run, err := shelf.OpenRun(earlier)
	if err != nil {
		s.t.Fatal(err)
	}
	if v, err := run.Verify(); err != nil || v.Verdict != shelf.VerdictIntact {
		s.t.Errorf("the earlier run: %+v, %v", v, err)
	}
	s.nulsAreTold()
	s.there(needed)
	if s.t.Failed() {
		return
	}
	done, err := shelf.New(s.plan.Logs).Repair(runshelf.CrashedRun)
	if err != nil || !done.After.Verdict.Sound() {
		s.t.Errorf("repairing: %+v, %v", done, err)
	}
	s.there(needed)
	if at := bytes.IndexByte(shownLog(s.t, s.dir()), 0); at >= 0 {
		s.t.Errorf("a NUL byte is left by the repair, at %d", at)
	}
	runshelftest.CheckRun(s.t, s.dir())
}

// nulsAreTold wants each NUL byte of a log to be among the faults that are named. A file
// system may know of a length before it has the last block: what was not synced then
// ends in such bytes. They are no part of an event, so nobody who shows events shows them.
func (s *stage) nulsAreTold() {
	s.t.Helper()
	run, err := shelf.OpenRun(s.dir())
	if err != nil {
		s.t.Fatal(err)
	}
	v, err := run.Verify()
	if err != nil {
		s.t.Fatal(err)
	}
	shown := shownLog(s.t, s.dir())
	for _, f := range v.Faults {
		if f.Kind == shelf.FaultNUL && f.File == shelf.EventsFile {
			shown = slices.Concat(shown[:f.Offset], bytes.Repeat([]byte("x"), int(f.Length)), shown[f.Offset+f.Length:])
		}
	}
	if at := bytes.IndexByte(shown, 0); at >= 0 {
		s.t.Errorf("a NUL byte that verify does not name, at %d of %d: %+v", at, len(shown), v)
	}
}

// there wants at least so many events of each producer in what is shown, in order.
func (s *stage) there(needed []int) {
	s.t.Helper()
	seen := make([]int, len(needed))
	for line := range bytes.Lines(shownLog(s.t, s.dir())) {
		e, err := event.Decode(line)
		if err != nil || e.Type != "step" {
			continue
		}
		producer, i := number(e, "producer"), number(e, "i")
		if seen[producer] != i {
			s.t.Fatalf("event %d is number %d of producer %d, behind %d", e.Sequence, i, producer, seen[producer])
		}
		seen[producer]++
	}
	for producer, want := range needed {
		if seen[producer] < want {
			s.t.Errorf("producer %d: %d events are there, %d must be", producer, seen[producer], want)
		}
	}
}
