package processor

import (
	"runtime"
	"slices"
	"testing"
)

// TestHere has the units in order, from the one that every processor has to the best.
func TestHere(t *testing.T) {
	all := Here()
	if all[0] != Portable || all[len(all)-1] != Best || !slices.IsSorted(all) {
		t.Errorf("%v, and the best is %v", all, Best)
	}
	if runtime.GOARCH != "amd64" && Best != Portable {
		t.Errorf("%s has %v", runtime.GOARCH, Best)
	}
}
