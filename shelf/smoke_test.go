package shelf

import "testing"

func TestSmokeScratch(t *testing.T) {
	s := New(t.TempDir() + "/a/b")
	for range 3 {
		l, err := s.Create(CreateOptions{Manifest: Manifest{Config: []byte(`{"a":1}`), Name: "x"}})
		if err != nil {
			t.Fatal(err)
		}
		r, err := s.Find("latest")
		if err != nil || r.ID != l.ID() || r.Status != StatusRunning {
			t.Fatal(r, err)
		}
		if err := l.Update(func(m *Manifest) { m.Status = StatusCompleted; m.Metrics = map[string]float64{"a": 1} }); err != nil {
			t.Fatal(err)
		}
		l.Close()
		r, err = s.Find("@")
		b, _ := r.JSON()
		t.Log(r, err, string(b))
	}
}
