package event

import (
	"encoding/json"
	"strconv"
	"strings"
)

// economyFormatterOf returns what words an event of the agent economy in, or nil.
// Other programs may use the same names: a formatter whose members are not there
// leaves the event to key=value.
func economyFormatterOf(eventType string) func(*textWriter) {
	switch eventType {
	case "world_init":
		return formatWorld
	case "transfer":
		return formatTransfer
	case "action":
		return formatAction
	case "thinking":
		return formatThinking
	case "artifact_written", "artifact_read", "artifact_deleted":
		return formatArtifact
	case "invoke_success", "invoke_failure":
		return formatInvoke
	case "agent_frozen", "agent_unfrozen":
		return formatFrozen
	}
	return moneyFormatterOf(eventType)
}

func moneyFormatterOf(eventType string) func(*textWriter) {
	switch eventType {
	case "escrow_deposit", "escrow_purchase", "escrow_cancel":
		return formatEscrow
	case "mint_submission", "mint_refund":
		return formatBid
	case "mint_auction":
		return formatAuction
	case "ubi", "mint":
		return formatGrant
	case "burn":
		return formatBurn
	case "resource_consumed", "resource_spent", "resource_allocated":
		return formatResource
	}
	return nil
}

// world_init tick 0: 2 principals with 200 scrip: alpha saver, beta trader
func formatWorld(w *textWriter) {
	v, _ := w.data.Get("principals")
	principals, ok := v.([]any)
	if !ok {
		return
	}
	w.take("principals")
	w.tick()
	w.say(" " + strconv.Itoa(len(principals)) + " principals")
	var scrip Object
	var names []string
	for _, p := range principals {
		o := asObject(p)
		if s, ok := o.Get("scrip"); ok {
			scrip = append(scrip, Member{Value: s})
		}
		id, _ := o.Get("id")
		strategy, _ := o.Get("strategy")
		if name := strings.TrimSpace(textOf(id) + " " + textOf(strategy)); name != "" {
			names = append(names, name)
		}
	}
	if sum, ok := sumOf(scrip); ok && len(scrip) == len(principals) {
		w.say(" with " + string(sum) + " scrip")
	}
	if len(names) > 0 {
		w.say(": ")
		w.dst = appendCut(w.dst, strings.Join(names, ", "), maxShown)
	}
}

// textOf returns a value that is text, and "" for any other.
func textOf(v any) string {
	s, _ := v.(string)
	return s
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

// artifact_read tick 2: alpha artifact_1 of beta, 37 bytes, price 2
func formatArtifact(w *textWriter) {
	if !w.has("agent_id", "artifact_id") {
		return
	}
	w.artifact()
	w.show(", ", "bytes", " bytes")
	w.show(", price ", "price", "")
}

// artifact says who deals with which artifact, and whose it is when it is another's.
func (w *textWriter) artifact() {
	w.tick()
	w.show(" ", "agent_id", "")
	w.show(" ", "artifact_id", "")
	w.showOther(" of ", "owner")
}

// showOther shows a principal that is not the agent itself.
func (w *textWriter) showOther(before, key string) {
	agent, _ := w.data.Get("agent_id")
	if other, _ := w.data.Get(key); textOf(agent) != "" && textOf(agent) == textOf(other) {
		w.take(key)
		return
	}
	w.show(before, key, "")
}

// invoke_success tick 1: alpha artifact_1 of beta, price 2: 422500
func formatInvoke(w *textWriter) {
	if !w.has("agent_id", "artifact_id") {
		return
	}
	w.artifact()
	w.show(", price ", "price", "")
	w.show(": ", "result", "")
	w.show(": ", "error", "")
}

// escrow_purchase tick 3: alpha artifact_5, price 6, seller beta, after it 92
func formatEscrow(w *textWriter) {
	if !w.has("agent_id", "artifact_id") {
		return
	}
	w.artifact()
	w.show(", price ", "price", "")
	w.showOther(", seller ", "seller")
	w.showOther(", buyer ", "buyer")
	w.show(", after it ", "agent_scrip_after", "")
}

// mint_submission tick 7: alpha artifact_7, bid 3, after it 91 and 3 in escrow
func formatBid(w *textWriter) {
	if !w.has("principal", "artifact_id", "bid") {
		return
	}
	w.tick()
	w.show(" ", "principal", "")
	w.show(" ", "artifact_id", "")
	w.show(", bid ", "bid", "")
	if w.has("scrip_after", "escrow_after") {
		w.show(", after it ", "scrip_after", "")
		w.show(" and ", "escrow_after", " in escrow")
	}
}

// ubi tick 10: alpha 1, after it 99
func formatGrant(w *textWriter) {
	if !w.has("recipient", "amount", "scrip_after") {
		return
	}
	w.tick()
	w.show(" ", "recipient", "")
	w.show(" ", "amount", "")
	w.show(", after it ", "scrip_after", "")
}

// burn tick 10: 3, after it 1197 in all
func formatBurn(w *textWriter) {
	if !w.has("amount", "total_after") {
		return
	}
	w.tick()
	w.show(" ", "amount", "")
	w.show(", after it ", "total_after", " in all")
}

// resource_consumed tick 1: alpha compute 10, after it 30
// resource_allocated tick 1: alpha disk 37, after it 37 of 1024
func formatResource(w *textWriter) {
	if !w.has("principal", "resource", "amount") {
		return
	}
	w.tick()
	w.show(" ", "principal", "")
	w.show(" ", "resource", "")
	w.show(" ", "amount", "")
	w.show(", after it ", "balance_after", "")
	if w.has("used_after", "quota") {
		w.show(", after it ", "used_after", "")
		w.show(" of ", "quota", "")
	}
}
