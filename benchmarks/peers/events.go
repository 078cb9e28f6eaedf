package peers

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Size is how large the events of a load are.
type Size string

// Sizes of events, with the length of a line as Runshelf writes it.
const (
	Small  Size = "small"  // about 175 bytes, six fields
	Medium Size = "medium" // about 470 bytes, objects in objects
	Large  Size = "large"  // 8 KiB of text as a language model answers
)

// Form is how a caller has its data at hand.
type Form string

// Forms of data.
const (
	Typed Form = "typed" // fields of known types
	Map   Form = "map"   // a map[string]any
)

// Load is the kind of event that is written over and over.
type Load struct {
	Size Size
	Form Form
}

// String names the load as the tables do.
func (l Load) String() string { return fmt.Sprintf("%s %s", l.Size, l.Form) }

// Loads returns all loads.
func Loads() []Load {
	var all []Load
	for _, form := range []Form{Typed, Map} {
		for _, size := range []Size{Small, Medium, Large} {
			all = append(all, Load{size, form})
		}
	}
	return all
}

// transfer is the small event.
type transfer struct {
	Tick      int64   `json:"tick"`
	Sender    string  `json:"sender"`
	Recipient string  `json:"recipient"`
	Amount    int64   `json:"amount"`
	Reason    string  `json:"reason"`
	Share     float64 `json:"share"`
}

// action is the medium event.
type action struct {
	Tick    int64  `json:"tick"`
	AgentID string `json:"agent_id"`
	Kind    string `json:"kind"`
	Intent  intent `json:"intent"`
	Result  result `json:"result"`
}

type intent struct {
	ArtifactID string `json:"artifact_id"`
	Bytes      int64  `json:"bytes"`
	Price      int64  `json:"price"`
	Content    string `json:"content"`
	Access     access `json:"access"`
}

type access struct {
	Rule   string `json:"rule"`
	First  string `json:"first"`
	Second string `json:"second"`
}

type result struct {
	Success  bool     `json:"success"`
	TookUs   int64    `json:"took_us"`
	Score    float64  `json:"score"`
	Balances balances `json:"balances"`
}

type balances struct {
	Alpha int64 `json:"alpha"`
	Beta  int64 `json:"beta"`
	Gamma int64 `json:"gamma"`
}

// thinking is the large event.
type thinking struct {
	Tick    int64  `json:"tick"`
	AgentID string `json:"agent_id"`
	Text    string `json:"text"`
}

// The types of the events.
const (
	typeTransfer = "transfer"
	typeAction   = "action"
	typeThinking = "thinking"
)

// EventType is the type of the events of a size.
func (s Size) EventType() string {
	switch s {
	case Small:
		return typeTransfer
	case Medium:
		return typeAction
	}
	return typeThinking
}

func newTransfer() transfer {
	return transfer{Sender: "alpha", Recipient: "beta", Amount: 5, Reason: "trade", Share: 0.25}
}

func newAction() action {
	return action{
		AgentID: "agent_17", Kind: "write_artifact",
		Intent: intent{
			ArtifactID: "artifact_1044", Bytes: 1200, Price: 7,
			Content: "a plan: buy low, sell high, keep the rest for the auction at tick 40",
			Access:  access{Rule: "list", First: "alpha", Second: "beta"},
		},
		Result: result{
			Success: true, TookUs: 1500, Score: 71.25,
			Balances: balances{Alpha: 1043, Beta: 77, Gamma: 0},
		},
	}
}

func newThinking() thinking { return thinking{AgentID: "agent_17", Text: largeText()} }

// largeText is 8 KiB with quotes, line ends and characters beyond ASCII, about
// as often as in the answer of a language model.
func largeText() string {
	const size = 8 << 10
	const part = "The market looks thin today; I would rather hold.\n\n" +
		"1. \"Buy\" only below 5 scrip — the naïve rule.\n" +
		"2. Keep 20% in reserve…\n\tThen wait for the auction, and bid what it is worth to me, not more. "
	text := strings.Repeat(part, size/len(part)+1)
	end := size
	for !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end]
}

// Data returns the fields of the first event of a size, as a new map.
func (s Size) Data() map[string]any {
	switch s {
	case Small:
		return newTransfer().data()
	case Medium:
		return newAction().data()
	}
	return newThinking().data()
}

func (e transfer) data() map[string]any {
	return map[string]any{
		"tick": e.Tick, "sender": e.Sender, "recipient": e.Recipient,
		"amount": e.Amount, "reason": e.Reason, "share": e.Share,
	}
}

func (e action) data() map[string]any {
	return map[string]any{
		"tick": e.Tick, "agent_id": e.AgentID, "kind": e.Kind,
		"intent": map[string]any{
			"artifact_id": e.Intent.ArtifactID, "bytes": e.Intent.Bytes, "price": e.Intent.Price,
			"content": e.Intent.Content,
			"access": map[string]any{
				"rule": e.Intent.Access.Rule, "first": e.Intent.Access.First, "second": e.Intent.Access.Second,
			},
		},
		"result": map[string]any{
			"success": e.Result.Success, "took_us": e.Result.TookUs, "score": e.Result.Score,
			"balances": map[string]any{
				"alpha": e.Result.Balances.Alpha, "beta": e.Result.Balances.Beta, "gamma": e.Result.Balances.Gamma,
			},
		},
	}
}

func (e thinking) data() map[string]any {
	return map[string]any{"tick": e.Tick, "agent_id": e.AgentID, "text": e.Text}
}
