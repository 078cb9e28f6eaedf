//go:build !unix

package main

// pause does nothing: here both follow all the time.
func (f *follower) pause(bool) {}
