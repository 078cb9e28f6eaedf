package shelf

import (
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"time"
)

// newUUID returns a UUID of version 7 (RFC 9562, section 5.7): 48 bits of Unix
// time in milliseconds, then 74 random bits around version and variant.
func newUUID(t time.Time) string {
	var b [16]byte
	rand.Read(b[:]) // never fails; see crypto/rand
	var ms [8]byte
	binary.BigEndian.PutUint64(ms[:], uint64(t.UnixMilli()))
	copy(b[:6], ms[2:])
	b[6] = 0x70 | b[6]&0x0f
	b[8] = 0x80 | b[8]&0x3f
	s := hex.EncodeToString(b[:])
	return s[:8] + "-" + s[8:12] + "-" + s[12:16] + "-" + s[16:20] + "-" + s[20:]
}
