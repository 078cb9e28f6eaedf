package shelf

import (
	"testing"
)

// count tells how many faults a test has played.
func count(t testing.TB, row, what string, n int) {
	t.Helper()
	t.Logf("%s: %d %s", row, n, what)
}
