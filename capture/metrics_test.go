package capture

import "testing"

// A stream that was not waited for goes on while the manifest is written: what the
// manifest gets must be its own.
func TestMetricsOfTheEndStay(t *testing.T) {
	var m metrics
	m.take([]byte(`{"loss":1}`))
	final := m.final()
	m.take([]byte(`{"loss":2,"late":3}`))
	if len(final) != 1 || final["loss"] != 1 {
		t.Errorf("the final metrics have changed: %v", final)
	}
	if (&metrics{}).final() != nil {
		t.Error("no metrics are some")
	}
}
