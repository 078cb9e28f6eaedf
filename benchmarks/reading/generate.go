package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"strconv"
	"time"

	"example.org/runshelf/event"
)

// The kind of event that the filters look for, and its share.
const (
	rareType  = "mint_auction"
	rareShare = 0.02
)

// agents is how many agents the made-up economy has.
const agents = 12

// generator makes the kind of events that the economy logs, in about the shares
// in which it logs them, but for the auctions, which are more frequent. The same
// events come at every start.
type generator struct {
	random   *rand.Rand
	at       time.Time
	sequence uint64
	typeLast bool // event_type is the last key instead of the third
	line     []byte
	data     []byte
}

// newGenerator starts with the first event.
func newGenerator(typeLast bool) *generator {
	return &generator{
		random:   rand.New(rand.NewPCG(5, 7)),
		at:       time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC),
		typeLast: typeLast,
	}
}

// kinds are the types with their shares of a thousand, and what writes the data
// of each.
var kinds = []struct {
	name  string
	share int
	data  func(*generator)
}{
	{"resource_consumed", 229, (*generator).resource},
	{"resource_spent", 163, (*generator).resource},
	{"action", 161, (*generator).action},
	{"thinking", 161, (*generator).thinking},
	{"transfer", 66, (*generator).transfer},
	{"invoke_success", 50, (*generator).invoke},
	{"mint_submission", 40, (*generator).submission},
	{"artifact_read", 30, (*generator).artifact},
	{"invoke_failure", 26, (*generator).invoke},
	{"artifact_written", 24, (*generator).artifact},
	{rareType, 1000 * rareShare, (*generator).auction},
	{"ubi", 16, (*generator).ubi},
	{"tick", 14, (*generator).balances},
}

// next makes the next line, with its line end.
func (g *generator) next() []byte {
	g.sequence++
	g.at = g.at.Add(time.Duration(g.random.IntN(20)) * time.Microsecond)
	kind := g.random.IntN(1000)
	k := 0
	for kind >= kinds[k].share {
		kind -= kinds[k].share
		k++
	}
	g.data = strconv.AppendInt(append(g.data[:0], `,"tick":`...), int64(g.sequence/70), 10)
	kinds[k].data(g)
	b := append(g.line[:0], `{"timestamp":"`...)
	b = g.at.AppendFormat(b, event.TimeLayout)
	b = append(b, `","sequence":`...)
	b = strconv.AppendUint(b, g.sequence, 10)
	if g.typeLast {
		b = append(g.withType(append(b, g.data...), kinds[k].name), "}\n"...)
	} else {
		b = append(append(g.withType(b, kinds[k].name), g.data...), "}\n"...)
	}
	g.line = b
	return b
}

// withType appends the type, and the cause of what is not the first.
func (g *generator) withType(b []byte, name string) []byte {
	b = append(append(append(b, `,"event_type":"`...), name...), '"')
	if g.sequence > 10 && !g.typeLast {
		b = strconv.AppendUint(append(b, `,"cause":`...), g.sequence-1-g.random.Uint64N(8), 10)
	}
	return b
}

// text, number and agent append a member.
func (g *generator) text(key, value string) {
	g.data = fmt.Appendf(g.data, `,%q:%q`, key, value)
}

func (g *generator) number(key string, below int) {
	g.data = append(append(append(g.data, `,"`...), key...), `":`...)
	g.data = strconv.AppendInt(g.data, int64(g.random.IntN(below)), 10)
}

func (g *generator) agent(key string) { g.name(key, "agent_", agents) }

func (g *generator) name(key, prefix string, below int) {
	g.data = append(append(append(append(g.data, `,"`...), key...), `":"`...), prefix...)
	g.data = append(strconv.AppendInt(g.data, int64(1+g.random.IntN(below)), 10), '"')
}

func (g *generator) resource() {
	g.agent("principal")
	g.text("resource", "compute")
	g.number("amount", 20)
	g.number("balance_after", 1_000_000)
}

func (g *generator) action() {
	g.agent("agent_id")
	g.text("kind", "write_artifact")
	g.data = append(g.data, `,"intent":{"artifact_id":"artifact_`...)
	g.data = strconv.AppendInt(g.data, int64(g.random.IntN(5000)), 10)
	g.data = append(g.data, `","content":"say \"hello\" to the others\nand go on","price":`...)
	g.data = append(strconv.AppendInt(g.data, int64(g.random.IntN(9)), 10), `},"success":true,"error":""`...)
}

func (g *generator) thinking() {
	g.agent("agent_id")
	g.number("compute_cost", 20)
	g.number("llm_cost", 20)
}

func (g *generator) transfer() {
	g.agent("sender")
	g.agent("recipient")
	g.number("amount", 100)
	g.text("reason", "invoke")
	g.number("sender_scrip_after", 1000)
	g.number("recipient_scrip_after", 1000)
}

func (g *generator) artifact() {
	g.agent("agent_id")
	g.name("artifact_id", "artifact_", 5000)
	g.agent("owner")
	g.number("bytes", 1024)
	g.number("price", 9)
}

func (g *generator) invoke() {
	g.agent("agent_id")
	g.name("artifact_id", "artifact_", 5000)
	g.agent("owner")
	g.number("price", 9)
	g.number("result", 1000)
}

func (g *generator) submission() {
	g.agent("principal")
	g.name("artifact_id", "artifact_", 5000)
	g.number("bid", 30)
	g.number("scrip_after", 1000)
	g.number("escrow_after", 100)
}

func (g *generator) auction() {
	g.agent("winner")
	g.name("artifact_id", "artifact_", 5000)
	g.number("bid", 30)
	g.number("price", 30)
	g.number("score", 100)
	g.number("submissions", 30)
}

func (g *generator) ubi() {
	g.agent("recipient")
	g.number("amount", 5)
	g.number("scrip_after", 1000)
}

// balances is a long event: three objects with a number for each agent.
func (g *generator) balances() {
	for _, key := range []string{"balances", "compute", "llm_budget"} {
		g.data = fmt.Appendf(g.data, `,%q:{`, key)
		for i := range agents {
			g.data = fmt.Appendf(g.data, `%s"agent_%02d":%d`, ","[:min(i, 1)], i+1, g.random.IntN(1000))
		}
		g.data = append(g.data, '}')
	}
	g.data = fmt.Appendf(g.data, `,"gini":%.6f`, g.random.Float64())
}

// writeLog writes whole events until the file has at least so many bytes, and
// returns how many events it has.
func writeLog(path string, bytes int64, typeLast bool) (events uint64, err error) {
	file, err := os.Create(path)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	w := bufio.NewWriterSize(file, 1<<20)
	g := newGenerator(typeLast)
	if err := g.writeTo(w, bytes); err != nil {
		return 0, err
	}
	return g.sequence, w.Flush()
}

// writeTo writes events until there are at least so many bytes.
func (g *generator) writeTo(w io.Writer, bytes int64) error {
	for written := int64(0); written < bytes; {
		n, err := w.Write(g.next())
		if err != nil {
			return err
		}
		written += int64(n)
	}
	return nil
}
