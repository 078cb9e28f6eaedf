package query

// LinePad is how many bytes must be there behind a line for [LineSkim.Line], what
// they hold besides its line end being of no account.
const LinePad = pad + 1

// LineSkim finds the values of some keys in lines, for those who read lines by
// themselves. It is exact: a line that it accepts is a JSON object. Lines that have
// the shape of earlier ones are read several times as quickly as others. It is not
// for concurrent use.
type LineSkim struct{ s *skimmer }

// NewLineSkim returns a LineSkim for keys of the outermost object.
func NewLineSkim(keys []string) *LineSkim { return &LineSkim{newSkimmer(keys)} }

// Line reads the line b[start:end], which has no blanks around it, and reports
// whether it is a JSON object. b[end] must be its line end, and b must have LinePad
// bytes from there on.
func (k *LineSkim) Line(b []byte, start, end int) bool {
	if at, next, ok := k.s.quick(b, start); ok && at == end && next == end+1 {
		return true
	}
	if b[start] != '{' || !k.s.exact(b, start, end) {
		return false
	}
	k.s.learn(start, end)
	return true
}

// Value returns where the value of the key with that index stands in the line read
// last: the last one, when the line has several. ok is false when it has none.
func (k *LineSkim) Value(key int) (lo, hi int, ok bool) {
	v := k.s.values[key]
	return v.lo, v.hi, v.found()
}
