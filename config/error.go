package config

import (
	"path/filepath"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Error is one fault in the settings. All its texts are single lines without
// control characters, whatever the faulty input held.
type Error struct {
	// File is where the fault stands: a file with its line ("runshelf.yaml:3"),
	// "environment RUNSHELF_…" or "flag --…". It may be empty.
	File string
	// Key is the setting or section, or empty for a fault of the whole file.
	Key string
	// Message says what is wrong.
	Message string
	// Hint says what to do, or is empty. Error does not repeat it.
	Hint string
	// Err is the cause when a file could not be read, or nil.
	Err error
}

// Error returns the place, the key and the message in one line.
func (e *Error) Error() string {
	parts := make([]string, 0, 3)
	for _, p := range []string{e.File, e.Key, e.Message} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	return strings.Join(parts, ": ")
}

// Unwrap returns the cause, or nil.
func (e *Error) Unwrap() error { return e.Err }

// fault is an [Error] that does not yet know its place.
type fault struct{ message, hint string }

func (f *fault) at(place, key string) *Error {
	return &Error{File: place, Key: key, Message: f.message, Hint: f.hint}
}

// shownRunes bounds how much of a foreign text an error repeats.
const shownRunes = 80

// quoted returns a foreign text for a message: in quotes, escaped and not too
// long.
func quoted(s string) string { return strconv.Quote(shorten(s)) }

// shorten cuts after shownRunes. It looks at no more of s than it keeps.
func shorten(s string) string {
	n := 0
	for i := range s {
		if n == shownRunes {
			return s[:i] + "…"
		}
		n++
	}
	return s
}

// plain returns a foreign name without quotes when nothing in it can deceive.
func plain(s string) string {
	if s == "" || utf8.RuneCountInString(shorten(s)) > shownRunes || strings.ContainsFunc(s, deceptive) {
		return quoted(s)
	}
	return s
}

func deceptive(r rune) bool {
	return r != '_' && r != '-' && r != '.' && !unicode.IsLetter(r) && !unicode.IsDigit(r)
}

// placeName returns a path for a message, in quotes only when it must be.
func placeName(path string) string {
	if strings.ContainsFunc(path, func(r rune) bool { return !strconv.IsPrint(r) }) || !utf8.ValidString(path) {
		return strconv.Quote(path)
	}
	return filepath.ToSlash(path)
}
