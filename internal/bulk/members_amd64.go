package bulk

// membersAVX2 writes members up to the first that is another.
//
//go:noescape
func membersAVX2(m *Members)
