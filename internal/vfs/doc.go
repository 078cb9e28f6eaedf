// Package vfs is the seam between Runshelf and the file system.
//
// Everything that writes goes through an [FS], so that a test can put a
// [Faulty] one underneath and fail each single operation in turn. [OS] is the
// real one. Locks and the few questions that only a real file system can answer
// ([TryLock], [Locked], [Remote], [Reserve]) are functions beside it: they are
// given by the system alone, and each of them states what stands in for it
// where a system lacks it.
package vfs
