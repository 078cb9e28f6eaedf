//go:build unix && !linux

package capture

import (
	"os"
	"runtime"
	"syscall"
	"time"
)

// maxrssUnit is the unit of ru_maxrss in bytes: macOS counts bytes, the others
// kilobytes.
var maxrssUnit = map[bool]int64{true: 1, false: 1024}[runtime.GOOS == "darwin"]

// adoptOrphans does nothing: these systems know no such parent. Processes that
// left the program's group are not found.
func adoptOrphans() (release func()) { return func() {} }

// reap does nothing, as there are no adopted orphans.
func (g *group) reap() (stop func()) { return func() {} }

// kill ends the group.
func (g *group) kill() {
	for deadline := time.Now().Add(time.Second); ; time.Sleep(5 * time.Millisecond) {
		_ = syscall.Kill(-g.pid, syscall.SIGKILL)
		if !g.alive() || time.Now().After(deadline) {
			return
		}
	}
}

// alive reports whether anything of the group is left.
func (g *group) alive() bool { return syscall.Kill(-g.pid, 0) == nil }

// widen does nothing: these systems size their pipes by themselves.
func widen(*os.File) {}
