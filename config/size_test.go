package config

import (
	"regexp"
	"testing"
)

func TestParseSize(t *testing.T) {
	pattern := regexp.MustCompile(sizePattern)
	for text, want := range map[string]int64{
		"0": 0, "4096": 4096, "12b": 12, "5GB": 5e9, "5gb": 5e9, "5 GB": 5e9, " 5G ": 5e9, "1.5MiB": 3 << 19, "1KiB": 1024,
		"2kB": 2000, "3k": 3000, "1TiB": 1 << 40, "2t": 2e12,
	} {
		if got, ok := ParseSize(text); !ok || got != want || !pattern.MatchString(text) {
			t.Errorf("%q is %d, %v, want %d", text, got, ok, want)
		}
	}
	for _, text := range []string{"x", "-1", "GB", "5XB", "5 B B", "1e9", "1..2GB", "5ib", "inf", "0x10", "9999999999TB"} {
		if got, ok := ParseSize(text); ok {
			t.Errorf("%q is taken for %d", text, got)
		}
	}
}

func TestSizeSetting(t *testing.T) {
	s := Setting{Key: "a.b", Default: "", Size: true}
	for _, text := range []string{"", "5GB", "4096"} {
		if v, fault := s.text(text); fault != nil || v != text {
			t.Errorf("%q: %v, %v", text, v, fault)
		}
	}
	if v, fault := s.typed(int64(4096)); fault != nil || v != "4096" {
		t.Errorf("%v, %v", v, fault)
	}
	if _, fault := s.text("much"); fault == nil {
		t.Error("any text is a size")
	}
}
