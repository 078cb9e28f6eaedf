package cli

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strings"

	"example.org/runshelf/query"
)

// parquetOutput writes a Parquet file. A column of it has one type, which is
// known when the last row was seen: so the rows wait in a temporary file.
type parquetOutput struct {
	w       io.Writer
	columns []parquetColumn
	kinds   []valueKinds
	spool   *os.File
	rows    *bufio.Writer
	count   int64
	buf     []byte
}

// valueKinds are the kinds of values that a column was seen to have.
type valueKinds struct{ ints, reals, texts, blobs, wide bool }

// exactInts is up to where a real holds every integer.
const exactInts = 1 << 53

// add takes note of a value.
func (k *valueKinds) add(v any) {
	switch x := v.(type) {
	case int64:
		k.ints = true
		k.wide = k.wide || x > exactInts || x < -exactInts
	case float64:
		k.reals = true
	case string:
		k.texts = true
	case []byte:
		k.blobs = true
	}
}

// kind is the type that holds all values of a column without loss: text when they
// are of several kinds.
func (k valueKinds) kind() parquetKind {
	switch {
	case k.texts || k.blobs || k.reals && k.wide:
		return parquetBytes
	case k.reals:
		return parquetDouble
	case k.ints:
		return parquetInt
	}
	return parquetBytes
}

// Columns takes the names. Of equal names all but the first get a number.
func (p *parquetOutput) Columns(names []string) (err error) {
	for _, name := range query.SQLNames(names) {
		p.columns = append(p.columns, parquetColumn{name: strings.ToValidUTF8(name, "\uFFFD")})
	}
	p.kinds = make([]valueKinds, len(names))
	if p.spool, err = os.CreateTemp("", "runshelf-query-"); err != nil {
		return fmt.Errorf("keeping the rows until their types are known: %w", err)
	}
	p.rows = bufio.NewWriterSize(p.spool, 64<<10)
	return nil
}

// Tags of the values in the temporary file.
const (
	spooledNull = iota
	spooledInt
	spooledReal
	spooledText
	spooledBlob
)

// Row keeps a row.
func (p *parquetOutput) Row(values []any) error {
	p.count++
	b := p.buf[:0]
	for i, v := range values {
		p.kinds[i].add(v)
		switch x := v.(type) {
		case nil:
			b = append(b, spooledNull)
		case int64:
			b = binary.AppendVarint(append(b, spooledInt), x)
		case float64:
			b = binary.LittleEndian.AppendUint64(append(b, spooledReal), math.Float64bits(x))
		case string:
			b = append(binary.AppendUvarint(append(b, spooledText), uint64(len(x))), x...)
		case []byte:
			b = append(binary.AppendUvarint(append(b, spooledBlob), uint64(len(x))), x...)
		}
	}
	p.buf = b
	_, err := p.rows.Write(b)
	return err
}

// close writes the file.
func (p *parquetOutput) close() error {
	if err := p.rows.Flush(); err != nil {
		return err
	}
	if _, err := p.spool.Seek(0, io.SeekStart); err != nil {
		return err
	}
	for i, k := range p.kinds {
		p.columns[i].kind, p.columns[i].text = k.kind(), !k.blobs
	}
	f, err := newParquetFile(p.w, p.columns)
	if err != nil {
		return err
	}
	in := bufio.NewReaderSize(p.spool, 64<<10)
	for range p.count {
		for i := range p.columns {
			v, err := readSpooled(in)
			if err != nil {
				return fmt.Errorf("reading the rows again: %w", err)
			}
			f.add(i, v)
		}
		if err := f.endRow(); err != nil {
			return err
		}
	}
	return f.close()
}

// discard removes the temporary file.
func (p *parquetOutput) discard() {
	if p.spool != nil {
		_ = p.spool.Close()
		_ = os.Remove(p.spool.Name()) // it is in the directory for such files
	}
}

// readSpooled reads one value.
func readSpooled(in *bufio.Reader) (any, error) {
	tag, err := in.ReadByte()
	if err != nil {
		return nil, err
	}
	switch tag {
	case spooledNull:
		return nil, nil
	case spooledInt:
		return binary.ReadVarint(in)
	case spooledReal:
		var b [8]byte
		_, err := io.ReadFull(in, b[:])
		return math.Float64frombits(binary.LittleEndian.Uint64(b[:])), err
	}
	n, err := binary.ReadUvarint(in)
	if err != nil || n > math.MaxInt32 {
		return nil, errors.Join(err, errors.New("a text of impossible length"))
	}
	b := make([]byte, n)
	if _, err := io.ReadFull(in, b); err != nil || tag == spooledBlob {
		return b, err
	}
	return string(b), nil
}

// add gives a column its value in the present row, as the column's type has it.
func (f *parquetFile) add(column int, v any) {
	c := &f.columns[column]
	if v == nil {
		f.null(column)
		return
	}
	switch c.kind {
	case parquetInt:
		n, _ := v.(int64) // the column has no others
		f.int(column, n)
	case parquetDouble:
		x, isReal := v.(float64)
		if n, isInt := v.(int64); isInt && !isReal {
			x = float64(n)
		}
		f.double(column, x)
	default:
		text := sqlText(v)
		if c.text {
			text = strings.ToValidUTF8(text, "\uFFFD")
		}
		f.bytes(column, text)
	}
}
