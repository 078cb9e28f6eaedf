package cli

import (
	"fmt"
	"strings"
	"time"

	"example.org/runshelf/shelf"
)

// The functions of this file say one part of a manifest in words, and "" when
// nothing is known of it.

// reasonText is why a run ended, each thing once.
func reasonText(m *shelf.Manifest) string {
	var b strings.Builder
	if m.Reason != "" && m.Reason != string(m.Status) {
		fmt.Fprintf(&b, ", %s", m.Reason)
	}
	if code := m.Program.ExitCode; code != nil && *code != 0 && m.Reason != fmt.Sprintf("exit code %d", *code) {
		fmt.Fprintf(&b, ", exit code %d", *code)
	}
	if signal := m.Program.Signal; signal != "" && !strings.HasSuffix(m.Reason, "SIG"+signal) {
		fmt.Fprintf(&b, ", signal %s", signal)
	}
	return b.String()
}

func timeText(m *shelf.Manifest) string {
	if m.StartedAt.IsZero() {
		return ""
	}
	text := localTime(m.StartedAt)
	if !m.EndedAt.IsZero() {
		text += ", ended " + localTime(m.EndedAt)
	}
	return text
}

func programText(m *shelf.Manifest) string {
	return strings.Join(words(m.Program.Name, m.Program.Version, parenthesised(m.Kind)), " ")
}

func noteText(n shelf.Note) string {
	if n.At.IsZero() {
		return n.Text
	}
	return localTime(n.At) + "  " + n.Text
}

func gitText(g *shelf.Git) string {
	if g == nil || g.Commit == "" {
		return ""
	}
	text := strings.Join(words(g.Commit[:min(len(g.Commit), 12)], g.Branch, g.Remote), " ")
	if g.Dirty != nil && *g.Dirty {
		text += " with uncommitted changes"
	}
	return text
}

func hostText(h *shelf.Host) string {
	if h == nil {
		return ""
	}
	parts := words(h.Hostname, strings.Join(words(h.OS, h.Arch), "/"))
	if h.CPUs > 0 {
		parts = append(parts, plural(int64(h.CPUs), "processor"))
	}
	if h.MemoryBytes > 0 {
		parts = append(parts, byteSize(h.MemoryBytes))
	}
	if h.User != "" {
		parts = append(parts, "user "+h.User)
	}
	return strings.Join(parts, ", ")
}

func usageText(u *shelf.Usage) string {
	if u == nil || *u == (shelf.Usage{}) {
		return ""
	}
	seconds := func(s float64) string { return shortDuration(time.Duration(s * float64(time.Second))) }
	return fmt.Sprintf("%s of processor time (%s in the system), %s of memory",
		seconds(u.UserS+u.SystemS), seconds(u.SystemS), byteSize(u.MaxRSSBytes))
}

func loggerText(m *shelf.Manifest) string {
	parts := words(m.Logger.Version)
	if m.Logger.Durability != "" {
		parts = append(parts, "durability "+m.Logger.Durability)
	}
	return strings.Join(parts, ", ")
}

// parenthesised puts a word in parentheses, and nothing into none.
func parenthesised(word string) string {
	if word == "" {
		return ""
	}
	return "(" + word + ")"
}

// words keeps those that are not empty.
func words(all ...string) []string {
	var kept []string
	for _, w := range all {
		if w != "" {
			kept = append(kept, w)
		}
	}
	return kept
}
