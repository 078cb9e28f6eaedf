package cli

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
)

// thriftReader reads structures of Thrift's compact protocol, as its
// specification has them: fields by number, lists, numbers and texts.
type thriftReader struct {
	t *testing.T
	b []byte
}

func (r *thriftReader) uvarint() uint64 {
	n, size := binary.Uvarint(r.b)
	if size <= 0 {
		r.t.Fatal("a number does not end")
	}
	r.b = r.b[size:]
	return n
}

func (r *thriftReader) byte() byte {
	c := r.b[0]
	r.b = r.b[1:]
	return c
}

func (r *thriftReader) value(kind byte) any {
	switch kind {
	case 5, 6:
		n := r.uvarint()
		return int64(n>>1) ^ -int64(n&1)
	case 8:
		n := r.uvarint()
		text := string(r.b[:n])
		r.b = r.b[n:]
		return text
	case 9:
		head := r.byte()
		n := uint64(head >> 4)
		if n == 15 {
			n = r.uvarint()
		}
		list := make([]any, n)
		for i := range list {
			list[i] = r.value(head & 15)
		}
		return list
	case 12:
		s, number := map[int]any{}, 0
		for head := r.byte(); head != 0; head = r.byte() {
			number += int(head >> 4)
			s[number] = r.value(head & 15)
		}
		return s
	}
	r.t.Fatalf("type %d is not known", kind)
	return nil
}

// readParquet reads the columns of a file as the format has them: types by name,
// and values.
func readParquet(t *testing.T, file []byte) (types map[string]int64, columns map[string][]any, groups int) {
	t.Helper()
	n := len(file)
	if !bytes.HasPrefix(file, []byte("PAR1")) || !bytes.HasSuffix(file, []byte("PAR1")) {
		t.Fatalf("no Parquet: %q", file)
	}
	size := int(binary.LittleEndian.Uint32(file[n-8:]))
	end := (&thriftReader{t, file[n-8-size : n-8]}).value(12).(map[int]any)
	types, columns = map[string]int64{}, map[string][]any{}
	for _, s := range end[2].([]any)[1:] {
		types[s.(map[int]any)[4].(string)] = s.(map[int]any)[1].(int64)
	}
	rows := int64(0)
	for _, g := range end[4].([]any) {
		group := g.(map[int]any)
		rows += group[3].(int64)
		for _, c := range group[1].([]any) {
			meta := c.(map[int]any)[3].(map[int]any)
			name := meta[3].([]any)[0].(string)
			columns[name] = append(columns[name], readPage(t, file[meta[9].(int64):], meta)...)
		}
	}
	for name, values := range columns {
		if int64(len(values)) != rows || rows != end[3].(int64) {
			t.Fatalf("column %s has %d of %d rows", name, len(values), end[3])
		}
	}
	return types, columns, len(end[4].([]any))
}

// readPage reads one page and its values.
func readPage(t *testing.T, b []byte, meta map[int]any) []any {
	t.Helper()
	r := &thriftReader{t, b}
	header := r.value(12).(map[int]any)
	decoder, err := zstd.NewReader(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer decoder.Close()
	body, err := decoder.DecodeAll(r.b[:header[3].(int64)], nil)
	if err != nil || int64(len(body)) != header[2].(int64) {
		t.Fatalf("a page of %d bytes, %v, want %d", len(body), err, header[2])
	}
	levels := binary.LittleEndian.Uint32(body)
	bits := &thriftReader{t, body[4 : 4+levels]}
	if run := bits.uvarint(); run&1 != 1 || int(run>>1) != len(bits.b) {
		t.Fatalf("levels %d of %d bytes", run, len(bits.b))
	}
	body = body[4+levels:]
	values := make([]any, meta[5].(int64))
	for i := range values {
		if bits.b[i/8]>>(i%8)&1 == 0 {
			continue
		}
		size := 8
		switch meta[1].(int64) {
		case 2:
			values[i] = int64(binary.LittleEndian.Uint64(body))
		case 5:
			values[i] = math.Float64frombits(binary.LittleEndian.Uint64(body))
		case 6:
			size = 4 + int(binary.LittleEndian.Uint32(body))
			values[i] = string(body[4:size])
		}
		body = body[size:]
	}
	if len(body) != 0 {
		t.Fatalf("%d bytes are left in a page", len(body))
	}
	return values
}

// writeParquet has an answer written.
func writeParquet(t *testing.T, names []string, rows [][]any) []byte {
	t.Helper()
	var b bytes.Buffer
	p := &parquetOutput{w: &b}
	defer p.discard()
	if err := p.Columns(names); err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		if err := p.Row(row); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestParquet(t *testing.T) {
	names := []string{"int", "real", "text", "mixed", "wide", "none", "blob", "int"}
	rows := [][]any{
		{int64(math.MaxInt64), 1.5, "é", int64(5), int64(1<<53 + 1), nil, []byte{0xff}, int64(1)},
		{nil, int64(2), "bad \xff", "five", 0.5, nil, nil, int64(-2)},
		{int64(-1), nil, "", 2.0, nil, nil, []byte("x"), nil},
	}
	types, columns, _ := readParquet(t, writeParquet(t, names, rows))
	if want := map[string]int64{"int": 2, "real": 5, "text": 6, "mixed": 6, "wide": 6, "none": 6, "blob": 6, "int#2": 2}; !reflect.DeepEqual(types, want) {
		t.Errorf("types %v, want %v", types, want)
	}
	want := map[string][]any{
		"int": {int64(math.MaxInt64), nil, int64(-1)}, "real": {1.5, 2.0, nil}, "text": {"é", "bad \uFFFD", ""}, "mixed": {"5", "five", "2.0"},
		"wide": {"9007199254740993", "0.5", nil}, "none": {nil, nil, nil}, "blob": {"\xff", nil, "x"}, "int#2": {int64(1), int64(-2), nil},
	}
	if !reflect.DeepEqual(columns, want) {
		t.Errorf("columns %v, want %v", columns, want)
	}
}

// TestParquetGroups writes more than one row group takes, with many columns.
func TestParquetGroups(t *testing.T) {
	var names []string
	for i := range 20 {
		names = append(names, fmt.Sprint("c", i))
	}
	var rows [][]any
	for i := range 300 {
		row := make([]any, len(names))
		row[0], row[i%20] = int64(i), strings.Repeat("x", 100_000)
		rows = append(rows, row)
	}
	_, columns, groups := readParquet(t, writeParquet(t, names, rows))
	if groups < 3 || len(columns) != 20 {
		t.Fatalf("%d groups, %d columns", groups, len(columns))
	}
	for i, row := range rows {
		for k, v := range row {
			if n, isInt := v.(int64); isInt {
				v = fmt.Sprint(n) // the column has texts too
			}
			if got := columns[names[k]][i]; got != v {
				t.Fatalf("row %d, column %d: %.20v, want %.20v", i, k, got, v)
			}
		}
	}
	if _, columns, groups := readParquet(t, writeParquet(t, names, nil)); groups != 0 || len(columns) != 0 {
		t.Errorf("an empty answer has %d groups and %v", groups, columns)
	}
}
