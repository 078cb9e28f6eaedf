//go:build !amd64

package vector

const best = Portable
