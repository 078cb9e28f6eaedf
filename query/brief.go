package query

import "encoding/binary"

// BriefFields are the fields of run.json that a brief list tells (see
// [ListOptions]): those that the table of runs shows when nobody asks for others.
var BriefFields = []string{"name", "started_at", "ended_at", "duration_s", "events.count", "program.name", "seed", "tags"}

// Brief holds the stored values of BriefFields, each with its length and one more in
// front as a uvarint, or 0 for one that is not there. It is nil where a list is not
// brief.
type Brief []byte

// Fields appends the stored values in the order of BriefFields to dst, nil for what is
// not there. They must not be changed.
func (b Brief) Fields(dst [][]byte) [][]byte {
	for range BriefFields {
		n, size := uint64(0), 1
		if len(b) > 0 {
			// Nearly all are shorter than this, which binary.Uvarint cannot know.
			if n = uint64(b[0]); n >= 0x80 {
				n, size = binary.Uvarint(b)
			}
		}
		if n == 0 || size <= 0 || n > uint64(len(b)-size)+1 {
			dst, b = append(dst, nil), b[min(max(size, 0), len(b)):]
			continue
		}
		end := size + int(n) - 1
		dst, b = append(dst, b[size:end:end]), b[end:]
	}
	return dst
}

// appendBrief writes fields.
func appendBrief(b Brief, fields [][]byte) Brief {
	for _, f := range fields {
		if f == nil {
			b = append(b, 0)
			continue
		}
		b = append(binary.AppendUvarint(b, uint64(len(f))+1), f...)
	}
	return b
}

// newBriefRefs makes the refs of BriefFields, and adds the keys that they need.
func newBriefRefs(keys *[]string) []*ref {
	refs := make([]*ref, len(BriefFields))
	for i, path := range BriefFields {
		refs[i] = newRef(path, keys)
	}
	return refs
}

// briefOf returns BriefFields of a manifest.
func briefOf(manifest []byte) Brief {
	return appendBrief(nil, NewGetter(BriefFields...).Get(manifest))
}

// briefOf returns the fields of the object just skimmed.
func (r *manifestReader) briefOf(b []byte) Brief {
	r.fields = r.fields[:0]
	size := 0
	for _, f := range r.brief {
		field := f.get(b, r.skim.values)
		r.fields = append(r.fields, field)
		size += len(field) + 2 // there are few long ones
	}
	return appendBrief(make(Brief, 0, size), r.fields)
}
