package capture

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"example.org/runshelf"
)

// BenchmarkImport measures an import of 8 MiB of lines with all that belongs to
// a run.
func BenchmarkImport(b *testing.B) {
	for _, name := range []string{"zap", "python-json-logger"} {
		b.Run(name, func(b *testing.B) {
			lines, err := os.ReadFile(filepath.Join("testdata", "dialects", name+".jsonl"))
			if err != nil {
				b.Fatal(err)
			}
			content := bytes.Repeat(lines, 8<<20/len(lines))
			file := filepath.Join(b.TempDir(), "log.jsonl")
			if err := os.WriteFile(file, content, 0o666); err != nil {
				b.Fatal(err)
			}
			b.SetBytes(int64(len(content)))
			for b.Loop() {
				o := ImportOptions{File: file, Run: runshelf.Options{LogsDir: filepath.Join(b.TempDir(), "logs")}}
				if _, err := Import(b.Context(), o); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
