package cli

import (
	"encoding/binary"
	"io"
	"math"

	"github.com/klauspost/compress/zstd"
)

// What of the Parquet format (https://parquet.apache.org/docs/file-format/) an
// answer of rows and columns needs: optional columns of integers, reals and
// texts, one page for each column of a row group, plain values, Zstandard. A
// library that can do all of the format would make the program half as large
// again.

// parquetKind is the physical type of a column, by its number in the format.
type parquetKind int64

// The kinds in use.
const (
	parquetInt    parquetKind = 2
	parquetDouble parquetKind = 5
	parquetBytes  parquetKind = 6
)

// Numbers of the format.
const (
	parquetMagic    = "PAR1"
	parquetOptional = 1
	parquetUTF8     = 0 // a converted type
	parquetPlain    = 0 // an encoding
	parquetRLE      = 3 // an encoding
	parquetZstd     = 6 // a codec
)

// parquetColumn is one column, and what of it waits for the next row group.
type parquetColumn struct {
	name    string
	kind    parquetKind
	text    bool   // of bytes: they are UTF-8
	defined []byte // a bit for each row, lowest first: whether there is a value
	values  []byte
}

// parquetFile writes one file. Its memory is that of one row group.
type parquetFile struct {
	w       io.Writer
	offset  int64
	columns []parquetColumn
	rows    int // that wait
	all     int64
	groups  []thrift
	zstd    *zstd.Encoder
}

// newParquetFile begins a file with the given columns.
func newParquetFile(w io.Writer, columns []parquetColumn) (*parquetFile, error) {
	encoder, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1))
	if err != nil {
		return nil, err
	}
	f := &parquetFile{w: w, columns: columns, zstd: encoder}
	return f, f.write([]byte(parquetMagic))
}

func (f *parquetFile) write(b []byte) error {
	n, err := f.w.Write(b)
	f.offset += int64(n)
	return err
}

// null adds no value to a column, the others add one.
func (f *parquetFile) null(column int) { f.define(column, 0) }

func (f *parquetFile) int(column int, v int64) {
	c := f.define(column, 1)
	c.values = binary.LittleEndian.AppendUint64(c.values, uint64(v))
}

func (f *parquetFile) double(column int, v float64) {
	c := f.define(column, 1)
	c.values = binary.LittleEndian.AppendUint64(c.values, math.Float64bits(v))
}

func (f *parquetFile) bytes(column int, v string) {
	c := f.define(column, 1)
	c.values = append(binary.LittleEndian.AppendUint32(c.values, uint32(len(v))), v...)
}

// define notes whether the present row has a value.
func (f *parquetFile) define(column int, bit byte) *parquetColumn {
	c := &f.columns[column]
	if f.rows%8 == 0 {
		c.defined = append(c.defined, 0)
	}
	c.defined[f.rows/8] |= bit << (f.rows % 8)
	return c
}

// Limits of a row group, whichever comes first.
const (
	parquetGroupRows  = 100_000
	parquetGroupBytes = 8 << 20
)

// endRow ends a row for which each column was given a value or none.
func (f *parquetFile) endRow() error {
	f.rows++
	size := 0
	for i := range f.columns {
		size += len(f.columns[i].values)
	}
	if f.rows < parquetGroupRows && size < parquetGroupBytes {
		return nil
	}
	return f.endGroup()
}

// endGroup writes the rows that wait.
func (f *parquetFile) endGroup() error {
	if f.rows == 0 {
		return nil
	}
	var chunks []thrift
	total := int64(0)
	for i := range f.columns {
		chunk, size, err := f.page(&f.columns[i])
		if err != nil {
			return err
		}
		chunks, total = append(chunks, chunk), total+size
	}
	var group thrift
	group.list(1, thriftStruct, chunks)
	group.int(2, thriftI64, total)
	group.int(3, thriftI64, int64(f.rows))
	f.groups = append(f.groups, group.end())
	f.all += int64(f.rows)
	f.rows = 0
	return nil
}

