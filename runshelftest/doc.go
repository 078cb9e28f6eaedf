// Package runshelftest serves the tests of programs that log with runshelf, and of
// programs that read or write its files by themselves.
//
// A [Recorder] keeps the events of a program in memory, to be asked about:
//
//	recorder := runshelftest.NewRecorder(t)
//	trade(recorder.Logger(), "alpha", "beta", 5)
//	if got := len(recorder.OfType("transfer")); got != 1 {
//		t.Errorf("%d transfers, want 1", got)
//	}
//
// [CheckRun] holds a whole run directory against the format: every line, the
// manifest's account of them, and all files beside. It belongs at the end of every
// test that makes a run.
//
// [RunVectors] is the conformance suite for other implementations of the format.
// Its vectors are data files, for any language: testdata/vectors in the root of
// this module, with a README.
package runshelftest
