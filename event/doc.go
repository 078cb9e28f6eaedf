// Package event is the bytes of one event: how it is written as a line of JSON,
// how a line is read back, and how it is shown to people.
package event
