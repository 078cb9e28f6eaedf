package compare

import (
	"fmt"
	"strings"
	"testing"
)

// A log is compared with events as they come. What it has lost is like anything, as far as
// its gap says how much that was.
func TestChecker(t *testing.T) {
	gap := func(dropped string) string { return fmt.Sprintf(`{"event_type":"log_gap","dropped":%s}`, dropped) }
	for name, test := range map[string]struct {
		log   []string
		come  []int
		part  int64 // the index of the first difference in the log, 0 for none
		equal int64
		ended bool // before all had come
	}{
		"the same":                  {log: []string{oneEvent(1), oneEvent(2)}, come: []int{1, 2}, equal: 2},
		"another":                   {log: []string{oneEvent(1), oneEvent(2)}, come: []int{1, 3, 2}, part: 2, equal: 1},
		"too few":                   {log: []string{oneEvent(1), oneEvent(2)}, come: []int{1}, part: 2, equal: 1},
		"too many":                  {log: []string{oneEvent(1)}, come: []int{1, 2}, equal: 1, ended: true},
		"two are lost":              {log: []string{oneEvent(1), gap("2"), oneEvent(4)}, come: []int{1, 2, 3, 4}, equal: 3},
		"lost, and then another":    {log: []string{gap("1"), oneEvent(2)}, come: []int{1, 3}, part: 2, equal: 1},
		"two gaps":                  {log: []string{gap("1"), gap("1"), oneEvent(3)}, come: []int{1, 2, 3}, equal: 3},
		"a gap of nothing":          {log: []string{gap("0"), oneEvent(1)}, come: []int{1}, part: 1},
		"a gap that is no number":   {log: []string{gap(`"2"`), oneEvent(1)}, come: []int{1}, part: 1},
		"a gap that was printed":    {log: []string{`{"event_type":"log_gap","dropped":1,"stream":"stdout"}`, oneEvent(2)}, come: []int{1, 2}, part: 1},
		"a number that is no gap":   {log: []string{`{"event_type":"x","dropped":1}`}, come: []int{1}, part: 1},
		"damage between the events": {log: []string{oneEvent(1), "torn {", oneEvent(2)}, come: []int{1, 2}, equal: 2},
	} {
		c, err := NewChecker(logOf(name, strings.Join(test.log, "\n")+"\n"), Options{})
		if err != nil {
			t.Fatal(err)
		}
		part, ended := play(t, c, test.come)
		if part != test.part || c.Equal() != test.equal || ended != test.ended {
			t.Errorf("%s: differs at %d, %d equal, ended %t; want %+v", name, part, c.Equal(), ended, test)
		}
		c.Close()
	}
}

// What the options set aside is not there for the checker, and wrong ones are refused.
func TestCheckerOptions(t *testing.T) {
	text := `{"event_type":"aside"}` + "\n" + oneEvent(1) + "\n" + `{"event_type":"x","n":2,"took":5}` + "\n"
	c, err := NewChecker(logOf("log", text), Options{Except: []string{"aside"}, Ignore: []string{"took"}})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if part, ended := play(t, c, []int{1, 2}); part != 0 || ended || c.Equal() != 2 {
		t.Errorf("differs at %d, %d equal, ended %t", part, c.Equal(), ended)
	}
	if _, err := NewChecker(logOf("log", text), Options{Ignore: []string{"a["}}); err == nil {
		t.Error("a pattern that is none is taken")
	}
}

// play has events come, and returns where the first difference is, 0 for none, and whether
// the log ended before one of them.
func play(t *testing.T, c *Checker, come []int) (part int64, ended bool) {
	t.Helper()
	for _, n := range come {
		d, end, err := c.Next([]byte(oneEvent(n)))
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case part != 0 && (d == nil || d.Index != part):
			t.Errorf("the first difference was at %d, and is at %+v", part, d)
		case d != nil:
			if part = d.Index; d.B == nil {
				t.Errorf("at %d nothing stands against %s", part, d.A.Stored)
			}
		}
		ended = ended || end
	}
	d, err := c.Finish()
	if err != nil {
		t.Fatal(err)
	}
	if d != nil {
		if part == 0 && d.B != nil {
			t.Errorf("%s stands against what has not come", d.B.Stored)
		}
		part = d.Index
	}
	return part, ended
}

func oneEvent(n int) string { return fmt.Sprintf(`{"event_type":"x","n":%d}`, n) }
