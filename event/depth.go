package event

import "reflect"

// maxDepth is how deep objects and arrays may nest in one line, the line's own
// object included: what encoding/json reads.
const maxDepth = 10000

// Cycles are looked for only in values nested deeper than this, as values that
// contain themselves soon are. The usual ones pay nothing.
const quietDepth = 64

// visit is an object or array that is being encoded. Two slices that begin at
// the same place are the same only when they are equally long.
type visit struct {
	at     uintptr
	length int
	kind   reflect.Type
}

func visitOf(v reflect.Value) visit {
	w := visit{at: v.Pointer(), kind: v.Type()}
	if v.Kind() == reflect.Slice || v.Kind() == reflect.Map {
		w.length = v.Len()
	}
	return w
}

// deep reports whether what is entered next has to be known by its place.
func (e *encoder) deep() bool { return e.depth >= quietDepth }

// enter opens an object or array. It refuses when it is open already, or too
// deep. Unless it is deep, v may be empty.
func (e *encoder) enter(v visit) bool {
	if e.depth >= maxDepth-1 {
		e.giveUp(nil, "nested too deeply")
		return false
	}
	if v.at != 0 && v.length != 0 {
		if e.seen[v] {
			e.giveUp(nil, "contains itself")
			return false
		}
		if e.seen == nil {
			e.seen = map[visit]bool{}
		}
		e.seen[v] = true
	}
	e.depth++
	return true
}

// leave closes what enter opened.
func (e *encoder) leave(v visit) {
	e.depth--
	if v.at != 0 {
		delete(e.seen, v)
	}
}

// giveUp marks the current member as one that cannot be encoded at all; what was
// written of it is replaced by its text.
func (e *encoder) giveUp(dst []byte, problem string) []byte {
	e.problem, e.fatal = problem, true
	return dst
}

// unable writes the text of a part that cannot be encoded in its place, and
// remembers the first reason.
func (e *encoder) unable(dst []byte, text, problem string) []byte {
	if e.problem == "" {
		e.problem = problem
	}
	return appendString(dst, text)
}

// anyOrText appends a value, or its text when it cannot be encoded at all.
func (e *encoder) anyOrText(dst []byte, v any) []byte {
	n := len(dst)
	dst = e.any(dst, v)
	if e.fatal {
		return appendString(dst[:n], describe(v))
	}
	return dst
}
