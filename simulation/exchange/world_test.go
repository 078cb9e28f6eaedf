package exchange

import (
	"errors"
	"log/slog"
	"math"
	"strconv"
	"strings"
	"testing"

	"example.org/runshelf/simulation"
	"pgregory.net/rapid"
)

// The model is all that the runner may ask of a model.
var (
	_ simulation.Model        = (*world)(nil)
	_ simulation.Checkpointer = (*world)(nil)
	_ simulation.Metered      = (*world)(nil)
	_ simulation.Checked      = (*world)(nil)
)

func TestDefinition(t *testing.T) {
	d := Definition()
	if d.Name != "exchange" {
		t.Errorf("the model is called %q", d.Name)
	}
	if err := d.Check(d.Defaults()); err != nil {
		t.Errorf("the defaults are refused: %v", err)
	}
	if err := d.Check(with(simulation.Config{"agents": int64(1_000_000), "money": int64(1001)})); err == nil {
		t.Error("more money than can be counted exactly is accepted")
	}
	if err := d.Check(with(simulation.Config{"agents": int64(1_000_000), "money": int64(1000)})); err != nil {
		t.Errorf("the most money that can be counted is refused: %v", err)
	}
}

func TestMoneyIsConserved(t *testing.T) {
	allowed := map[string][]string{}
	for _, p := range Definition().Params {
		allowed[p.Name] = p.Allowed
	}
	rapid.Check(t, func(r *rapid.T) {
		c := with(simulation.Config{
			"rule":       rapid.SampledFrom(allowed["rule"]).Draw(r, "rule"),
			"activation": rapid.SampledFrom(allowed["activation"]).Draw(r, "activation"),
			"agents":     rapid.Int64Range(2, 50).Draw(r, "agents"),
			"money":      rapid.Int64Range(1, 1_000_000).Draw(r, "money"),
			"lambda":     rapid.Float64Range(0, 1).Draw(r, "lambda"),
			"omega":      rapid.Float64Range(0, 1).Draw(r, "omega"),
			"f":          rapid.Float64Range(0, 1).Draw(r, "f"),
		})
		w, ctx := begin(t, rapid.Uint64().Draw(r, "seed"), c, nil)
		for range 30 {
			steps(t, w, ctx, 1)
			if err := w.CheckInvariants(); err != nil {
				r.Fatal(err)
			}
		}
	})
}

func TestInvariantsSeeBrokenMoney(t *testing.T) {
	for name, spoil := range map[string]func([]int64){
		"made": func(m []int64) { m[3]++ },
		"lost": func(m []int64) { m[3]-- },
		"debt": func(m []int64) { m[3] -= 2 * m[3]; m[4] += 2 * m[4] },
		"wrap": func(m []int64) { m[3], m[4] = math.MaxInt64, math.MaxInt64 },
	} {
		w, _ := begin(t, 1, with(nil), nil)
		if spoil(w.money); w.CheckInvariants() == nil {
			t.Errorf("%s money is not noticed", name)
		}
	}
}

// grains reads an amount of an event back, as a reader of its JSON would.
func grains(t *testing.T, v slog.Value, scale int64) int64 {
	t.Helper()
	if scale == 1 {
		return v.Int64()
	}
	text := strconv.FormatFloat(v.Float64(), 'f', -1, 64)
	if _, places, _ := strings.Cut(text, "."); len(places) > 6 {
		t.Fatalf("%s has more than six places", text)
	}
	return int64(math.Round(v.Float64() * float64(scale)))
}

func TestTradesReplayToTheWorld(t *testing.T) {
	everyWorld(t, func(t *testing.T, c simulation.Config) {
		l := &listener{}
		w, ctx := begin(t, 7, c, l)
		money := append([]int64(nil), w.money...)
		steps(t, w, ctx, 20)
		for i, e := range l.ofKind("trade") {
			giver, receiver := e.attrs["giver"].Int64(), e.attrs["receiver"].Int64()
			amount := grains(t, e.attrs["amount"], w.scale)
			money[giver] -= amount
			money[receiver] += amount
			if amount <= 0 || giver == receiver ||
				money[giver] != grains(t, e.attrs["giver_after"], w.scale) ||
				money[receiver] != grains(t, e.attrs["receiver_after"], w.scale) {
				t.Fatalf("trade %d does not follow from those before: %v", i, e.attrs)
			}
		}
		for i := range money {
			if money[i] != w.money[i] {
				t.Fatalf("agent %d has %d grains, the events say %d", i, w.money[i], money[i])
			}
		}
	})
}

func TestLargestAmountsKeepTheirGrains(t *testing.T) {
	w := &world{scale: grainsPerUnit}
	for _, want := range []int64{1, 999_999, 1_000_001, 123_456_789_012_345, maxMoney*grainsPerUnit - 1, maxMoney * grainsPerUnit} {
		if got := grains(t, w.units("amount", want).Value, w.scale); got != want {
			t.Errorf("%d grains are read back as %d", want, got)
		}
	}
}

