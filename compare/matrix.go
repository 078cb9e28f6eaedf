package compare

import (
	"slices"

	"example.org/runshelf/event"
)

// Matrix is the length of the common beginning of each pair of logs.
type Matrix struct {
	// Names are those of the logs.
	Names []string
	// Prefix is the number of equal events that both logs of a pair begin with; in
	// the diagonal the number of events of the log itself, where it is known. For
	// wrapped programs the beginnings of the streams are added up.
	Prefix [][]int64
	// Same reports pairs that are the same to the end.
	Same [][]bool
	// Clusters are the groups of logs that begin alike, those with the longest
	// common beginning first. Every larger group holds smaller ones.
	Clusters []Cluster
}

// Cluster is some logs that begin with the same events.
type Cluster struct {
	// Members are places in [Matrix.Names].
	Members []int
	// Prefix is how many events all of them begin with.
	Prefix int64
	// Same reports that they are the same to the end.
	Same bool
}

// Pairwise compares every log with every other one, up to where they part. When
// equality is exact many pairs need not be looked at: where a and b part earlier
// than b and c do, a and c part where a and b do.
func Pairwise(logs []*Log, o Options) (*Matrix, error) {
	o.FirstOnly, o.Context = true, 0
	m := newMatrix(logs)
	for j := range logs {
		for i := range j {
			if o.Tolerance == 0 && m.infer(i, j, logs) {
				continue
			}
			r, err := Events(logs[i], logs[j], o)
			if err != nil {
				return nil, err
			}
			m.set(i, j, r.Equal, r.Same)
			m.Prefix[i][i] = max(m.Prefix[i][i], r.A.Events)
			m.Prefix[j][j] = max(m.Prefix[j][j], r.B.Events)
		}
	}
	m.cluster()
	return m, nil
}

func newMatrix(logs []*Log) *Matrix {
	m := &Matrix{}
	for i, log := range logs {
		m.Names = append(m.Names, log.Name)
		m.Prefix = append(m.Prefix, slices.Repeat([]int64{unknownPrefix}, len(logs)))
		m.Prefix[i][i] = 0
		m.Same = append(m.Same, make([]bool, len(logs)))
		m.Same[i][i] = true
	}
	return m
}

// unknownPrefix stands for a pair that has not been compared.
const unknownPrefix = -1

func (m *Matrix) set(i, j int, prefix int64, same bool) {
	m.Prefix[i][j], m.Prefix[j][i] = prefix, prefix
	m.Same[i][j], m.Same[j][i] = same, same
}

// infer finds the common beginning of a pair by a third log that has been
// compared with both.
func (m *Matrix) infer(i, j int, logs []*Log) bool {
	if byStream(logs[i], logs[j]) {
		return false // the sums over streams do not follow from each other
	}
	for k := range logs {
		x, y := m.Prefix[i][k], m.Prefix[j][k]
		if k == i || k == j || x == unknownPrefix || y == unknownPrefix || byStream(logs[i], logs[k]) {
			continue
		}
		switch {
		case m.Same[i][k] && m.Same[k][j]:
			m.set(i, j, x, true)
			return true
		case x != y && !(m.Same[i][k] || m.Same[k][j]):
			m.set(i, j, min(x, y), false)
			return true
		case m.Same[i][k] != m.Same[k][j]:
			m.set(i, j, y, false)
			if m.Same[k][j] {
				m.set(i, j, x, false)
			}
			return true
		}
	}
	return false
}

// cluster joins the logs, those with the longest common beginning first.
func (m *Matrix) cluster() {
	of := make([]int, len(m.Names)) // the group that each log is in
	for i := range of {
		of[i] = i
	}
	for _, level := range m.levels() {
		grown := map[int]bool{}
		for i := range of {
			for j := range i {
				if m.Prefix[i][j] >= level && m.joined(i, j, level) && of[i] != of[j] {
					grown[join(of, i, j)] = true
				}
			}
		}
		m.report(of, grown, level)
	}
}

// joined reports whether two logs begin alike up to a level, which is more than
// nothing or all there is.
func (m *Matrix) joined(i, j int, level int64) bool { return level > 0 || m.Same[i][j] }

// levels are the lengths of common beginnings, the longest first.
func (m *Matrix) levels() []int64 {
	var all []int64
	for i := range m.Names {
		for j := range i {
			all = append(all, m.Prefix[i][j])
		}
	}
	slices.Sort(all)
	all = slices.Compact(all)
	slices.Reverse(all)
	return all
}

// join puts the groups of two logs together and returns the group.
func join(of []int, i, j int) int {
	from, to := max(of[i], of[j]), min(of[i], of[j])
	for k := range of {
		if of[k] == from {
			of[k] = to
		}
	}
	return to
}

// report adds the groups that grew at a level.
func (m *Matrix) report(of []int, grown map[int]bool, level int64) {
	for group := range of {
		if !grown[group] || of[group] != group {
			continue
		}
		c := Cluster{Prefix: level, Same: true}
		for i := range of {
			if of[i] == group {
				c.Same = c.Same && m.Same[i][group]
				c.Members = append(c.Members, i)
			}
		}
		m.Clusters = append(m.Clusters, c)
	}
}

// Members are the names of a cluster.
func (m *Matrix) Members(c Cluster) []string {
	names := make([]string, 0, len(c.Members))
	for _, i := range c.Members {
		names = append(names, m.Names[i])
	}
	return names
}

// Object is the document that `diff --matrix --json` prints:
//
//	{"runs":["a","b"],"matrix":[[{"prefix":9,"same":true},…],…],"clusters":[{"runs":["a","b"],"prefix":7,"same":false}]}
func (m *Matrix) Object() event.Object {
	rows := make([]any, 0, len(m.Names))
	for i := range m.Names {
		row := make([]any, 0, len(m.Names))
		for j := range m.Names {
			row = append(row, event.Object{{Key: "prefix", Value: m.Prefix[i][j]}, {Key: "same", Value: m.Same[i][j]}})
		}
		rows = append(rows, row)
	}
	clusters := make([]any, 0, len(m.Clusters))
	for _, c := range m.Clusters {
		clusters = append(clusters, event.Object{
			{Key: "runs", Value: list(m.Members(c))}, {Key: "prefix", Value: c.Prefix}, {Key: "same", Value: c.Same},
		})
	}
	return event.Object{{Key: "runs", Value: list(m.Names)}, {Key: "matrix", Value: rows}, {Key: "clusters", Value: clusters}}
}

// list is some texts as the list of a document.
func list(texts []string) []any {
	l := make([]any, 0, len(texts))
	for _, text := range texts {
		l = append(l, text)
	}
	return l
}
