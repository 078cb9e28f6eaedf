//go:build !amd64

package bulk

// Without assembly nobody calls these: the best unit is Portable.

func wrapAVX2(*Wrapping) bool { panic("no assembly here") }

func followAVX2(*Following) Followed { panic("no assembly here") }

func sumsAVX2(*job) { panic("no assembly here") }

func moveAVX2(_, _ uint32) uint32 { panic("no assembly here") }

func escapeAVX512([]byte, string) (int, int) { panic("no assembly here") }

func copySumAVX2(_, _ *byte, _ int, _ uint32, _ *[longest + 1]uint32) uint32 {
	panic("no assembly here")
}

func lineSumAVX2(_, _ *byte, _ int, _ *lineSums, _ *[longest + 1]uint32) {
	panic("no assembly here")
}

func membersAVX2(*Members) { panic("no assembly here") }

func sumAVX512(*byte, int, uint32, *[longest + 1]uint32) uint32 { panic("no assembly here") }
