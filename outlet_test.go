package runshelf

import "testing"

// Much that was written is brought to the disk before its time, once however long that takes.
func TestMuchIsToldEarly(t *testing.T) {
	o := newOutlet(nil, Options{})
	for range 3 {
		o.tell(writeOutBytes - 1)
		select {
		case <-o.filled:
			t.Fatal("told too early")
		default:
		}
		o.tell(1)
		o.tell(writeOutBytes) // while nobody listens
		select {
		case <-o.filled:
		default:
			t.Fatal("not told")
		}
	}
}