// page writes one column of a row group, and returns what the end of the file
// says about it and its size.
func (f *parquetFile) page(c *parquetColumn) (chunk thrift, size int64, err error) {
	body := binary.LittleEndian.AppendUint32(nil, 0)
	body = binary.AppendUvarint(body, uint64(len(c.defined))<<1|1) // one run of bits, in groups of eight
	body = append(body, c.defined...)
	binary.LittleEndian.PutUint32(body, uint32(len(body)-4))
	body = append(body, c.values...)
	packed := f.zstd.EncodeAll(body, nil)

	var data, header thrift
	data.int(1, thriftI32, int64(f.rows))
	data.int(2, thriftI32, parquetPlain)
	data.int(3, thriftI32, parquetRLE)
	data.int(4, thriftI32, parquetRLE)
	header.int(1, thriftI32, 0) // a data page
	header.int(2, thriftI32, int64(len(body)))
	header.int(3, thriftI32, int64(len(packed)))
	header.structure(5, data.end())
	head := header.end().b

	at := f.offset
	if err := f.write(append(head, packed...)); err != nil {
		return chunk, 0, err
	}
	var meta thrift
	meta.int(1, thriftI32, int64(c.kind))
	meta.list(2, thriftI32, []thrift{thriftNumber(parquetPlain), thriftNumber(parquetRLE)})
	meta.list(3, thriftBinary, []thrift{thriftText(c.name)})
	meta.int(4, thriftI32, parquetZstd)
	meta.int(5, thriftI64, int64(f.rows))
	meta.int(6, thriftI64, int64(len(head)+len(body)))
	meta.int(7, thriftI64, f.offset-at)
	meta.int(9, thriftI64, at)
	chunk.int(2, thriftI64, at)
	chunk.structure(3, meta.end())
	c.defined, c.values = c.defined[:0], c.values[:0]
	return chunk.end(), int64(len(head) + len(body)), nil
}

// close writes what waits and the end of the file.
func (f *parquetFile) close() error {
	if err := f.endGroup(); err != nil {
		return err
	}
	var root thrift
	root.text(4, "rows")
	root.int(5, thriftI32, int64(len(f.columns)))
	schema := []thrift{root.end()}
	for i := range f.columns {
		schema = append(schema, f.columns[i].schema())
	}
	var end thrift
	end.int(1, thriftI32, 1)
	end.list(2, thriftStruct, schema)
	end.int(3, thriftI64, f.all)
	end.list(4, thriftStruct, f.groups)
	end.text(6, "runshelf")
	b := end.end().b
	b = binary.LittleEndian.AppendUint32(b, uint32(len(b)))
	return f.write(append(b, parquetMagic...))
}

// schema describes a column.
func (c *parquetColumn) schema() thrift {
	var s thrift
	s.int(1, thriftI32, int64(c.kind))
	s.int(3, thriftI32, parquetOptional)
	s.text(4, c.name)
	if c.kind == parquetBytes && c.text {
		s.int(6, thriftI32, parquetUTF8)
	}
	return s.end()
}

// thrift is a structure in the compact protocol of Thrift, in which Parquet says
// what is where. Fields are added in the order of their numbers.
type thrift struct {
	b    []byte
	last int
}

// Types of the protocol.
const (
	thriftI32    = 5
	thriftI64    = 6
	thriftBinary = 8
	thriftList   = 9
	thriftStruct = 12
)

// field begins a field; all are less than 16 apart.
func (t *thrift) field(number, kind int) {
	t.b = append(t.b, byte(number-t.last)<<4|byte(kind))
	t.last = number
}

func (t *thrift) int(number, kind int, v int64) {
	t.field(number, kind)
	t.b = binary.AppendVarint(t.b, v)
}

func (t *thrift) text(number int, s string) {
	t.field(number, thriftBinary)
	t.b = append(t.b, thriftText(s).b...)
}

func (t *thrift) structure(number int, s thrift) {
	t.field(number, thriftStruct)
	t.b = append(t.b, s.b...)
}

func (t *thrift) list(number, kind int, elements []thrift) {
	t.field(number, thriftList)
	if n := len(elements); n < 15 {
		t.b = append(t.b, byte(n)<<4|byte(kind))
	} else {
		t.b = binary.AppendUvarint(append(t.b, 0xf0|byte(kind)), uint64(n))
	}
	for _, e := range elements {
		t.b = append(t.b, e.b...)
	}
}

// end ends a structure.
func (t thrift) end() thrift { return thrift{b: append(t.b, 0)} }

// thriftText and thriftNumber are elements of lists.
func thriftText(s string) thrift {
	return thrift{b: append(binary.AppendUvarint(nil, uint64(len(s))), s...)}
}

func thriftNumber(v int64) thrift { return thrift{b: binary.AppendVarint(nil, v)} }
