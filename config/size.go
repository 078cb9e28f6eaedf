package config

import (
	"strconv"
	"strings"
)

// sizePattern is what [ParseSize] reads, as a regular expression for the schema.
const sizePattern = `^\s*$|^\s*[0-9]+(\.[0-9]+)?\s*([kKmMgGtT]([iI]?[bB])?|[bB])?\s*$`

// ParseSize reads a number of bytes with an optional unit: "5GB", "1.5 GiB",
// "4096". The units kB, MB, GB and TB are decimal, as disks are sold; KiB, MiB,
// GiB and TiB are binary; k, M, G and T are decimal. Upper and lower case mean
// the same.
func ParseSize(text string) (bytes int64, ok bool) {
	number := strings.ToLower(strings.TrimSpace(text))
	base := 1000.0
	if rest, binary := strings.CutSuffix(number, "ib"); binary {
		number, base = rest, 1024
	} else {
		number = strings.TrimSuffix(number, "b")
	}
	unit := 1.0
	if i := len(number) - 1; i >= 0 {
		if power := strings.IndexByte("kmgt", number[i]); power >= 0 {
			for range power + 1 {
				unit *= base
			}
			number = number[:i]
		}
	}
	if base == 1024 && unit == 1 {
		return 0, false
	}
	number = strings.TrimSpace(number)
	if number == "" || strings.Trim(number, "0123456789.") != "" {
		return 0, false
	}
	n, err := strconv.ParseFloat(number, 64)
	return int64(n * unit), err == nil && n*unit < 1<<62
}
