package economy

import (
	"crypto/sha256"
	"fmt"
	"testing"
)

// A recorded run can be replayed as long as its model's version gives the same
// events. Whoever changes them changes the version, and this digest with it.
func TestEventsBelongToTheVersion(t *testing.T) {
	const recorded = "2 21b2d67e5710b92f7653acf07bc7a16ae633a7977a5653d04c3a904c8e1a0120"
	events := history(t, 42, Definition().Defaults(), 50)
	if got := fmt.Sprintf("%s %x", version, sha256.Sum256([]byte(events))); got != recorded {
		t.Errorf("version and digest of the events are %q, were %q", got, recorded)
	}
}
