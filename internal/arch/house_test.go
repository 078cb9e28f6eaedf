package arch_test

import (
	"testing"

	"example.org/runshelf/internal/arch"
)

// TestHouse holds this repository to the rules.
func TestHouse(t *testing.T) {
	findings, err := arch.Check("../..")
	if err != nil {
		t.Fatal(err)
	}
	for _, found := range findings {
		t.Error(found)
	}
}

// TestMedianFunctionIsShort keeps the habit of the house, and tells the figures.
func TestMedianFunctionIsShort(t *testing.T) {
	sizes, err := arch.Measure("../..")
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d functions: median %d lines, nine of ten at most %d, longest %d",
		sizes.Functions, sizes.Median, sizes.P90, sizes.Longest)
	if sizes.Functions == 0 {
		t.Fatal("no functions were found")
	}
	if sizes.Median >= 20 {
		t.Errorf("the median function has %d lines, not fewer than 20", sizes.Median)
	}
}
