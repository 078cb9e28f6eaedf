//go:build !linux || (!amd64 && !arm64)

package query

// signatureAlone is signatureOf.
func signatureAlone(path string) (signature, bool) { return signatureOf(path) }
