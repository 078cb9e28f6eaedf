package event

import (
	"strings"
	"testing"
)

var knownTypes = []string{
	"simulation_start", "simulation_end", "tick", "transfer", "action", "thinking", "mint_auction",
	"agent_frozen", "agent_unfrozen", "log", "log_gap", "stdout", "stderr",
	"world_init", "artifact_written", "artifact_read", "artifact_deleted", "invoke_success", "invoke_failure",
	"escrow_deposit", "escrow_purchase", "escrow_cancel", "mint_submission", "mint_refund", "ubi", "mint", "burn",
	"resource_consumed", "resource_spent", "resource_allocated",
}

func TestAppendText(t *testing.T) {
	tests := []struct{ name, line, want string }{
		{"start", `{"event_type":"simulation_start","model":"economy","version":"1","seed":42,"config":{"ticks":200,"strategies":["saver"]}}`,
			`simulation_start economy 1, seed 42: ticks=200 strategies=["saver"]`},
		{"end", `{"event_type":"simulation_end","reason":"max_ticks","ticks":200,"metrics":{"gini":0.41}}`,
			`simulation_end max_ticks after 200 ticks: gini=0.41`},
		{"tick of the economy", `{"event_type":"tick","tick":12,"balances":{"alpha":100,"beta":50},"escrow":5,"compute":{"alpha":1,"beta":2},"llm_budget":{},"artifacts":3}`,
			`tick 12 balances=150 (2) compute=3 (2) escrow=5 llm_budget={} artifacts=3`},
		{"tick of the exchange", `{"event_type":"tick","tick":12,"mean":1,"gini":0.5}`, `tick 12 mean=1 gini=0.5`},
		{"transfer", `{"event_type":"transfer","tick":3,"sender":"alpha","recipient":"beta","amount":5,"reason":"trade","sender_scrip_after":95,"recipient_scrip_after":105}`,
			`transfer tick 3: alpha → beta 5 (trade), after it 95 and 105`},
		{"transfer of another program", `{"event_type":"transfer","bytes":3}`, `transfer bytes=3`},
		{"action", `{"event_type":"action","tick":3,"agent_id":"alpha","kind":"noop","intent":{},"success":true,"error":""}`, `action tick 3: alpha noop ok`},
		{"failed action", `{"event_type":"action","tick":3,"agent_id":"alpha","kind":"write_artifact","intent":{"bytes":9},"success":false,"error":"over quota"}`,
			`action tick 3: alpha write_artifact failed: over quota {"bytes":9}`},
		{"thinking", `{"event_type":"thinking","tick":3,"agent_id":"alpha","compute_cost":2,"llm_cost":5}`, `thinking tick 3: alpha compute 2, llm 5`},
		{"auction", `{"event_type":"mint_auction","tick":10,"winner":"alpha","artifact_id":"artifact_3","bid":12,"price":8,"score":70,"submissions":3}`,
			`mint_auction tick 10: alpha wins artifact_3, bid 12, pays 8, score 70, 3 submissions`},
		{"auction without winner", `{"event_type":"mint_auction","tick":10,"winner":"","artifact_id":"","bid":0,"price":0,"score":0,"submissions":0}`,
			`mint_auction tick 10: no winner, 0 submissions`},
		{"frozen", `{"event_type":"agent_frozen","tick":4,"agent_id":"alpha","reason":"out of llm_budget"}`, `agent_frozen tick 4: alpha, out of llm_budget`},
		{"unfrozen", `{"event_type":"agent_unfrozen","tick":4,"agent_id":"alpha"}`, `agent_unfrozen tick 4: alpha`},
		{"world", `{"event_type":"world_init","tick":0,"principals":[{"id":"alpha","strategy":"saver","scrip":100},{"id":"beta","strategy":"trader","scrip":50}]}`,
			`world_init tick 0: 2 principals with 150 scrip: alpha saver, beta trader`},
		{"world of another program", `{"event_type":"world_init","principals":3}`, `world_init principals=3`},
		{"odd world", `{"event_type":"world_init","principals":[1,{"id":"a\u001b"}]}`, `world_init 2 principals: a\x1b`},
		{"written", `{"event_type":"artifact_written","tick":1,"agent_id":"alpha","artifact_id":"artifact_1","owner":"alpha","bytes":37,"price":2}`,
			`artifact_written tick 1: alpha artifact_1, 37 bytes, price 2`},
		{"read", `{"event_type":"artifact_read","tick":2,"agent_id":"alpha","artifact_id":"artifact_1","owner":"beta","bytes":37,"price":2}`,
			`artifact_read tick 2: alpha artifact_1 of beta, 37 bytes, price 2`},
		{"deleted", `{"event_type":"artifact_deleted","tick":2,"agent_id":"alpha","artifact_id":"artifact_1","owner":"alpha","bytes":3,"price":0}`,
			`artifact_deleted tick 2: alpha artifact_1, 3 bytes, price 0`},
		{"invoked", `{"event_type":"invoke_success","tick":1,"agent_id":"alpha","artifact_id":"artifact_1","owner":"beta","price":2,"result":422500}`,
			`invoke_success tick 1: alpha artifact_1 of beta, price 2: 422500`},
		{"not invoked", `{"event_type":"invoke_failure","tick":1,"agent_id":"alpha","artifact_id":"artifact_1","owner":"beta","price":2,"error":"division by zero"}`,
			`invoke_failure tick 1: alpha artifact_1 of beta, price 2: division by zero`},
		{"deposit", `{"event_type":"escrow_deposit","tick":3,"agent_id":"alpha","artifact_id":"artifact_5","price":6,"seller":"alpha","buyer":"","agent_scrip_after":103}`,
			`escrow_deposit tick 3: alpha artifact_5, price 6, after it 103`},
		{"purchase", `{"event_type":"escrow_purchase","tick":3,"agent_id":"alpha","artifact_id":"artifact_5","price":6,"seller":"beta","buyer":"alpha","agent_scrip_after":92}`,
			`escrow_purchase tick 3: alpha artifact_5, price 6, seller beta, after it 92`},
		{"submission", `{"event_type":"mint_submission","tick":7,"principal":"alpha","artifact_id":"artifact_7","bid":3,"scrip_after":91,"escrow_after":3}`,
			`mint_submission tick 7: alpha artifact_7, bid 3, after it 91 and 3 in escrow`},
		{"refund", `{"event_type":"mint_refund","tick":9,"principal":"alpha","artifact_id":"artifact_7","bid":3,"scrip_after":94,"escrow_after":0}`,
			`mint_refund tick 9: alpha artifact_7, bid 3, after it 94 and 0 in escrow`},
		{"ubi", `{"event_type":"ubi","tick":10,"recipient":"alpha","amount":1,"scrip_after":99}`, `ubi tick 10: alpha 1, after it 99`},
		{"mint", `{"event_type":"mint","tick":10,"recipient":"alpha","amount":8,"scrip_after":95}`, `mint tick 10: alpha 8, after it 95`},
		{"burn", `{"event_type":"burn","tick":10,"amount":3,"total_after":1197}`, `burn tick 10: 3, after it 1197 in all`},
		{"burn of another program", `{"event_type":"burn","rate":0.5}`, `burn rate=0.5`},
		{"consumed", `{"event_type":"resource_consumed","tick":1,"principal":"alpha","resource":"compute","amount":10,"balance_after":30}`,
			`resource_consumed tick 1: alpha compute 10, after it 30`},
		{"allocated", `{"event_type":"resource_allocated","tick":1,"principal":"alpha","resource":"disk","amount":37,"used_after":37,"quota":1024}`,
			`resource_allocated tick 1: alpha disk 37, after it 37 of 1024`},
		{"log", `{"event_type":"log","message":"listening on :80","addr":"a b"}`, `log listening on :80 addr="a b"`},
		{"gap", `{"event_type":"log_gap","dropped":12,"first_sequence":5,"last_sequence":16,"reason":"no space left on device"}`,
			`log_gap 12 events lost, 5 to 16: no space left on device`},
		{"output", `{"event_type":"stdout","text":"a=1 \u001b[2J","stream":"stdout"}`, `stdout a=1 \x1b[2J`},
		{"any other", `{"event_type":"ubi","recipient":"beta","amount":2,"n":{"a":[1,"x y"]},"e":"","q":"say \"hi\"","z":null}`,
			`ubi recipient=beta amount=2 n={"a":[1,"x y"]} e="" q="say \"hi\"" z=null`},
		{"no type", `{"a":1}`, `log a=1`},
		{"key twice", `{"event_type":"x","a":1,"a":2}`, `x a=1 a=2`},
		{"line ends and direction", `{"event_type":"x\n","k\r":"a\nb\u202e\u009b\u2028"}`, `x\n k\r=a\nb\u202e\u009b\u2028`},
		{"blob", `{"event_type":"x","t":{"$blob":"sha256:00","bytes":5000,"preview":"once"}}`, `x t=once…(5000 bytes)`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e, err := Decode([]byte(tt.line))
			if err != nil {
				t.Fatal(err)
			}
			if got := string(AppendText(nil, e)); got != tt.want {
				t.Errorf("\n got %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestLongValuesAreCut(t *testing.T) {
	e := Event{Type: "x", Data: Object{
		{"s", strings.Repeat("é", 500)}, {"list", []any{strings.Repeat("a", 300)}}, {"k" + strings.Repeat("k", 300), true},
	}}
	want := "x s=" + strings.Repeat("é", 100) + "…(+800 bytes) list=[\"" + strings.Repeat("a", 198) + "…(+104 bytes) k" +
		strings.Repeat("k", 199) + "…(+101 bytes)=true"
	if got := string(AppendText(nil, e)); got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
}

func TestAppendSafe(t *testing.T) {
	tests := []struct{ in, want string }{
		{"plain é 日本 🎉 \\n", "plain é 日本 🎉 \\n"},
		{"\x00\x1b\x7f\t\n\r\a", `\x00\x1b\x7f\t\n\r\x07`},
		{"\u0080\u009b\u00a0", `\u0080\u009b` + "\u00a0"},
		{"\u061c\u200e\u200f\u202a\u202e\u2066\u2069", `\u061c\u200e\u200f\u202a\u202e\u2066\u2069`},
		{"\u2028\u2029\ufeff\U000e0041", `\u2028\u2029\ufeff\U000e0041`},
		{"\xff\xc3(\xed\xa0\x80\uFFFD", `\xff\xc3(\xed\xa0\x80` + "\uFFFD"},
		{"", ""},
	}
	for _, tt := range tests {
		if got := string(AppendSafe(nil, tt.in)); got != tt.want {
			t.Errorf("%q: got %s, want %s", tt.in, got, tt.want)
		}
	}
}
