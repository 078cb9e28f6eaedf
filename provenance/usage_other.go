//go:build !linux && !darwin && !freebsd && !netbsd && !openbsd && !dragonfly && !windows

package provenance

// currentUsage is unknown: the systems have no common way to ask.
func currentUsage() Usage { return Usage{} }
