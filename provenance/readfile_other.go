//go:build !unix

package provenance

// openFlags are not needed where pipes have no names among the files.
const openFlags = 0
