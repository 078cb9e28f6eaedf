package capture

import "testing"

// A stream that was not waited for goes on while the manifest is written: what the
// manifest gets must be its own.
func TestMetricsOfTheEndStay(t *testing.T) {
	var m metrics
	m.take([]byte(`{"loss":1}`))
	final, _ := m.final()
	m.take([]byte(`{"loss":2,"late":3}`))
	if len(final) != 1 || final["loss"] != 1 {
		t.Errorf("the final metrics have changed: %v", final)
	}
	if none, digits := (&metrics{}).final(); none != nil || digits != nil {
		t.Error("no metrics are some")
	}
}

// An integer that no float64 holds keeps its digits; the last value counts.
func TestMetricsKeepTheirDigits(t *testing.T) {
	var m metrics
	m.take([]byte(`{"n":9007199254740993,"then":9007199254740993,"small":5,"part":0.12345678901234567890,"power":10000000000000001e1}`))
	m.take([]byte(`{"then":7,"inner":{"n":-12345678901234567890}}`))
	values, digits := m.final()
	if values["n"] != 9007199254740992 || values["then"] != 7 || len(values) != 6 {
		t.Errorf("values %v", values)
	}
	if want := `{"inner.n":-12345678901234567890,"n":9007199254740993}`; string(digits) != want {
		t.Errorf("digits %s, want %s", digits, want)
	}
}
