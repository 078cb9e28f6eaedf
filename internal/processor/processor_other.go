//go:build !amd64

package processor

func detect() Unit { return Portable }
