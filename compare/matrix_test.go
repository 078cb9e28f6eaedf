package compare

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"
)

// TestPairwise holds the matrix, most of which is inferred, against comparing
// every pair.
func TestPairwise(t *testing.T) {
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 6))
		logs := make([]*Log, 2+r.IntN(5))
		for i := range logs {
			text := ""
			for n := range r.IntN(6) {
				text += fmt.Sprintf(`{"event_type":"e","n":%d,"x":%d}`+"\n", n, r.IntN(6)/5)
			}
			logs[i] = logOf(fmt.Sprint("log", i), text)
		}
		m, err := Pairwise(logs, Options{})
		if err != nil {
			t.Fatal(err)
		}
		for i := range logs {
			for j := range logs {
				want, err := Events(logs[i], logs[j], Options{FirstOnly: true})
				if err != nil {
					t.Fatal(err)
				}
				if i != j && (m.Prefix[i][j] != want.Equal || m.Same[i][j] != want.Same) {
					t.Fatalf("seed %d: %d and %d have %d in common, same %v; want %d, %v", seed, i, j, m.Prefix[i][j], m.Same[i][j], want.Equal, want.Same)
				}
			}
		}
	}
}

func TestClusters(t *testing.T) {
	a, b := "{\"n\":1}\n", "{\"n\":2}\n"
	logs := []*Log{logOf("a", a+a+a), logOf("b", a+a+b), logOf("c", a+a+a), logOf("d", a+b), logOf("e", b)}
	m, err := Pairwise(logs, Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := []Cluster{{[]int{0, 2}, 3, true}, {[]int{0, 1, 2}, 2, false}, {[]int{0, 1, 2, 3}, 1, false}}
	if !reflect.DeepEqual(m.Clusters, want) {
		t.Errorf("%v, want %v", m.Clusters, want)
	}
}
