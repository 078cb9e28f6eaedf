package runshelftest

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"example.org/runshelf/event"
	"example.org/runshelf/shelf"
)

// tail wants none after a clean end. One that failed says so in the manifest, and
// its tail may hold what could not be moved.
func (c *check) tail() {
	if !c.ended() || c.run.Manifest.Logger.Error != "" {
		return
	}
	if _, err := os.Lstat(c.path(shelf.TailFile)); !errors.Is(err, fs.ErrNotExist) {
		c.fault(shelf.TailFile, 0, "is left over after a clean end")
	}
}

// files looks at every name of the run, but for what lies in artifacts: that
// belongs to the user, save for the blobs, which the events vouch for.
func (c *check) files() {
	err := filepath.WalkDir(c.dir, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		below, err := filepath.Rel(c.dir, name)
		if err != nil {
			return err
		}
		below = filepath.ToSlash(below)
		c.file(below, entry)
		if entry.IsDir() && path.Dir(below) == shelf.ArtifactsDir && path.Base(below) != "blobs" {
			return fs.SkipDir
		}
		return nil
	})
	if err != nil {
		c.fault("", 0, "%v", err)
	}
}

// file judges the name, the kind and the rights of one file or directory.
func (c *check) file(name string, entry fs.DirEntry) {
	if path.Dir(name) == shelf.ArtifactsDir && !entry.IsDir() {
		return
	}
	info, err := entry.Info()
	if errors.Is(err, fs.ErrNotExist) {
		return // of a living run
	}
	if err != nil {
		c.fault(name, 0, "%v", err)
		return
	}
	if c.ended() && isTemporary(path.Base(name)) {
		c.fault(name, 0, "is a temporary file, and the run has ended")
	}
	mode := info.Mode()
	switch {
	case mode.IsDir() && mode&0o700 != 0o700:
		c.fault(name, 0, "is a directory of mode %v", mode)
	case mode.IsDir():
	case !mode.IsRegular():
		c.fault(name, 0, "is neither a file nor a directory: %v", mode)
	case mode&0o111 != 0 || mode&(fs.ModeSetuid|fs.ModeSetgid|fs.ModeSticky) != 0:
		c.fault(name, 0, "is a file of mode %v", mode)
	case mode&0o600 != 0o600 && !strings.HasPrefix(name, shelf.ArtifactsDir+"/"):
		c.fault(name, 0, "is a file of mode %v, which its owner cannot use", mode)
	}
}

// isTemporary knows the names under which files are written before they get their
// own.
func isTemporary(name string) bool {
	if strings.HasSuffix(name, ".tmp") {
		return true
	}
	return strings.HasPrefix(name, ".") && (strings.HasSuffix(name, ".new") || strings.Contains(name, ".new."))
}

var readableForm = regexp.MustCompile(`^\d{2}:\d{2}:\d{2} (DEBUG|INFO |WARN |ERROR) \S`)

// readable judges run.log and its full parts. All may be missing.
func (c *check) readable() {
	names, err := (&shelf.Run{Dir: c.path(".")}).LogFiles()
	if err != nil {
		c.fault(shelf.LogFile, 0, "%v", err)
	}
	for _, name := range names {
		c.readableFile(name)
	}
}

func (c *check) readableFile(name string) {
	content, err := os.ReadFile(c.path(name))
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			c.fault(name, 0, "%v", err)
		}
		return
	}
	number := int64(0)
	for line := range bytes.Lines(content) {
		number++
		text, ended := bytes.CutSuffix(line, []byte("\n"))
		if !ended {
			// Text for people is not kept by any tail.
			if c.ended() {
				c.fault(name, number, "the last line has no end")
			}
			continue
		}
		c.readableLine(name, number, string(text))
	}
}

func (c *check) readableLine(name string, number int64, text string) {
	if safe := string(event.AppendSafe(nil, text)); safe != text {
		c.fault(name, number, "has bytes that a terminal would act on: %s", safe)
	}
	if !readableForm.MatchString(text) {
		c.fault(name, number, "is not of the form HH:MM:SS LEVEL  text: %.80q", text)
		return
	}
	if _, err := time.Parse(time.TimeOnly, text[:len(time.TimeOnly)]); err != nil {
		c.fault(name, number, "%v", err)
	}
}
