//go:build unix

package cli

import (
	"os"
	"strconv"
	"syscall"
)

// testUser, when set, is the number of the user that runshelf becomes before it
// does anything: some rows are about what another user may not.
const testUser = "RUNSHELF_CLI_TEST_USER"

// becomeTestUser becomes the user that is asked for.
func becomeTestUser() error {
	text := os.Getenv(testUser)
	if text == "" {
		return nil
	}
	id, err := strconv.Atoi(text)
	if err != nil {
		return err
	}
	if err := syscall.Setgroups(nil); err != nil {
		return err
	}
	if err := syscall.Setgid(id); err != nil {
		return err
	}
	return syscall.Setuid(id)
}
