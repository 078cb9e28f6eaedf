package event

import (
	"encoding/json"
	"math"
	"strconv"
)

// formatterOf returns what words an event of a known type in, or nil. A
// formatter shows the members it knows; the others follow as key=value.
func formatterOf(eventType string) func(*textWriter) {
	switch eventType {
	case "simulation_start":
		return formatStart
	case "simulation_end":
		return formatEnd
	case "tick":
		return formatTick
	case "transfer":
		return formatTransfer
	case "action":
		return formatAction
	case "thinking":
		return formatThinking
	case "mint_auction":
		return formatAuction
	case "agent_frozen", "agent_unfrozen":
		return formatFrozen
	case "log":
		return formatLog
	case "log_gap":
		return formatGap
	case "stdout", "stderr":
		return formatOutput
	}
	return nil
}

// tick says when it happened in the world.
func (w *textWriter) tick() { w.show(" tick ", "tick", ":") }

// simulation_start economy 1, seed 42: ticks=200 agents=12
func formatStart(w *textWriter) {
	w.show(" ", "model", "")
	w.show(" ", "version", "")
	w.show(", seed ", "seed", "")
	w.pairs("config")
}

// simulation_end max_ticks after 200 ticks: gini=0.41
func formatEnd(w *textWriter) {
	w.show(" ", "reason", "")
	w.show(" after ", "ticks", " ticks")
	w.pairs("metrics")
}

// pairs shows the members of an object as if they were the event's own.
func (w *textWriter) pairs(key string) {
	o, ok := w.data.Get(key)
	members, isObject := o.(Object)
	if !ok || !isObject {
		return
	}
	w.take(key)
	for i, m := range members {
		if i == 0 {
			w.say(":")
		}
		w.say(" ")
		w.pair(m.Key, m.Value)
	}
}

// tick 12 balances=1200 (12) escrow=0 artifacts=7
func formatTick(w *textWriter) {
	w.show(" ", "tick", "")
	for i, m := range w.data {
		o, ok := m.Value.(Object)
		if w.used[i] || !ok {
			continue
		}
		if sum, ok := sumOf(o); ok {
			w.used[i] = true
			w.say(" ")
			w.pair(m.Key, sum)
			w.say(" (" + strconv.Itoa(len(o)) + ")")
		}
	}
}

// sumOf adds up an object of numbers.
func sumOf(o Object) (json.Number, bool) {
	var sum float64
	for _, m := range o {
		n, ok := m.Value.(json.Number)
		if !ok {
			return "", false
		}
		f, err := n.Float64()
		if err != nil {
			return "", false
		}
		sum += f
	}
	if math.IsInf(sum, 0) {
		return "", false
	}
	return json.Number(appendFloat(nil, sum, 64)), len(o) > 0
}

// transfer tick 3: alpha → beta 5 (trade), after it 95 and 105
func formatTransfer(w *textWriter) {
	if !w.has("sender", "recipient", "amount") {
		return
	}
	w.tick()
	w.show(" ", "sender", " →")
	w.show(" ", "recipient", "")
	w.show(" ", "amount", "")
	w.show(" (", "reason", ")")
	if w.has("sender_scrip_after", "recipient_scrip_after") {
		w.show(", after it ", "sender_scrip_after", " and ")
		w.show("", "recipient_scrip_after", "")
	}
}

// action tick 3: alpha write_artifact failed: quota exceeded {"bytes":9000}
func formatAction(w *textWriter) {
	if !w.has("agent_id", "kind") {
		return
	}
	w.tick()
	w.show(" ", "agent_id", "")
	w.show(" ", "kind", "")
	switch success, _ := w.data.Get("success"); success {
	case true:
		w.take("success")
		w.say(" ok")
	case false:
		w.take("success")
		w.say(" failed")
	}
	w.show(": ", "error", "")
	if intent, _ := w.data.Get("intent"); len(asObject(intent)) > 0 {
		w.show(" ", "intent", "")
	} else if _, isObject := intent.(Object); isObject {
		w.take("intent")
	}
}

func asObject(v any) Object {
	o, _ := v.(Object)
	return o
}

// thinking tick 3: alpha compute 2, llm 5
func formatThinking(w *textWriter) {
	if !w.has("agent_id") {
		return
	}
	w.tick()
	w.show(" ", "agent_id", "")
	if w.has("compute_cost", "llm_cost") {
		w.show(" compute ", "compute_cost", ",")
		w.show(" llm ", "llm_cost", "")
	}
}

// mint_auction tick 10: alpha wins artifact_3, bid 12, pays 8, score 70, 3 submissions
func formatAuction(w *textWriter) {
	if !w.has("winner") {
		return
	}
	w.tick()
	if winner, _ := w.data.Get("winner"); winner == "" || winner == nil {
		w.say(" no winner")
		for _, key := range [...]string{"winner", "artifact_id", "bid", "price", "score"} {
			w.skipEmpty(key)
		}
		w.show(", ", "submissions", " submissions")
		return
	}
	w.show(" ", "winner", " wins")
	w.show(" ", "artifact_id", "")
	w.show(", bid ", "bid", "")
	w.show(", pays ", "price", "")
	w.show(", score ", "score", "")
	w.show(", ", "submissions", " submissions")
}

// skipEmpty counts a value that says nothing as shown.
func (w *textWriter) skipEmpty(key string) {
	v, _ := w.data.Get(key)
	if v == nil || v == "" || v == json.Number("0") {
		w.take(key)
	}
}

// agent_frozen tick 4: alpha, out of llm_budget
func formatFrozen(w *textWriter) {
	if !w.has("agent_id") {
		return
	}
	w.tick()
	w.show(" ", "agent_id", "")
	w.show(", ", "reason", "")
}

// log listening on :8080
func formatLog(w *textWriter) { w.text("message") }

// log_gap 12 events lost, 5 to 16: no space left on device
func formatGap(w *textWriter) {
	if !w.has("dropped") {
		return
	}
	w.show(" ", "dropped", " events lost")
	if w.has("first_sequence", "last_sequence") {
		w.show(", ", "first_sequence", " to ")
		w.show("", "last_sequence", "")
	}
	w.show(": ", "reason", "")
}

// stdout what the program wrote
func formatOutput(w *textWriter) {
	w.text("text")
	if stream, _ := w.data.Get("stream"); stream == w.name {
		w.take("stream") // the type says it
	}
}
