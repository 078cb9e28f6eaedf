package cli

import (
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"example.org/runshelf/shelf"
)

// filesShown bounds the files of a run that are listed by name.
const filesShown = 40

// showFiles writes the files of a run with their sizes. Links are named and not
// followed.
func showFiles(p *page, run *shelf.Run) {
	var rows []fileCells
	total := int64(0)
	_ = filepath.WalkDir(run.Dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || housekeeping(d.Name()) {
			return nil // what cannot be read is not listed, and stops nothing
		}
		name, size, bytes := fileRow(run.Dir, path, d)
		total += bytes
		rows = append(rows, fileCells{name, size})
		return nil
	})
	shelf.OrderLog(rows, func(r fileCells) string { return r.name })
	var t table
	t.right = map[int]bool{1: true}
	for _, r := range rows[:min(len(rows), filesShown)] {
		t.add(cell{text: r.name}, cell{text: r.size})
	}
	p.heading(fmt.Sprintf("Files: %s in %s", byteSize(total), safe(run.Dir)))
	p.table(&t)
	if more := len(rows) - filesShown; more > 0 {
		p.line("  and " + plural(int64(more), "more file"))
	}
	showUnrecorded(p, run)
}

// unrecordedWithin is how many bytes of events show reads to say which lines became none.
const unrecordedWithin = 256 << 20

// showUnrecorded writes which lines of a program are no events.
func showUnrecorded(p *page, run *shelf.Run) {
	left, looked, _ := run.UnrecordedWithin(unrecordedWithin) // what cannot be read has been told above
	for _, u := range left {
		p.line("  " + unrecordedText(u))
	}
	if !looked {
		p.line("  whether all lines of its output became events, runshelf verify " + safe(run.ID) + " says")
	}
}

// fileCells are what is shown of one file.
type fileCells struct{ name, size string }

// housekeeping reports files that belong to the shelf and not to a person.
func housekeeping(name string) bool { return strings.HasPrefix(name, ".") }

// fileRow is what a file is called and how large it is, or what else it is.
func fileRow(dir, path string, d fs.DirEntry) (name, size string, bytes int64) {
	name, err := filepath.Rel(dir, path)
	if err != nil {
		name = path
	}
	name = safe(filepath.ToSlash(name))
	info, err := d.Info()
	switch {
	case err != nil:
		return name, unknown, 0
	case d.Type()&fs.ModeSymlink != 0:
		return name, "link", 0
	case !d.Type().IsRegular():
		return name, "no file", 0
	}
	return name, byteSize(info.Size()), info.Size()
}
