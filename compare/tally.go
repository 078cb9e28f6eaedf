package compare

// otherTypes is where the events of all types beyond the first maxNames are
// counted.
const otherTypes = "(other types)"

// tally counts events by type.
type tally struct {
	counts map[string]*uint64
	events uint64
	last   string
	at     *uint64
}

func newTally() tally { return tally{counts: map[string]*uint64{}} }

// add counts one event. Neighbours of one type are counted without a look at the
// map.
func (t *tally) add(typ string) {
	t.events++
	if t.at == nil || t.last != typ {
		t.find(typ)
	}
	*t.at++
}

// addMany counts some events of one type.
func (t *tally) addMany(typ string, n uint64) {
	if n > 0 {
		t.find(typ)
		*t.at += n
		t.events += n
	}
}

// remove takes back one event.
func (t *tally) remove(typ string) {
	t.events--
	if t.counts[typ] == nil {
		typ = otherTypes
	}
	*t.counts[typ]--
}

func (t *tally) find(typ string) {
	at := t.counts[typ]
	if at == nil {
		if len(t.counts) >= maxNames {
			typ = otherTypes
			at = t.counts[typ]
		}
		if at == nil {
			at = new(uint64)
			t.counts[typ] = at
		}
	}
	t.last, t.at = typ, at
}
