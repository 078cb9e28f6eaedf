package economy

import (
	"errors"
	"math/rand/v2"
	"strconv"
	"strings"
)

// A payload is a small program in text form, such as "add 12; mul 7; over 900":
// steps that are applied to one whole number in turn. Results are kept below
// payloadModulus after each step, so that they neither overflow nor become
// negative.
type payload []step

// step is one operation of a payload with its operand.
type step struct {
	op      int // index in payloadOps
	operand int64
}

// payloadModulus is a prime, so that multiplying loses no values.
const payloadModulus = 1_000_003

// maxSteps bounds a payload, and with it the time that an invocation takes.
const maxSteps = 12

// errNotExecutable is what invoking an artifact without a payload gives.
var errNotExecutable = errors.New("not executable")

// errDivision is what a payload gives that divides by zero.
var errDivision = errors.New("division by zero")

// payloadOps names the operations, in the order of apply.
func payloadOps() [6]string { return [6]string{"add", "mul", "xor", "mod", "over", "square"} }

// apply does one step. "over" divides its operand by the value, so that a payload
// can fail for some inputs and not for others.
func (s step) apply(value int64) (int64, error) {
	switch s.op {
	case 0:
		value += s.operand
	case 1:
		value *= s.operand
	case 2:
		value ^= s.operand
	case 3:
		value %= s.operand
	case 4:
		if value == 0 {
			return 0, errDivision
		}
		value = s.operand / value
	default:
		value *= value
	}
	return value % payloadModulus, nil
}

// run applies the payload to an input, which must lie in [0, payloadModulus).
func (p payload) run(input int64) (int64, error) {
	if len(p) == 0 {
		return 0, errNotExecutable
	}
	var err error
	for _, s := range p {
		if input, err = s.apply(input); err != nil {
			return 0, err
		}
	}
	return input, nil
}

// parsePayload reads the text form. Text of any other form is a note: it can be
// read but has no payload, and the result is nil.
func parsePayload(content string) payload {
	var steps payload
	for part := range strings.SplitSeq(content, "; ") {
		s, ok := parseStep(part)
		if !ok || len(steps) == maxSteps {
			return nil
		}
		steps = append(steps, s)
	}
	return steps
}

func parseStep(text string) (step, bool) {
	name, number, _ := strings.Cut(text, " ")
	operand, err := strconv.ParseInt(number, 10, 64)
	if err != nil || operand < 1 || operand >= payloadModulus {
		return step{}, false
	}
	for op, known := range payloadOps() {
		if name == known {
			return step{op, operand}, true
		}
	}
	return step{}, false
}

// draftPayload writes a random payload of the given number of steps.
func draftPayload(r *rand.Rand, steps int) string {
	ops := payloadOps()
	b := make([]byte, 0, 16*steps)
	for i := range steps {
		if i > 0 {
			b = append(b, "; "...)
		}
		b = append(b, ops[r.IntN(len(ops))]...)
		b = append(b, ' ')
		b = strconv.AppendInt(b, 2+r.Int64N(997), 10)
	}
	return string(b)
}

// draftNote writes a random note: numbers of an observation, with no payload.
func draftNote(r *rand.Rand, words int) string {
	b := append(make([]byte, 0, 8*words), "note"...)
	for range words {
		b = append(b, ' ')
		b = strconv.AppendInt(b, r.Int64N(10_000), 10)
	}
	return string(b)
}
