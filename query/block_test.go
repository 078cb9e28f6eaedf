package query

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"example.org/runshelf/internal/processor"
	"pgregory.net/rapid"
)

// cutInto cuts a log into small blocks for several workers.
func cutInto(log string, each int64, workers int) *blocks {
	return &blocks{src: strings.NewReader(log), size: int64(len(log)), each: each, workers: workers}
}

// TestBlocksChangeNothing has logs cut into blocks of all sizes: the lines, their
// numbers and places, and the report are those of one block.
func TestBlocksChangeNothing(t *testing.T) {
	piece := rapid.SampledFrom([]string{
		"{\"sequence\":1,\"n\":12}\n", "{}\n", "\n", "{\"sequence\":9,\"x", "\x00\x00\n", "\r\n", "{\"k\":\"\xff\"}\r\n", "nonsense\n",
		"{\"x\":\"" + strings.Repeat("y", 300) + "\"}\n", "{\"x\":\"" + strings.Repeat("z", overread+100) + "\"}\n",
	})
	rapid.Check(t, func(rt *rapid.T) {
		log := strings.Join(rapid.SliceOfN(piece, 0, 30).Draw(rt, "pieces"), "")
		log = log[:rapid.IntRange(0, len(log)).Draw(rt, "cut")]
		whole, wantReport := linesOf(rt, cutInto(log, 1<<30, 1))
		blocks := cutInto(log, rapid.Int64Range(1, 400).Draw(rt, "each"), rapid.IntRange(1, 4).Draw(rt, "workers"))
		got, report := linesOf(rt, blocks)
		if !slices.Equal(got, whole) {
			rt.Fatalf("in blocks %q, whole %q", got, whole)
		}
		if !reflect.DeepEqual(report, wantReport) {
			rt.Fatalf("in blocks %+v, whole %+v", report, wantReport)
		}
	})
}

func linesOf(t *rapid.T, blocks *blocks) ([]string, Report) {
	var lines []string
	report, err := scanBlocks(blocks, Filter{KeepBroken: true}, func(l *Line) error {
		lines = append(lines, fmt.Sprintf("%d@%d broken %t: %s", l.Number, l.Offset, l.Broken, l.Bytes))
		return nil
	})
	if err != nil {
		t.Fatalf("scan: %v", err)
	}
	return lines, report
}

// TestStatsEqualsNaive counts logs in blocks of all sizes and by the simplest
// words.
func TestStatsEqualsNaive(t *testing.T) {
	piece := rapid.SampledFrom([]string{
		`{"sequence":1,"event_type":"a","n":1}`, `{"sequence":2,"event_type":"b","n":2.5,"timestamp":"2026-01-15T12:00:00.000001Z"}`,
		`{"sequence":3,"event_type":"\u0061","timestamp":"2026-01-15T14:00:00+02:00"}`, `broken`, `{"sequence":4}`,
		`{"event_type":"é","sequence":5,"event_type":"c","timestamp":"2026-01-14T12:00:00.000000Z"}`,
	})
	rapid.Check(t, func(rt *rapid.T) {
		log := strings.Join(append(rapid.SliceOfN(piece, 0, 40).Draw(rt, "lines"), ""), "\n")
		f := Filter{unit: new(rapid.SampledFrom(processor.Here()).Draw(rt, "unit"))}
		one, wantReport, err := stats(cutInto(log, 1<<30, 1), "", Filter{unit: new(processor.Portable)}, []string{"n"})
		if err != nil {
			rt.Fatal(err)
		}
		many, report, err := stats(cutInto(log, rapid.Int64Range(1, 200).Draw(rt, "each"), 3), "", f, []string{"n"})
		if err != nil || !reflect.DeepEqual(report, wantReport) || many.FirstTime != one.FirstTime || many.LastTime != one.LastTime {
			rt.Fatalf("in blocks %+v %+v, whole %+v %+v: %v", report, many, wantReport, one, err)
		}
		if summary(many) != summary(one) || many.Events != uint64(len(naive(log))) {
			rt.Fatalf("in blocks %s, whole %s", summary(many), summary(one))
		}
	})
}

// TestStopEarly ends questions in the middle of many blocks. The workers must
// end too, or the race detector and the goroutine count of other tests complain.
func TestStopEarly(t *testing.T) {
	log := sample(2000)
	for _, stopAt := range []int64{1, 700} {
		var seen int64
		report, err := scanBlocks(cutInto(log, 500, 4), Filter{}, func(*Line) error {
			if seen++; seen == stopAt {
				return ErrStop
			}
			return nil
		})
		if err != nil || seen != stopAt || report.Matched != stopAt {
			t.Errorf("stopped after %d of %d: %v", seen, stopAt, err)
		}
	}
}

// TestBlockReadError has a disk that fails in the middle: what lies before is
// handed out.
func TestBlockReadError(t *testing.T) {
	seen := 0
	blocks := cutInto(sample(100), 30, 4)
	blocks.src = failing{blocks.src}
	_, err := scanBlocks(blocks, Filter{}, func(*Line) error { seen++; return nil })
	if !errors.Is(err, errDisk) {
		t.Errorf("%d lines, %v", seen, err)
	}
}
