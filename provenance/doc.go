// Package provenance says where a run came from: which program with which
// arguments, in which directory and environment, from which commit, on which
// machine, and at what cost.
//
// All of it is read in place and quickly: files of the system and of git are
// read directly, odd files (pipes, devices, huge files) are passed over, and
// only [GitDirty] starts another program. A fact that cannot be had is left at
// its zero value, because a run must never fail for want of its provenance.
//
// Nothing leaves this package before secrets are taken out of it. Values that
// belong to a secret key, passwords in URLs, tokens of a known shape and private
// keys become [Redacted]; see [SecretKey] and [RedactText] for the rules. Where
// it is unclear how far a secret reaches, more is hidden rather than less.
//
// All functions are safe for concurrent use.
package provenance
