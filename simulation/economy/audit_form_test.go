package economy

import (
	"log/slog"
	"strings"
)

// eventKeys lists the keys of each type of event, in their order.
func eventKeys() map[string][]string {
	keys := map[string][]string{}
	for eventType, names := range map[string]string{
		"world_init":         "principals",
		"tick":               "balances escrow compute llm_budget artifacts",
		"thinking":           "agent_id compute_cost llm_cost",
		"action":             "agent_id kind intent success error",
		"transfer":           "sender recipient amount reason sender_scrip_after recipient_scrip_after",
		"artifact_written":   "agent_id artifact_id owner bytes price",
		"artifact_read":      "agent_id artifact_id owner bytes price",
		"artifact_deleted":   "agent_id artifact_id owner bytes price",
		"invoke_success":     "agent_id artifact_id owner price result",
		"invoke_failure":     "agent_id artifact_id owner price error",
		"escrow_deposit":     "agent_id artifact_id price seller buyer agent_scrip_after",
		"escrow_purchase":    "agent_id artifact_id price seller buyer agent_scrip_after",
		"escrow_cancel":      "agent_id artifact_id price seller buyer agent_scrip_after",
		"mint_submission":    "principal artifact_id bid scrip_after escrow_after",
		"mint_refund":        "principal artifact_id bid scrip_after escrow_after",
		"mint_auction":       "winner artifact_id bid price score submissions",
		"ubi":                "recipient amount scrip_after",
		"mint":               "recipient amount scrip_after",
		"burn":               "amount total_after",
		"resource_consumed":  "principal resource amount balance_after",
		"resource_spent":     "principal resource amount balance_after",
		"resource_allocated": "principal resource amount used_after quota",
		"agent_frozen":       "agent_id reason",
		"agent_unfrozen":     "agent_id reason",
	} {
		keys[eventType] = strings.Fields("tick " + names)
	}
	return keys
}

func keysAre(attrs []slog.Attr, keys []string) bool {
	if len(attrs) != len(keys) {
		return false
	}
	for i, k := range keys {
		if attrs[i].Key != k {
			return false
		}
	}
	return true
}

// causesOf lists what may cause an event: a thought, an action by its kind, an
// auction, or "" for nothing.
func causesOf(eventType string) []string {
	switch eventType {
	case "world_init", "tick", "thinking", "mint_auction":
		return []string{""}
	case "action":
		return []string{"", "thinking"}
	case "mint_refund", "ubi", "mint", "burn":
		return []string{"mint_auction"}
	case "resource_consumed":
		return []string{"thinking", "write_artifact", "invoke_artifact"}
	case "resource_spent":
		return []string{"thinking", "transfer"}
	case "agent_frozen":
		return []string{"", "thinking"}
	case "agent_unfrozen":
		return []string{"transfer"}
	case "resource_allocated":
		return []string{"write_artifact", "delete_artifact", "escrow_purchase"}
	case "transfer":
		return []string{"transfer", "read_artifact", "invoke_artifact", "escrow_purchase"}
	case "artifact_written":
		return []string{"write_artifact"}
	case "artifact_read":
		return []string{"read_artifact"}
	case "artifact_deleted":
		return []string{"delete_artifact"}
	case "invoke_success", "invoke_failure":
		return []string{"invoke_artifact"}
	case "mint_submission":
		return []string{"submit_to_mint"}
	}
	return []string{eventType} // escrow_*: as the action is called
}

// effectsOf lists the rows of effects that an action may have.
func effectsOf(action string) []string {
	switch action {
	case "noop done":
		return []string{""}
	case "read_artifact done":
		return []string{"transfer artifact_read", "artifact_read"}
	case "write_artifact done":
		return []string{
			"resource_consumed resource_allocated artifact_written", "resource_allocated artifact_written",
			"resource_consumed artifact_written", "artifact_written"}
	case "delete_artifact done":
		return []string{"resource_allocated artifact_deleted"}
	case "invoke_artifact done":
		return []string{
			"resource_consumed transfer invoke_success", "resource_consumed invoke_success",
			"transfer invoke_success", "invoke_success"}
	case "invoke_artifact refused":
		return []string{"resource_consumed invoke_failure", "invoke_failure"}
	case "transfer done":
		return []string{"transfer", "resource_spent resource_spent", "resource_spent resource_spent agent_unfrozen"}
	case "submit_to_mint done":
		return []string{"mint_submission"}
	case "escrow_deposit done":
		return []string{"escrow_deposit"}
	case "escrow_purchase done":
		return []string{"transfer escrow_purchase resource_allocated resource_allocated"}
	case "escrow_cancel done":
		return []string{"escrow_cancel"}
	}
	return []string{""} // refused
}
