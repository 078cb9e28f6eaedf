package compare

// timeEnd is where a date, a time of day or both end: 2026-11-27, 2026/11/27,
// 16:22:34.766, 2026-11-27T16:22:34+01:00, Nov 27 16:22:34, Fri Nov 27 16:22:34 2026,
// 27/Nov/2026:16:22:34 +0000. A time of day has seconds.
func timeEnd(text string, i int) int {
	if end := clockEnd(text, i); end > 0 {
		return end
	}
	date := dateEnd(text, i)
	switch {
	case date < 0 && isDigit(text[i]):
		return -1
	case date < 0:
		return monthEnd(text, i)
	}
	if at := one(text, date, " T_:"); at > 0 {
		if end := clockEnd(text, at); end > 0 {
			return end
		}
	}
	if !ends(text, date) {
		return -1
	}
	return date
}

// dateEnd is where 2026-11-27, 2026/11/27 or 27/Nov/2026 ends.
func dateEnd(text string, i int) int {
	if at := digits(text, i, 4); at > 0 {
		second := digits(text, one(text, at, "-/"), 2)
		if second < 0 || second >= len(text) || text[second] != text[at] {
			return -1
		}
		return digits(text, second+1, 2)
	}
	at := one(text, digits(text, i, 2), "/")
	if at < 0 || !isMonth(text, at) {
		return -1
	}
	return digits(text, one(text, at+3, "/"), 4)
}

// monthEnd is where Nov 27 16:22:34 ends, and the same with the day of the week in
// front and the year behind.
func monthEnd(text string, i int) int {
	if isOneOf(text, i, "MonTueWedThuFriSatSun") {
		if i = one(text, i+3, " "); i < 0 {
			return -1
		}
	}
	if !isMonth(text, i) {
		return -1
	}
	at := one(text, i+3, " ")
	if twice := one(text, at, " "); twice > 0 {
		at = twice
	}
	day := at
	if at >= 0 {
		day = digitsFrom(text, at)
	}
	if day == at || day > at+2 {
		return -1
	}
	end := clockEnd(text, one(text, day, " "))
	if year := digits(text, one(text, end, " "), 4); year > 0 && ends(text, year) {
		return year
	}
	return end
}

func isMonth(text string, i int) bool {
	return isOneOf(text, i, "JanFebMarAprMayJunJulAugSepOctNovDec")
}

// isOneOf reports whether one of some names of three letters stands at i.
func isOneOf(text string, i int, names string) bool {
	if i < 0 || i+3 > len(text) {
		return false
	}
	for at := 0; at < len(names); at += 3 {
		if names[at] == text[i] && names[at:at+3] == text[i:i+3] {
			return true
		}
	}
	return false
}

// clockEnd is where 16:22:34 ends, with what may follow: a fraction, and a zone.
func clockEnd(text string, i int) int {
	at := one(text, digits(text, i, 2), ":")
	if at < 0 {
		at = one(text, digits(text, i, 1), ":")
	}
	at = digits(text, one(text, digits(text, at, 2), ":"), 2)
	if at < 0 {
		return -1
	}
	if point := one(text, at, ".,"); point > 0 && digitsFrom(text, point) > point {
		at = digitsFrom(text, point)
	}
	if end := zoneEnd(text, at); end > 0 {
		return end
	}
	if !ends(text, at) {
		return -1
	}
	return at
}

// zoneEnd is where Z, +0100, +01:00, UTC or GMT ends, with or without a blank
// before it.
func zoneEnd(text string, i int) int {
	if z := one(text, i, "Z"); z > 0 && ends(text, z) {
		return z
	}
	if blank := one(text, i, " "); blank > 0 {
		i = blank
	}
	if isOneOf(text, i, "UTCGMT") && ends(text, i+3) {
		return i + 3
	}
	at := digits(text, one(text, i, "+-"), 2)
	if at < 0 {
		return -1
	}
	if colon := one(text, at, ":"); colon > 0 {
		at = colon
	}
	if at = digits(text, at, 2); at < 0 || !ends(text, at) {
		return -1
	}
	return at
}
