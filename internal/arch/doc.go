// Package arch holds the rules of the house and checks a source tree against
// them: which room may import which, what is documented, how large a file or a
// function may grow, what only some rooms may touch.
//
// The rules are run as a test of the whole repository, so that breaking one
// breaks the build. Each finding names a file and a line, and says what to do.
// The rules themselves are tested on small planted trees in testdata, each of
// which breaks one of them.
//
// A tree is read once, with every file of every operating system, and never
// built. Modules nested in the tree (tools, benchmarks) follow the rules of
// style; the table of imports is for the main module alone.
package arch
