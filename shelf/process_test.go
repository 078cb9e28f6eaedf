package shelf

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"testing"

	"example.org/runshelf/internal/vfs"
)

// childRole, when set, makes the test binary play a process of its own: some
// rows are about processes, and nothing else locks and dies as one.
const childRole = "RUNSHELF_SHELF_TEST_ROLE"

func TestMain(m *testing.M) {
	switch role := os.Getenv(childRole); role {
	case "":
		os.Exit(m.Run())
	case "create":
		exitWith(createOne(os.Args[1], os.Args[2]))
	case "live":
		exitWith(liveUntilKilled(os.Args[1]))
	case "prune":
		exitWith(pruneAll(os.Args[1], os.Args[2] == "purge"))
	case "hold":
		exitWith(holdLock(os.Args[1]))
	}
}

func exitWith(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// ready tells the parent that the child stands at the line and waits to be
// released.
func ready() {
	fmt.Println("ready")
	io.Copy(io.Discard, os.Stdin)
}

// createOne makes a run with its own seed, name and event, and ends it.
func createOne(dir, number string) error {
	seed, err := strconv.ParseUint(number, 10, 64)
	if err != nil {
		return err
	}
	ready()
	l, err := New(dir).Create(CreateOptions{Manifest: Manifest{Name: "n" + number, Seed: &seed}})
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(l.Events(), "{\"sequence\":1,\"event_type\":\"x\",\"i\":%s}\n", number); err != nil {
		return err
	}
	if err := l.Update(func(m *Manifest) { m.Status = StatusCompleted }); err != nil {
		return err
	}
	return l.Close()
}

func liveUntilKilled(dir string) error {
	l, err := New(dir).Create(CreateOptions{})
	if err != nil {
		return err
	}
	ready()
	return l.Close()
}

func holdLock(path string) error {
	f, err := vfs.OS().OpenFile(path, os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		return err
	}
	if held, err := vfs.TryLock(f); !held {
		return fmt.Errorf("lock not held: %w", err)
	}
	ready()
	return f.Close()
}

// child is a process that stands at the line, or is on its way there.
type child struct {
	*exec.Cmd
	stdin  io.Closer
	stdout io.Reader
}

// release lets the child go on.
func (c child) release() { c.stdin.Close() }

// await returns when the child is ready.
func (c child) await(t *testing.T) {
	t.Helper()
	if line, err := bufio.NewReader(c.stdout).ReadString('\n'); line != "ready\n" {
		t.Fatalf("the child said %q: %v", line, err)
	}
}

// spawn starts a process.
func spawn(t *testing.T, role string, args ...string) child {
	t.Helper()
	c := child{Cmd: exec.Command(os.Args[0], args...)}
	c.Env = append(os.Environ(), childRole+"="+role)
	c.Stderr = os.Stderr
	in, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	c.stdin, c.stdout = in, out
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Process.Kill(); c.Wait() })
	return c
}

// startChild starts a process and returns when it is ready.
func startChild(t *testing.T, role string, args ...string) child {
	t.Helper()
	c := spawn(t, role, args...)
	c.await(t)
	return c
}
