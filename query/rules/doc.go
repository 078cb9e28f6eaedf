// Package rules checks the events of a stored run against rules that a file states:
// what must hold for every event, for none, or for one at last, with running sums
// that are kept for each key. It reads and never writes.
//
// A rule file is YAML. Its expressions are those of the filter language, see
// docs/rules.md:
//
//	sums:
//	  scrip:
//	    - {when: event_type == "transfer", key: sender, add: -amount}
//	    - {when: event_type == "transfer", key: recipient, add: amount}
//	rules:
//	  - name: a transfer leaves what the ledger says
//	    when: event_type == "transfer"
//	    always: sender_scrip_after == sums.scrip[sender]
//	    message: "{sender} has {sender_scrip_after}, the ledger says {sums.scrip[sender]}"
//
// The run is read once, in order. Memory holds the longest line, the sums that are
// not zero, and the keys for which a rule waits for something.
package rules
