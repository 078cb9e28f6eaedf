package config

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares with a file of testdata.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is not what it was; run the test with -update and look at the change\n%s", path, got)
	}
}

func TestReference(t *testing.T) { golden(t, "reference.md", testRegistry(t).Reference()) }

func TestSchema(t *testing.T) {
	schema, err := testRegistry(t).Schema()
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "schema.json", schema)
}

func TestYAML(t *testing.T) {
	s := newWorld(t).sources()
	s.Set = []string{"title=a \"b\"\x1b", "share=0.25"}
	golden(t, "settings.yaml", mustLoad(t, s).YAML(true))
}
