package event

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"
)

// small is an event of about 175 bytes, as a simulation writes most.
var small = Body{Type: "transfer", Cause: 41, Attrs: []slog.Attr{
	slog.Int64("tick", 3), slog.String("sender", "alpha"), slog.String("recipient", "beta"),
	slog.Int64("amount", 5), slog.String("reason", "trade"), slog.Float64("share", 0.25),
}}

// medium is an event of about 470 bytes with groups in groups.
var medium = Body{Type: "action", Cause: 41, Attrs: []slog.Attr{
	slog.Int64("tick", 3), slog.String("agent_id", "agent_17"), slog.String("kind", "write_artifact"),
	slog.Group("intent",
		slog.String("artifact_id", "artifact_1044"), slog.Int("bytes", 1200), slog.Int("price", 7),
		slog.String("content", "a plan: buy low, sell high, keep the rest for the auction at tick 40"),
		slog.Group("access", slog.String("rule", "list"), slog.String("first", "alpha"), slog.String("second", "beta")),
	),
	slog.Group("result",
		slog.Bool("success", true), slog.Duration("took", 1500*time.Microsecond), slog.Float64("score", 71.25),
		slog.Group("balances", slog.Int64("alpha", 1043), slog.Int64("beta", 77), slog.Int64("gamma", 0)),
	),
}}

// large is an event with 8 KiB of text as a language model writes it.
var large = Body{Type: "thinking", Attrs: []slog.Attr{
	slog.Int64("tick", 3), slog.String("agent_id", "agent_17"), slog.String("text", largeText()),
}}

func largeText() string {
	const part = "The market looks thin today; I would rather hold.\n\n1. \"Buy\" only below 5 scrip — the naïve rule.\n2. Keep 20% in reserve…\n\tThen wait for the auction, and bid what it is worth to me, not more. "
	return strings.Repeat(part, 8192/len(part)+1)[:8192]
}

// mapData is medium as a map.
var mapData = toMap(medium.Attrs)

func toMap(attrs []slog.Attr) map[string]any {
	m := map[string]any{}
	for _, a := range attrs {
		if a.Value.Kind() == slog.KindGroup {
			m[a.Key] = toMap(a.Value.Group())
			continue
		}
		m[a.Key] = a.Value.Any()
	}
	return m
}

var start = time.Date(2026, 1, 15, 12, 0, 0, 123456000, time.UTC)

func benchmarkAppend(b *testing.B, body Body) {
	buf := make([]byte, 0, 64<<10)
	var s Stamp
	b.ReportAllocs()
	var n uint64
	for b.Loop() {
		n++
		buf = s.AppendHead(buf[:0], start.Add(time.Duration(n)*time.Microsecond), n)
		buf = AppendBody(buf, body)
	}
	b.SetBytes(int64(len(buf)))
}

func BenchmarkAppendSmall(b *testing.B)  { benchmarkAppend(b, small) }
func BenchmarkAppendMedium(b *testing.B) { benchmarkAppend(b, medium) }
func BenchmarkAppendLarge(b *testing.B)  { benchmarkAppend(b, large) }

func BenchmarkString(b *testing.B) {
	for name, unit := range map[string]string{
		"ASCII": "plain text without anything to escape in it. ", "Latin": "Füße über Straße, naïve café. ", "CJK": "模型说市场今天很平静我会等待。", "Quotes": `{"a":1}`,
		"Text": largeText(),
	} {
		text := strings.Repeat(unit, 8192/len(unit)+1)[:8192]
		b.Run(name, func(b *testing.B) {
			buf := make([]byte, 0, 64<<10)
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				buf = appendString(buf[:0], text)
			}
		})
	}
}

func BenchmarkAppendMap(b *testing.B) {
	buf := make([]byte, 0, 64<<10)
	var s Stamp
	b.ReportAllocs()
	var n uint64
	for b.Loop() {
		n++
		buf = s.AppendHead(buf[:0], start, n)
		buf = AppendMapBody(buf, Body{Type: "action", Cause: 41}, mapData)
	}
	b.SetBytes(int64(len(buf)))
}

func benchmarkSlog(b *testing.B, body Body) {
	h := slog.NewJSONHandler(io.Discard, nil)
	ctx := context.Background()
	b.ReportAllocs()
	for b.Loop() {
		r := slog.NewRecord(start, slog.LevelInfo, body.Type, 0)
		r.AddAttrs(body.Attrs...)
		_ = h.Handle(ctx, r)
	}
}

func BenchmarkSlogSmall(b *testing.B)  { benchmarkSlog(b, small) }
func BenchmarkSlogMedium(b *testing.B) { benchmarkSlog(b, medium) }
func BenchmarkSlogLarge(b *testing.B)  { benchmarkSlog(b, large) }

func BenchmarkJSONMap(b *testing.B) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	b.ReportAllocs()
	for b.Loop() {
		buf.Reset()
		_ = enc.Encode(mapData)
	}
	b.SetBytes(int64(buf.Len()))
}

func BenchmarkJSONLarge(b *testing.B) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	text := largeText()
	b.ReportAllocs()
	for b.Loop() {
		buf.Reset()
		_ = enc.Encode(text)
	}
	b.SetBytes(int64(buf.Len()))
}

func BenchmarkDecode(b *testing.B) {
	line := AppendLine(nil, start, 7, medium)
	b.SetBytes(int64(len(line)))
	b.ReportAllocs()
	for b.Loop() {
		_, _ = Decode(line)
	}
}

func BenchmarkJSONDecode(b *testing.B) {
	line := AppendLine(nil, start, 7, medium)
	b.SetBytes(int64(len(line)))
	b.ReportAllocs()
	for b.Loop() {
		var m map[string]any
		_ = json.Unmarshal(line, &m)
	}
}
