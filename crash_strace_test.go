package runshelf_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"example.org/runshelf"
	"example.org/runshelf/internal/reliability"
	"example.org/runshelf/runshelftest"
	"example.org/runshelf/shelf"
)

// needStrace skips the test, with the reason, where no system call can be tampered
// with.
func needStrace(t *testing.T, row, what string) {
	t.Helper()
	path, err := exec.LookPath("strace")
	if err != nil {
		reliability.Skip(t, row, what, "strace is not installed")
	}
	out, err := exec.Command(path, "-f", "-qq", "-e", "trace=getpid", "-e", "inject=getpid:error=EIO", os.Args[0], "-test.list", "^$").CombinedOutput()
	if err != nil {
		reliability.Skip(t, row, what, fmt.Sprintf("strace cannot trace here: %v %.100s", err, out))
	}
}

// tampered runs the victim under strace, which does what with the calls, and
// returns what strace saw of them.
func (s *stage) tampered(calls, what string) (trace string, err error) {
	s.t.Helper()
	out := filepath.Join(s.t.TempDir(), "trace")
	cmd := s.command("strace", "-f", "-qq", "-o", out, "-e", "trace="+calls, "-e", "inject="+calls+":"+what)
	message, err := cmd.CombinedOutput()
	var code *exec.ExitError
	if err != nil && !errors.As(err, &code) {
		s.t.Fatalf("%v: %s", err, message)
	}
	text, readErr := os.ReadFile(out)
	if readErr != nil {
		s.t.Fatal(readErr)
	}
	return string(text), err
}

func killedBySignal(err error) bool {
	var code *exec.ExitError
	if !errors.As(err, &code) {
		return false
	}
	status, ok := code.Sys().(syscall.WaitStatus)
	return ok && (status.Signaled() && status.Signal() == syscall.SIGKILL || status.ExitStatus() == 128+int(syscall.SIGKILL))
}

// sweep kills victims of one kind at each of the calls in turn, up to most, until
// one survives, and calls look for each that was killed. It returns how many were.
func sweep(t *testing.T, stages func() *stage, calls string, most int, look func(s *stage)) int {
	t.Helper()
	n := 1
	for ; n <= most; n++ {
		s := stages()
		_, err := s.tampered(calls, fmt.Sprintf("signal=KILL:when=%d", n))
		if err != nil && !killedBySignal(err) {
			t.Fatalf("killed at %s number %d the victim ended with %v", calls, n, err)
		}
		if look(s); t.Failed() {
			t.Fatalf("it was killed at %s number %d", calls, n)
		}
		if err == nil {
			break
		}
	}
	return n - 1
}

// A25 kill_sweep and A26 kill_acknowledged: a program is killed at each system call
// that changes what is on disk.
func TestA25AndA26KilledAtSystemCalls(t *testing.T) {
	const what = "a program that logs, killed at a system call that changes the disk, each in turn: no acknowledged event lost"
	needStrace(t, "A26", what)
	var killed atomic.Int64
	t.Cleanup(func() { reliability.Count(t, "A26", what, int(killed.Load())) })
	for calls, most := range map[string]int{
		"pwrite64": 6, "write": 4, "fsync": 9, "fdatasync": 2, "ftruncate": 2, "unlinkat": 3,
		"renameat": 3, "symlinkat": 1, "mkdirat": 2, "munmap": 2, "fallocate": 2,
	} {
		t.Run(calls, func(t *testing.T) {
			t.Parallel()
			plan := runshelf.CrashPlan{
				Level: runshelf.DurabilityCrash, Producers: 1, Sizes: "huge", Events: 24, Finish: "close",
			}
			fresh := func() *stage {
				plan.Logs = filepath.Join(fastDir(t, true), "logs")
				return newStage(t, plan)
			}
			n := sweep(t, fresh, calls, reliability.Times(most, 200), func(s *stage) {
				if s.begun() {
					s.look()
					s.mend(2)
				}
			})
			killed.Add(int64(n))
		})
	}
}

