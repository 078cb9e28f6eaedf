package economy

import _ "embed"

// laws are the conservation laws of the economy as a rule file: what can be checked
// from the events of a run alone.
//
//go:embed laws.yaml
var laws []byte
