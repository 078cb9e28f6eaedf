// Package web serves the page: a shelf that can be looked at in a browser.
//
// The server answers on the loopback addresses of this machine only, and only
// requests that name it by one of those addresses and that no other site caused.
// It reads; the few changes (name, tags, notes, pin, trash) want the token of the
// start link, which is made anew at each start and stands in no log, no referrer
// and no answer. Whatever a run contains is sent as data and never as a document
// that a browser would run.
//
// All answers come from the packages query and compare, in the shapes that the
// command line prints with --json. What is kept in memory (the list of runs, the
// outlines of logs) is bounded and can be rebuilt at any time.
package web
