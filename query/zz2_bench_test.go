package query

import (
	"bytes"
	"os"
	"testing"
)

func TestZZProf(t *testing.T) {
	f, err := os.Open("/tmp/scanwork/logs/third/events.jsonl")
	if err != nil {
		t.Skip()
	}
	log := make([]byte, 6<<20)
	f.Read(log)
	f.Close()
	log = log[:bytes.LastIndexByte(log, '\n')+1]
	blocks := newBlocks(bytes.NewReader(log), int64(len(log)))
	c := newIndexCounter()
	var p *partial
	for range 600 {
		var b block
		for k := range blocks.count() {
			blocks.read(k, &b)
			p = c.block(&b, p)
		}
	}
}
