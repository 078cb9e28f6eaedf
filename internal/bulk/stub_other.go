//go:build !amd64

package bulk

func detect() Unit { return Portable }

// Without assembly nobody calls this: the best unit is [Portable].
func sumsAVX2(*job) { panic("no assembly here") }
