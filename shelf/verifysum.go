package shelf

import (
	"crypto/sha256"
	"encoding/hex"
	"hash"
)

// prefixSum is the SHA-256 of what is written to it, and of its first mark bytes.
type prefixSum struct {
	hash    hash.Hash
	written int64
	mark    int64
	prefix  string // in hexadecimal; "" when there were fewer bytes
}

func newPrefixSum(mark int64) *prefixSum {
	s := &prefixSum{hash: sha256.New(), mark: mark}
	if mark == 0 {
		s.prefix = s.sum()
	}
	return s
}

// Write implements io.Writer. It never fails.
func (s *prefixSum) Write(p []byte) (int, error) {
	rest := p
	if left := s.mark - s.written; left > 0 && left <= int64(len(p)) {
		s.hash.Write(p[:left])
		s.prefix = s.sum()
		rest = p[left:]
	}
	s.hash.Write(rest)
	s.written += int64(len(p))
	return len(p), nil
}

func (s *prefixSum) sum() string { return hex.EncodeToString(s.hash.Sum(nil)) }
