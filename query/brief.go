package query

import "encoding/binary"

// BriefFields are the fields of run.json that a brief list tells (see
// [ListOptions]): those that the table of runs shows when nobody asks for others.
var BriefFields = []string{"name", "started_at", "ended_at", "duration_s", "events.count", "program.name", "seed", "tags"}

// newBriefRefs makes the refs of BriefFields, and adds the keys that they need.
func newBriefRefs(keys *[]string) []*ref {
	refs := make([]*ref, len(BriefFields))
	for i, path := range BriefFields {
		refs[i] = newRef(path, keys)
	}
	return refs
}

// briefOf returns BriefFields of a manifest.
func briefOf(manifest []byte) [][]byte {
	return cloned(NewGetter(BriefFields...).Get(manifest))
}

// fieldsOf returns the fields of the object just skimmed.
func fieldsOf(refs []*ref, b []byte, values []span) [][]byte {
	fields := make([][]byte, len(refs))
	for i, r := range refs {
		fields[i] = r.get(b, values)
	}
	return cloned(fields)
}

// cloned copies fields to memory of their own.
func cloned(fields [][]byte) [][]byte {
	size := 0
	for _, f := range fields {
		size += len(f)
	}
	own, copies := make([]byte, 0, size), make([][]byte, len(fields))
	for i, f := range fields {
		if f != nil {
			own = append(own, f...)
			copies[i] = own[len(own)-len(f) : len(own) : len(own)]
		}
	}
	return copies
}

// appendFields writes fields for the cache.
func appendFields(b []byte, fields [][]byte) []byte {
	for _, f := range fields {
		if f == nil {
			b = append(b, 0)
			continue
		}
		b = append(binary.AppendUvarint(b, uint64(len(f))+1), f...)
	}
	return b
}

// cutFields reads what appendFields wrote, false when it is anything else.
func cutFields(b []byte, fields [][]byte) bool {
	for i := range fields {
		n, size := binary.Uvarint(b)
		if size <= 0 || n > uint64(len(b)-size)+1 {
			return false
		}
		if b = b[size:]; n > 0 {
			fields[i], b = b[:n-1:n-1], b[n-1:]
		}
	}
	return len(b) == 0
}
