package compare_test

import (
	"fmt"
	"log"
	"strings"

	"example.org/runshelf/compare"
)

// logOf is a log in memory; compare.OpenRun and compare.OpenFile open those on disk.
func logOf(name, lines string) *compare.Log {
	return compare.NewLog(name, strings.NewReader(lines), int64(len(lines)))
}

// Two logs part where an event differs in more than its time.
func ExampleCompare() {
	a := logOf("a", `{"timestamp":"2026-01-15T12:00:00.000000Z","sequence":1,"event_type":"bid","amount":5}
{"timestamp":"2026-01-15T12:00:01.000000Z","sequence":2,"event_type":"sale","to":{"agent":"alpha"},"price":4}
`)
	b := logOf("b", `{"timestamp":"2026-01-16T09:30:00.000000Z","sequence":1,"event_type":"bid","amount":5.0}
{"timestamp":"2026-01-16T09:30:07.000000Z","sequence":2,"event_type":"sale","to":{"agent":"beta"},"price":4}
`)
	diff, err := compare.Compare(a, b, compare.Options{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("the same:", diff.Same)
	fmt.Println("they part at event", diff.First.Index)
	for _, f := range diff.First.Fields {
		fmt.Println(f.Path, f.A, f.B)
	}
	// Output:
	// the same: false
	// they part at event 2
	// to.agent alpha beta
}
