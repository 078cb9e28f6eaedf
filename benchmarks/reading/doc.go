// Command reading measures how fast Runshelf reads, and prints the result as
// Markdown.
//
// # What is measured
//
// Whole processes, as a user starts them: the program built from this source, and
// beside it in the same round
//
//   - counting the line ends of the same file with as many threads, which is what
//     the machine can do at best;
//   - ripgrep (rg --no-mmap), looking for the same text;
//   - DuckDB, reading the same JSON, built from the module in ../duckdb.
//
// The events are made up, the same at each start, and like those of the economy.
// In a second file the type is the last key of each event. All contenders are
// measured in turn within one round, and there are several rounds. A figure is
// the median of the rounds. A ratio is taken within each round, and its median is
// shown. Besides the time on the wall there is the processor time, which says
// more on a machine that others use too, and the largest memory.
//
// The answers of all are compared with each other, and on a part of the file with
// those of jq.
//
// # Use
//
// In the folder benchmarks:
//
//	go run ./reading                          # 1 GB, some minutes
//	go run ./reading -large 10e9              # and 10 GB, where that is the question
//	go run ./reading -quick                   # a few megabytes, to see that it works
//	go run ./reading -write ../docs/speed.md  # into the marked place
//
// A peer that is not there is left out, and said.
package main
