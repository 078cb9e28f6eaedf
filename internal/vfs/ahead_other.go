//go:build !linux

package vfs

func setAside(AheadFile, int64, int64) bool { return false }

func spare(AheadFile, int64) int64 { return 0 }
