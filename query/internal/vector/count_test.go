package vector

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"example.org/runshelf/internal/processor"
)

// counted counts the lines of a text, passing over those that are not counted, and tells
// what came of it after each try.
func counted(u processor.Unit, text []byte, end int, table *Table, kinds []string, digits int) string {
	s := &Stripped{}
	padded := append(bytes.Clone(text), make([]byte, Behind)...)
	Strip(max(u, processor.AVX2), s, padded, len(text))
	var recent [Recents]Recent
	c := Counting{Text: padded, Left: s, End: end, Base: 1000, Table: table, Recent: &recent, Factor: hashFactor, Digits: digits}
	var places []uint64
	for i, kind := range kinds {
		v := ValueOf([]byte(kind))
		places = append(places, v.Place(c.Factor))
		recent[places[i]] = Recent{Value: v, Of: i}
	}
	copy(c.Second[:], `"2026-01-15T12:00:00`)
	var told []byte
	for c.Next < len(s.Ends) {
		n := Count(u, &c)
		told = fmt.Appendln(told, n, c.Next, c.At, c.Kept, c.Latest, c.Sequence, c.Line, c.Form)
		if c.Next < len(s.Ends) {
			c.At, c.Kept = int(s.Ends[c.Next].Text)+1, int(s.Ends[c.Next].Kept)+1
			c.Next++
		}
	}
	for _, place := range places {
		told = fmt.Appendln(told, recent[place])
	}
	return string(told)
}

// formsOf makes the forms of lines whose type is the third value or, with last, the last.
func formsOf(lines string, last bool, table *Table) {
	s := stripped(processor.Portable, []byte(lines))
	from := 0
	for _, end := range s.Ends {
		text := s.Kept[from : end.Kept+1]
		from = int(end.Kept) + 1
		if table.Find(text) == nil {
			f := &Form{Text: string(text), Usable: true, After: ',', Time: 13, Sequence: 54}
			if last {
				f.Back = len("}\n")
			} else {
				f.Ahead = 54 + len(`,"event_type":`)
			}
			table.Add(f)
		}
	}
}

// TestCount changes each byte of lines that are counted.
func TestCount(t *testing.T) {
	kinds := []string{`"a"`, `"tick"`, `"transfer"`, `"resource_spent"`, `"thirty_two_bytes_with_quotes_a"`}
	long := strings.Repeat(`,"balance":1`, 40)
	var third, last strings.Builder
	for i := range 40 {
		head := fmt.Sprintf(`{"timestamp":"2026-01-15T12:00:00.%06dZ","sequence":%d`, 999990+i/4, 95+i)
		kind := kinds[i%len(kinds)]
		rest := []string{`,"by":"x"`, `,"n":-1.5,"text":"say \"hello\""`, long, `,"o":{"a":[1,{}],"b":true}`}[i%4]
		fmt.Fprintf(&third, "%s,\"event_type\":%s%s}\n", head, kind, rest)
		fmt.Fprintf(&last, "%s%s,\"event_type\":%s}\n", head, rest, kind)
	}
	for i, log := range []string{third.String(), last.String()} {
		table := &Table{}
		formsOf(log, i == 1, table)
		text := []byte(log)
		compare := func(what string, end, digits int) {
			want := counted(processor.Portable, text, end, table, kinds, digits)
			for _, u := range processor.Here()[1:] {
				if got := counted(u, text, end, table, kinds, digits); got != want {
					t.Fatalf("%v, %s:\n%s\nnot\n%s\nof\n%s", u, what, got, want, text)
				}
			}
			if what == "as it is" && !strings.HasPrefix(want, "35 35 ") {
				t.Fatalf("not all lines of as many digits are counted:\n%s", want)
			}
		}
		for end := range len(text) / 97 {
			compare(fmt.Sprint("up to ", 97*end), 97*end, 2)
		}
		at := strings.Index(log, `"sequence":100`) // behind these there are three digits
		at = strings.LastIndex(log[:at], "\n") + 1
		text = text[at:]
		compare("as it is", len(text), 3)
		text = text[:1500]
		for at := range text {
			if at > 200 && at%11 > 0 {
				continue // most bytes of the others are like these
			}
			was := text[at]
			for _, c := range []byte("\"\\059,:xZ.\n\x00\xff") {
				text[at] = c
				compare(fmt.Sprintf("byte %d", at), len(text), 3)
			}
			text[at] = was
		}
	}
}

// TestTable adds forms until there is no room, and finds all that were added; few of them are
// all at their first places.
func TestTable(t *testing.T) {
	var table Table
	var added []*Form
	for i := range 2 * MaxForms {
		f := &Form{Text: fmt.Sprintf(`{"timestamp":"","sequence":0,"%d_key":""}`+"\n", i)}
		if table.Add(f) {
			if f.Number != len(added) {
				t.Fatalf("the %d-th form has the number %d", len(added), f.Number)
			}
			added = append(added, f)
		}
		if len(added) == 20 {
			for _, f := range added {
				if *table.place(f.Text, 0) != f {
					t.Fatalf("%q is not in its place", f.Text)
				}
			}
		}
	}
	for _, f := range added {
		if table.Find([]byte(f.Text)) != f {
			t.Fatalf("%q is not found", f.Text)
		}
	}
	if n := len(added); n < MaxForms*9/10 || n > MaxForms || table.Find([]byte("short")) != nil || table.Find([]byte("long and not there")) != nil || table.Add(&Form{Text: "short"}) {
		t.Errorf("%d forms", n)
	}
}