// A28 tail_recovered_twice: a recovery is killed at each system call that it changes
// the run by.
func TestA28RecoveryKilledAtSystemCalls(t *testing.T) {
	const what = "a recovery of a tail, killed at a system call that changes the disk, each in turn"
	needStrace(t, "A28", what)
	var killed atomic.Int64
	t.Cleanup(func() { reliability.Count(t, "A28", what, int(killed.Load())) })
	busy := killedBusy(t, "huge")
	for _, calls := range []string{"pwrite64", "fsync", "ftruncate", "unlinkat", "renameat"} {
		t.Run(calls, func(t *testing.T) {
			t.Parallel()
			from := *busy
			from.t = t
			n := sweep(t, from.copy, calls, reliability.Times(8, 200), func(s *stage) {
				s.stillShown()
				s.finishRecovery()
			})
			killed.Add(int64(n))
		})
	}
}

// A50 eio_fsync: a disk that fails to sync is told of by Err, by Close and by the manifest. It is
// asked once: what it says later proves nothing.
func TestA50FailedSyncOfTheSystem(t *testing.T) {
	needStrace(t, "A50", "error from a system call: syncing a log fails with EIO")
	for _, level := range []runshelf.Durability{runshelf.DurabilityCrash, runshelf.DurabilityPower, runshelf.DurabilityEach} {
		t.Run(string(level), func(t *testing.T) {
			t.Parallel()
			s := newStage(t, runshelf.CrashPlan{Level: level, Producers: 1, Sizes: "small", Events: 20, Finish: "close"})
			trace, err := s.tampered("fdatasync", "error=EIO")
			if err != nil {
				t.Fatalf("the victim ended with %v", err)
			}
			if n := strings.Count(trace, "fdatasync("); n != 1 {
				t.Errorf("the log was synced %d times, want 1:\n%s", n, trace)
			}
			r := s.report()
			if wantErr := level == runshelf.DurabilityPower; strings.Contains(r.Err, "input/output error") != wantErr {
				t.Errorf("Err said %q", r.Err)
			}
			if !strings.Contains(r.Close, "input/output error") || r.Dropped != 0 {
				t.Errorf("Close said %q", r.Close)
			}
			run, err := shelf.OpenRun(s.dir())
			if err != nil || !strings.Contains(run.Manifest.Logger.Error, "input/output error") {
				t.Errorf("the manifest says %+v, %v", run, err)
			}
			runshelftest.CheckRun(t, s.dir())
			s.shown = shownLog(t, s.dir())
			s.complete()
		})
	}
}

// A disk that fails from some moment on is told of too, if anything can still be
// said: by an error of the beginning, which leaves nothing behind, or of the end.
func TestA50DiskThatSyncsNoMore(t *testing.T) {
	needStrace(t, "A50", "error from a system call: syncing fails with EIO from some call on")
	for n := 1; n <= 16; n++ {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			t.Parallel()
			s := newStage(t, runshelf.CrashPlan{
				Level: runshelf.DurabilityPower, Producers: 1, Sizes: "small", Events: 5, Finish: "close",
			})
			trace, _ := s.tampered("fsync,fdatasync", fmt.Sprintf("error=EIO:when=%d+", n))
			if !strings.Contains(trace, "INJECTED") {
				return
			}
			r := s.report()
			if r.Open == "" && !strings.Contains(r.Close, "input/output error") {
				t.Errorf("Close said %q\n%s", r.Close, trace)
			}
			if r.Open != "" {
				s.nothingLeft()
				return
			}
			run, err := shelf.OpenRun(s.dir())
			if err != nil || !strings.Contains(run.Manifest.Logger.Error, "input/output error") {
				t.Errorf("the manifest says %+v, %v\n%s", run, err, trace)
			}
		})
	}
}

// nothingLeft wants no run after a start that failed.
func (s *stage) nothingLeft() {
	s.t.Helper()
	if _, err := os.Lstat(s.dir()); err == nil {
		s.t.Error("a run that could not begin is there")
	}
	if _, err := os.Lstat(filepath.Join(s.plan.Logs, shelf.LatestLink)); err == nil {
		s.t.Error("a run that could not begin is the latest")
	}
}
