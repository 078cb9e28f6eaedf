package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"regexp"
	"time"

	"example.org/runshelf/benchmarks/figures"
	"example.org/runshelf/benchmarks/peers"
)

// settings are what the command line says.
type settings struct {
	plan
	out         io.Writer
	quick       bool
	only        *regexp.Regexp
	contenders  *regexp.Regexp
	write       string
	powerEvents int
	calls       int   // of the latencies, each round
	ticks       int64 // of the exchange simulation
	synced      int   // events of the level power
}

// The parts of the measurement beside the scenarios, as -only names them.
const (
	partLatency  = "latency"
	partPower    = "power"
	partExchange = "exchange"
)

func main() {
	s, err := parse(os.Args[1:])
	if errors.Is(err, flag.ErrHelp) {
		return
	}
	if err == nil {
		err = s.run()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "benchmarks:", err)
		os.Exit(1)
	}
}

// inReadme is where a file holds the table; which file, the command line says.
var inReadme = figures.Place{Name: "benchmark"}

func (s settings) place() figures.Place { return figures.Place{File: s.write, Name: inReadme.Name} }

func parse(args []string) (settings, error) {
	s := settings{plan: plan{log: os.Stderr}, out: os.Stdout, calls: 200_000, ticks: 1000, synced: 4000}
	var only, contenders string
	f := flag.NewFlagSet("benchmarks", flag.ContinueOnError)
	f.StringVar(&s.dir, "dir", "", "where the files are written; default: a temporary directory")
	f.IntVar(&s.rounds, "rounds", 7, "number of rounds")
	f.DurationVar(&s.each, "each", 200*time.Millisecond, "length of one measurement")
	f.Int64Var(&s.bytes, "bytes", 96<<20, "a measurement writes at most about this much")
	f.BoolVar(&s.quick, "quick", false, "one short round, to see that everything works")
	f.StringVar(&only, "only", "", "measure only what matches: loads such as 'small typed ×1', latency, power, exchange")
	f.StringVar(&contenders, "contenders", "", "measure only these beside Runshelf")
	f.StringVar(&s.write, "write", "", "replace the table between "+inReadme.Start()+" and "+inReadme.End()+" in this file")
	f.IntVar(&s.powerEvents, powerFlag, 0, "only write so many events at the level power, to be counted from outside")
	if err := f.Parse(args); err != nil {
		return s, err
	}
	if f.NArg() > 0 {
		return s, fmt.Errorf("unexpected argument %q", f.Arg(0))
	}
	if s.quick {
		s.rounds, s.each, s.bytes = 1, 2*time.Millisecond, 1<<20
		s.calls, s.ticks, s.synced = 2000, 10, 200
	}
	return s, s.compile(only, contenders)
}

func (s *settings) compile(only, contenders string) (err error) {
	if s.rounds < 1 {
		return fmt.Errorf("%d rounds: at least one is needed", s.rounds)
	}
	if s.only, err = regexp.Compile(only); err != nil {
		return fmt.Errorf("-only: %w", err)
	}
	if s.contenders, err = regexp.Compile(contenders); err != nil {
		return fmt.Errorf("-contenders: %w", err)
	}
	if s.write != "" {
		return s.place().Check()
	}
	return nil
}

// run measures in a directory that is removed in the end, also when the program
// is interrupted.
func (s settings) run() (err error) {
	if s.dir, err = os.MkdirTemp(s.dir, "runshelf-benchmarks-"); err != nil {
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
	if s.powerEvents > 0 {
		_, err := writePower(s.dir, sharingGoroutines, s.powerEvents)
		return err
	}
	r, err := s.measure()
	if err != nil {
		return err
	}
	return s.report(r)
}

// measure does all that was asked for.
func (s settings) measure() (results, error) {
	r := results{rounds: s.rounds}
	entrants := s.entrants()
	for _, scenario := range scenarios() {
		if !s.only.MatchString(scenario.String()) {
			continue
		}
		h, err := s.race(scenario, entrants)
		if err != nil {
			return r, err
		}
		r.heats = append(r.heats, h)
	}
	for _, part := range s.parts(&r) {
		if s.only.MatchString(part.name) {
			if err := part.measure(); err != nil {
				return r, err
			}
		}
	}
	return r, nil
}

// part is a measurement of Runshelf alone.
type part struct {
	name    string
	measure func() error
}

func (s settings) parts(r *results) []part {
	return []part{
		{partLatency, func() (err error) {
			r.latencies, err = s.latencies(s.calls)
			return err
		}},
		{partPower, func() error {
			shared, err := s.sharing(s.synced)
			r.sharing = &shared
			return err
		}},
		{partExchange, func() error {
			o, err := s.overhead(s.ticks)
			r.overhead = &o
			return err
		}},
	}
}

// entrants are the contenders that were asked for, Runshelf before all.
func (s settings) entrants() []entrant {
	var all []entrant
	for i, c := range peers.All() {
		if i == 0 || s.contenders.MatchString(c.Name) {
			all = append(all, goEntrant{c})
		}
	}
	p, ok := findPython()
	if !ok {
		fmt.Fprintln(s.log, "there is no python3, so its reference is left out")
	} else if s.contenders.MatchString(p.name()) {
		all = append(all, p)
	}
	return all
}

// report prints everything, and puts the summary into the file that was named.
func (s settings) report(r results) error {
	var summary bytes.Buffer
	r.writeSummary(&summary)
	fmt.Fprintf(&summary, "\n%s\n", machine(s.rounds))
	fmt.Fprintf(s.out, "%s\n", &summary)
	r.writeAims(s.out)
	r.writeDetails(s.out)
	if s.write == "" {
		return nil
	}
	return s.place().Write(summary.Bytes())
}
