package economy

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"example.org/runshelf/simulation"
)

// small is a configuration whose snapshots are short.
func small() simulation.Config { return configWith(simulation.Config{"agents": int64(6)}) }

// smallState is the snapshot of such a world while the mint takes bids.
func smallState(t fataler) []byte {
	w, ctx := begin(t, 5, small(), nil)
	steps(t, w, ctx, 29)
	state, _ := saved(t, w, ctx)
	return state
}

func TestRestoreRefusesWhatDoesNotFit(t *testing.T) {
	state := string(smallState(t))
	change := func(old, new string) string {
		if !strings.Contains(state, old) {
			t.Fatalf("no %q in the snapshot %s", old, state)
		}
		return strings.Replace(state, old, new, 1)
	}
	cases := map[string]string{
		"missing principals": `{}`,
		"scrip made":         change(`"minted":`, `"minted":9`),
		"unknown owner":      change(`"owner":`, `"owner":77`),
		"negative owner":     change(`"owner":`, `"owner":-`),
		"unknown listing":    change(`"listings":[`, `"listings":["artifact_0",`),
		"unknown bid":        change(`"bids":[`, `"bids":[{"principal":0,"artifact":"artifact_0","amount":1},`),
		"another's bid":      change(`"bids":[{"principal":`, `"bids":[{"principal":1`),
		"disorder":           change(`"serial":`, `"serial":99999`),
		"unknown buyer":      change(`"buyer":-1`, `"buyer":-2`),
		"disk not in use":    change(`"content":"`, `"content":"xx`),
	}
	for name, changed := range cases {
		w, _ := begin(t, 5, small(), nil)
		if err := w.Restore(strings.NewReader(changed)); !errors.Is(err, errSnapshot) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestRestoreRefusesBrokenJSON(t *testing.T) {
	state := smallState(t)
	for _, broken := range [][]byte{nil, []byte("noise"), state[:len(state)/2], []byte(`{"scrip":"many"}`)} {
		w, _ := begin(t, 5, small(), nil)
		if err := w.Restore(bytes.NewReader(broken)); err == nil {
			t.Errorf("%.20q is taken for a snapshot", broken)
		}
	}
}

func TestRestoreRefusesAnotherConfiguration(t *testing.T) {
	w, _ := begin(t, 5, configWith(simulation.Config{"agents": int64(7)}), nil)
	if err := w.Restore(bytes.NewReader(smallState(t))); !errors.Is(err, errSnapshot) {
		t.Error(err)
	}
}

// full is a writer with no room.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

func TestSnapshotReportsWriteErrors(t *testing.T) {
	w, _ := begin(t, 5, small(), nil)
	if err := w.Snapshot(full{}); !errors.Is(err, io.ErrShortWrite) {
		t.Error(err)
	}
}

// Whatever is restored is refused or is a world that can go on.
func FuzzRestore(f *testing.F) {
	w, ctx := begin(f, 5, small(), nil)
	steps(f, w, ctx, 29)
	state, _ := saved(f, w, ctx)
	f.Add(state)
	f.Add([]byte(`{"scrip":[1,2,3,4,5,6]}`))
	f.Fuzz(func(t *testing.T, state []byte) {
		w, ctx := begin(t, 5, small(), nil)
		if w.Restore(bytes.NewReader(state)) != nil || w.store.made > 1000 {
			return
		}
		for range w.store.made { // as the restored context would go on
			ctx.ID("artifact")
		}
		steps(t, w, ctx, 12)
	})
}
