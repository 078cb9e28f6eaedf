package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"unicode/utf8"

	"example.org/runshelf/benchmarks/peers"
)

// check reads what a contender has left: as many lines as events, each valid
// JSON in valid UTF-8, the first with the data of the load. It returns the size
// of the file.
func check(path string, events int, load peers.Load) (size int64, err error) {
	file, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer file.Close()
	lines := 0
	in := bufio.NewReaderSize(file, 1<<20)
	for {
		line, err := in.ReadSlice('\n')
		if errors.Is(err, io.EOF) && len(line) == 0 {
			break
		}
		if err != nil {
			return 0, fmt.Errorf("line %d: %w", lines+1, err)
		}
		if err := checkLine(line, lines == 0, load); err != nil {
			return 0, fmt.Errorf("line %d: %w", lines+1, err)
		}
		lines++
		size += int64(len(line))
	}
	if lines != events {
		return 0, fmt.Errorf("%d events were logged and %d stand in the file", events, lines)
	}
	return size, nil
}

func checkLine(line []byte, first bool, load peers.Load) error {
	if !json.Valid(line) {
		return fmt.Errorf("no valid JSON: %.200q", line)
	}
	if !utf8.Valid(line) {
		return fmt.Errorf("no valid UTF-8: %.200q", line)
	}
	if first {
		return checkData(line, load)
	}
	return nil
}

// checkData looks for every field of the load, with its value.
func checkData(line []byte, load peers.Load) error {
	wanted, err := json.Marshal(load.Size.Data())
	if err != nil {
		return err
	}
	var want, got map[string]any
	if err := errors.Join(json.Unmarshal(wanted, &want), json.Unmarshal(line, &got)); err != nil {
		return err
	}
	for key, value := range want {
		if !reflect.DeepEqual(got[key], value) {
			return fmt.Errorf("%s is %.100v, not %.100v", key, got[key], value)
		}
	}
	return nil
}
