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
	case "log":
		return formatLog
	case "log_gap":
		return formatGap
	case "stdout", "stderr":
		return formatOutput
	}
	return economyFormatterOf(eventType)
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
