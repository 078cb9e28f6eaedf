package capture

import (
	"math/rand/v2"
	"testing"
	"time"
)

// A time is written as it would be if no other had come before it.
func TestTimeMemo(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		berlin = time.FixedZone("CET", 3600)
	}
	begins := []string{
		"2026-01-15T12:00:00", "2026-01-15T12:00:01", "2026-01-15 12:00:00", "2026/01/15 12:00:00", "2026-02-30T12:00:00", "2026-01-15T12:00:60", "0001-01-01T00:00:00",
		"0000-01-01T00:00:00", "9999-12-31T23:59:59", "2026-10-25T02:30:00", "1768478400", "1768478400123", "99999999", "-1", "x", "",
	}
	fractions := []string{"", "", ".5", ",250", ".123456789", ".123456780", ".000000001", ".000", ".1234567890123", ".", ".5x"}
	zones := []string{"", "Z", "z", "+01:00", "-0030", "+05", " UTC", " +01:00", "x", "+25:00", "\\u005a"}
	rnd := rand.New(rand.NewPCG(1, 2))
	var m timeMemo
	told := 0
	one := func(from []string) string { return from[rnd.IntN(len(from))] }
	for range 50_000 {
		value := one(begins) + one(fractions) + one(zones)
		if rnd.IntN(4) > 0 || !isDigit(append([]byte(value), 'x')[0]) {
			value = `"` + value + `"`
		}
		at, ok := parseTime([]byte(value), berlin)
		ok = ok && !at.IsZero()
		want := ""
		if ok {
			want = `"` + at.UTC().Format(time.RFC3339Nano) + `"`
			told++
		}
		got, does := m.append(nil, []byte(value), berlin)
		if does != ok || ok && string(got) != want {
			t.Fatalf("%s: %s %v, want %s", value, got, does, want)
		}
	}
	if told < 5000 {
		t.Errorf("%d values are times", told)
	}
}