func TestUnitIsWhole(t *testing.T) {
	l := &listener{}
	w, ctx := begin(t, 1, with(simulation.Config{"rule": ruleUnit, "money": int64(1)}), l)
	steps(t, w, ctx, 30)
	for _, e := range l.ofKind("trade") {
		for _, key := range []string{"amount", "giver_after", "receiver_after"} {
			if e.attrs[key].Kind() != slog.KindInt64 {
				t.Fatalf("%s is a %s", key, e.attrs[key].Kind())
			}
		}
		if e.attrs["amount"].Int64() != 1 {
			t.Fatalf("a trade of %s units", e.attrs["amount"])
		}
	}
}

// Rich agents always have a unit to give, so trades tell who was active.
func TestActivation(t *testing.T) {
	const agents = 50
	givers := func(activation string) map[int64]int {
		l := &listener{}
		w, ctx := begin(t, 3, with(simulation.Config{
			"rule": ruleUnit, "activation": activation, "agents": int64(agents), "money": int64(1000)}), l)
		steps(t, w, ctx, 1)
		count := map[int64]int{}
		for _, e := range l.ofKind("trade") {
			count[e.attrs["giver"].Int64()]++
		}
		if n := len(l.ofKind("trade")); n != agents {
			t.Errorf("%s: %d meetings in a tick of %d agents", activation, n, agents)
		}
		return count
	}
	if n := len(givers(activationShuffle)); n != agents {
		t.Errorf("shuffle: %d of %d agents gave", n, agents)
	}
	// With 50 draws, all different has a probability of 10^-21.
	if n := len(givers(activationScan)); n == agents {
		t.Error("scan: each agent gave exactly once")
	}
}

func TestOtherIsUniform(t *testing.T) {
	const agents, draws = 5, 50_000
	w, ctx := begin(t, 1, with(simulation.Config{"agents": int64(agents)}), nil)
	for agent := range agents {
		var count [agents]int
		for range draws {
			count[w.other(ctx.Rand("test"), agent)]++
		}
		for i, n := range count {
			if i == agent && n > 0 {
				t.Fatalf("agent %d meets itself", agent)
			}
			// Six standard deviations of a binomial count.
			if want := draws / (agents - 1); i != agent && math.Abs(float64(n-want)) > 6*math.Sqrt(draws*0.25*0.75) {
				t.Errorf("agent %d meets %d %d times of %d", agent, i, n, draws)
			}
		}
	}
}

func TestTradesSwitchChangesNothingElse(t *testing.T) {
	everyWorld(t, func(t *testing.T, c simulation.Config) {
		loud, quiet := &listener{}, &listener{}
		w, ctx := begin(t, 5, c, loud)
		steps(t, w, ctx, 10)
		c["trades"] = false
		w, ctx = begin(t, 5, c, quiet)
		steps(t, w, ctx, 10)
		if len(quiet.ofKind("trade")) != 0 {
			t.Error("trades are reported although switched off")
		}
		for i, e := range loud.ofKind("tick") {
			if got := quiet.ofKind("tick")[i]; e.attrs["gini"].Float64() != got.attrs["gini"].Float64() {
				t.Fatalf("tick %d differs: %v, %v", i+1, e.attrs, got.attrs)
			}
		}
	})
}

func TestMetricsAreTheTicks(t *testing.T) {
	l := &listener{}
	w, ctx := begin(t, 5, with(nil), l)
	steps(t, w, ctx, 10)
	metrics := map[string]float64{}
	w.Metrics(func(name string, value float64) { metrics[name] = value })
	ticks := l.ofKind("tick")
	for _, key := range []string{"mean", "variance", "gini", "broke"} {
		if got, want := metrics[key], ticks[len(ticks)-1].attrs[key].Float64(); got != want {
			t.Errorf("%s is %v, the tick says %v", key, got, want)
		}
	}
	if got, want := metrics["trades"], float64(len(l.ofKind("trade"))); got != want {
		t.Errorf("%v trades, %v events", got, want)
	}
}

// deaf takes events and keeps nothing.
type deaf struct{}

func (deaf) Record(uint64, string, []slog.Attr) uint64 { return 0 }

func TestStepDoesNotAllocate(t *testing.T) {
	everyWorld(t, func(t *testing.T, c simulation.Config) {
		w, ctx := begin(t, 1, c, deaf{})
		steps(t, w, ctx, 3)
		if n := testing.AllocsPerRun(20, func() { _ = w.Step(ctx) }); n > 0 {
			t.Errorf("a tick allocates %v times", n)
		}
	})
}

// A stopped tick ends between two meetings and tells of no tick.
func TestStopBetweenMeetings(t *testing.T) {
	for _, activation := range []string{activationScan, activationShuffle} {
		c := Definition().Defaults()
		c["activation"] = activation
		ctx, w := simulation.NewContext(1, c, nil), &world{}
		if err := w.Init(ctx); err != nil {
			t.Fatal(err)
		}
		ctx.SetStop(func() bool { return ctx.Turns() == 70 })
		ctx.Advance()
		if err := w.Step(ctx); !errors.Is(err, simulation.ErrStopped) || w.traded == 0 || w.traded > 70 {
			t.Errorf("%s: stopped after %d trades: %v", activation, w.traded, err)
		}
		if err := w.CheckInvariants(); err != nil {
			t.Errorf("%s: %v", activation, err)
		}
	}
}
