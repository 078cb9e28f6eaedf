package runshelf_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"example.org/runshelf"
	"example.org/runshelf/internal/reliability"
	"example.org/runshelf/runshelftest"
)

// kills is how many victims each of the two dozen kinds of them has: at full
// length a thousand together.
func kills() int { return reliability.Times(defaultKills, 42) }

// eventsOf keeps a victim within a few megabytes: it may have come to its end, and
// be idle, when it is killed.
func eventsOf(sizes string, producers int) int {
	return map[string]int{"small": 4000, "large": 240, "huge": 48, "blob": 80, "batches": 8000}[sizes] / producers
}

func plans() []runshelf.CrashPlan {
	var all []runshelf.CrashPlan
	for _, level := range []runshelf.Durability{runshelf.DurabilityCrash, runshelf.DurabilityEach, runshelf.DurabilityPower} {
		for _, producers := range []int{1, 8} {
			for _, sizes := range runshelf.CrashSizes() {
				all = append(all, runshelf.CrashPlan{
					Level: level, Producers: producers, Sizes: sizes, Events: eventsOf(sizes, producers), Finish: "wait",
				})
			}
		}
	}
	return all
}

// fastDir returns a directory in memory, where there is one and memory is wanted,
// and else on the disk. A killed process leaves the same on both, but for how a
// write is cut; waiting for syncs is what takes the time of these tests.
func fastDir(t *testing.T, memory bool) string {
	t.Helper()
	const shared = "/dev/shm"
	if info, err := os.Stat(shared); !memory || err != nil || !info.IsDir() {
		return t.TempDir()
	}
	dir, err := os.MkdirTemp(shared, "runshelf-test-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

func planName(p runshelf.CrashPlan) string {
	return fmt.Sprintf("%s_%d_%s", p.Level, p.Producers, p.Sizes)
}

// A26 kill_acknowledged: a program is killed at a random moment. All that it had
// been told is logged is there, in order, once, as it was given; and stays when the
// run is recovered or repaired.
func TestA26KilledAtAnyMoment(t *testing.T) {
	n := kills()
	var killed atomic.Int64
	t.Cleanup(func() {
		reliability.Count(t, "A26", "programs that log, kill -9 at a random moment: no acknowledged event lost, each run listed, verified and repaired", int(killed.Load()))
	})
	for _, plan := range plans() {
		t.Run(planName(plan), func(t *testing.T) {
			t.Parallel() // much of the time goes into waiting for victims and the disk
			rng := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 1))
			begun := 0
			for i := range n {
				wait := time.Duration(rng.Int64N(int64(12 * time.Millisecond)))
				plan.Logs = filepath.Join(fastDir(t, i%3 != 0), "logs")
				s := newStage(t, plan)
				s.killAfter(wait, i%6 == 5)
				if s.begun() {
					begun++
					s.look()
					s.mend(i)
				}
				killed.Add(1)
				if t.Failed() {
					t.Fatalf("it was killed after %v", wait)
				}
			}
			if begun == 0 {
				t.Error("no victim had begun when it was killed")
			}
		})
	}
}

// The other two ways in which a program goes without a word.
func TestA26PanicAndExitLoseNothing(t *testing.T) {
	codes := map[string]int{"panic": 2, "exit": 3}
	for i, plan := range plans() {
		plan.Finish, plan.Events = []string{"panic", "exit"}[i%2], max(plan.Events/8, 6)
		t.Run(planName(plan)+"_"+plan.Finish, func(t *testing.T) {
			t.Parallel()
			plan.Logs = filepath.Join(fastDir(t, true), "logs")
			s := newStage(t, plan)
			var code *exec.ExitError
			if err := s.command().Run(); !errors.As(err, &code) || code.ExitCode() != codes[plan.Finish] {
				t.Fatalf("the victim ended with %v", err)
			}
			if !s.begun() || s.acknowledged(0) != plan.Events {
				t.Fatalf("%d events were acknowledged", s.acknowledged(0))
			}
			s.look()
			s.recover(false)
		})
	}
}

// A28 tail_recovered_twice: a recovery is killed, again and again, and then done to the end. At every moment
// the events shown are those that were shown before.
func TestA28KilledRecovery(t *testing.T) {
	for _, sizes := range []string{"small", "huge"} {
		t.Run(sizes, func(t *testing.T) {
			t.Parallel()
			s := killedBusy(t, sizes)
			rng := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 2))
			for range kills() {
				again := s.copy()
				for range 3 {
					again.killAfter(time.Duration(rng.Int64N(int64(10*time.Millisecond))), true)
					again.stillShown()
				}
				again.finishRecovery()
			}
		})
	}
}

// killedBusy returns a victim that was killed at work, with a tail.
func killedBusy(t *testing.T, sizes string) *stage {
	t.Helper()
	s := newStage(t, runshelf.CrashPlan{
		Level: runshelf.DurabilityCrash, Producers: 2, Sizes: sizes, Events: eventsOf(sizes, 2), Finish: "wait",
	})
	s.killAfter(3*time.Millisecond, false)
	if !s.begun() {
		t.Fatal("the victim made no run")
	}
	s.look()
	return s
}

// copy returns a victim that recovers a copy of the run.
func (s *stage) copy() *stage {
	s.t.Helper()
	plan := s.plan
	plan.Finish = "recover"
	plan.Logs = filepath.Join(fastDir(s.t, true), "logs")
	again := newStage(s.t, plan)
	if err := os.CopyFS(again.plan.Logs, os.DirFS(s.plan.Logs)); err != nil {
		s.t.Fatal(err)
	}
	again.shown = s.shown
	return again
}

func (s *stage) stillShown() {
	s.t.Helper()
	if got := shownLog(s.t, s.dir()); string(got) != string(s.shown) {
		s.t.Fatalf("in the middle of a recovery %d bytes are shown, %d were before", len(got), len(s.shown))
	}
}

// finishRecovery recovers to the end, twice.
func (s *stage) finishRecovery() {
	s.t.Helper()
	var before string
	for _, when := range []string{"first", "second"} {
		if out, err := s.command().CombinedOutput(); err != nil {
			s.t.Fatalf("recovering: %v: %s", err, out)
		}
		s.recovered(when)
		if after := eventsSnapshot(s.t, s.dir()); when == "second" && after != before {
			s.t.Errorf("a second recovery changed the log: %s, %s", before, after)
		}
		before = eventsSnapshot(s.t, s.dir())
	}
	runshelftest.CheckRun(s.t, s.dir())
}

// eventsSnapshot describes the file of the events alone.
func eventsSnapshot(t *testing.T, dir string) string {
	t.Helper()
	info, err := os.Stat(filepath.Join(dir, "events.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(info.Size(), info.ModTime())
}
