package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"

	"example.org/runshelf/benchmarks/figures"
)

// settings are what the command line says.
type settings struct {
	dir      string
	bytes    float64 // of the files of events
	large    float64 // of the file for the questions that must not grow with it; 0 is none
	runs     int     // of the long list
	follow   int     // events followed in each round
	rounds   int
	only     *regexp.Regexp
	program  string // runshelf; built from source when empty
	source   string // the folder of the module with the benchmarks
	noDuckDB bool   // it is left out, since building it takes 60 MB of C++
	write    string
	out, log io.Writer
}

// inPage is where a page holds the tables; which page, the command line says.
var inPage = figures.Place{Name: "reading"}

// newlinesCommand makes this program the one that counts line ends.
const newlinesCommand = "newlines"

func main() {
	err := func() error {
		if len(os.Args) == 3 && os.Args[1] == newlinesCommand {
			n, err := countNewlines(os.Args[2])
			fmt.Println(n)
			return err
		}
		s, err := parse(os.Args[1:])
		if err != nil {
			return err
		}
		return s.run()
	}()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "reading:", err)
		os.Exit(1)
	}
}

func parse(args []string) (settings, error) {
	s := settings{out: os.Stdout, log: os.Stderr}
	var only string
	var quick bool
	f := flag.NewFlagSet("reading", flag.ContinueOnError)
	f.StringVar(&s.dir, "dir", "", "where the files are made; default: a temporary directory")
	f.Float64Var(&s.bytes, "bytes", 1e9, "size of the files of events")
	f.Float64Var(&s.large, "large", 0, "size of one more file, for questions whose time must not grow with it; 0 is none")
	f.IntVar(&s.runs, "runs", 10_000, "runs of the long list")
	f.IntVar(&s.follow, "follow", 2000, "events that are followed in each round")
	f.IntVar(&s.rounds, "rounds", 5, "number of rounds")
	f.StringVar(&only, "only", "", "ask only the questions whose name matches")
	f.StringVar(&s.program, "runshelf", "", "the program; default: it is built from the source beside this")
	f.StringVar(&s.source, "source", ".", "the folder of the module with the benchmarks")
	f.StringVar(&s.write, "write", "", "replace what stands between "+inPage.Start()+" and "+inPage.End()+" in this file")
	f.BoolVar(&s.noDuckDB, "no-duckdb", false, "leave DuckDB out, which is 60 MB to fetch and build")
	f.BoolVar(&quick, "quick", false, "small files and one round, to see that everything works")
	if err := f.Parse(args); err != nil {
		return s, err
	}
	if f.NArg() > 0 {
		return s, fmt.Errorf("unexpected argument %q", f.Arg(0))
	}
	if quick {
		s.bytes, s.large, s.runs, s.follow, s.rounds = 2e6, 0, 50, 20, 1
	}
	if s.rounds < 1 {
		return s, fmt.Errorf("%d rounds: at least one is needed", s.rounds)
	}
	var err error
	if s.only, err = regexp.Compile(only); err != nil {
		return s, fmt.Errorf("-only: %w", err)
	}
	if s.write != "" {
		err = s.place().Check()
	}
	return s, err
}

func (s settings) place() figures.Place { return figures.Place{File: s.write, Name: inPage.Name} }

// run measures in a directory that is removed in the end, also when the program
// is interrupted.
func (s settings) run() (err error) {
	if s.dir, err = os.MkdirTemp(s.dir, "runshelf-reading-"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(s.dir)) }()
	interrupted := make(chan os.Signal, 1)
	signal.Notify(interrupted, os.Interrupt)
	go func() {
		<-interrupted
		_ = os.RemoveAll(s.dir)
		os.Exit(130)
	}()
	t, err := s.tools()
	if err != nil {
		return err
	}
	r, err := s.measure(t)
	if err != nil {
		return err
	}
	var text bytes.Buffer
	r.write(&text)
	if _, err := s.out.Write(text.Bytes()); err != nil || s.write == "" {
		return err
	}
	return s.place().Write(text.Bytes())
}

// say tells whoever waits what is being done.
func (s settings) say(format string, args ...any) { fmt.Fprintf(s.log, format+"\n", args...) }

// measure makes the files and asks all questions.
func (s settings) measure(t tools) (results, error) {
	r := results{settings: s, missing: t.missing()}
	m := &maker{settings: s, tools: t}
	for _, q := range questions() {
		if !s.only.MatchString(q.name) {
			continue
		}
		h, asked, err := s.ask(q, m)
		if err != nil {
			return r, fmt.Errorf("%s: %w", q.name, err)
		}
		if asked {
			r.heats = append(r.heats, h)
		}
	}
	for _, name := range []string{"each", "crash"} {
		if what := followName(name); s.only.MatchString(what) {
			h, err := s.followed(t, name)
			if err != nil {
				return r, fmt.Errorf("%s: %w", what, err)
			}
			r.follows = append(r.follows, h)
		}
	}
	if s.only.MatchString("answers") {
		var err error
		if r.answers, err = s.compareAnswers(m); err != nil {
			return r, fmt.Errorf("comparing answers: %w", err)
		}
	}
	return r, nil
}

// cacheDir is where Runshelf keeps its caches while it is measured.
func (s settings) cacheDir() string { return filepath.Join(s.dir, "cache") }
