package web

import (
	"fmt"
	"mime"
	"net/http"
	"path"
	"slices"
	"strings"
	"time"

	"example.org/runshelf/event"
	"example.org/runshelf/shelf"
)

// maxFiles bounds the files that are listed.
const maxFiles = 1000

// files answers GET /api/runs/{id}/files: the files of a run.
func (s *Server) files(_ *http.Request, run *shelf.Run) ([]byte, error) {
	files, more, err := run.Files(maxFiles)
	if err != nil {
		return nil, err
	}
	b := append(about(run), `,"files":[`...)
	for i, f := range files {
		b = append(b, ",\n"[1-min(i, 1):]...)
		b = event.AppendValue(append(b, `{"name":`...), f.Name)
		b = fmt.Appendf(b, `,"bytes":%d,"kind":"%s"}`, f.Bytes, f.Kind)
	}
	return fmt.Appendf(b, "],\"truncated\":%t}\n", more), nil
}

// file answers GET /api/runs/{id}/files/{path}: the bytes of a file, to be kept
// and never to be shown. Neither the name nor the content decides its type: a
// browser that is told of text or of bytes runs nothing.
func (s *Server) file(w http.ResponseWriter, r *http.Request) {
	run, err := s.run(r.PathValue("id"))
	if err != nil {
		refuse(w, statusOf(err), err)
		return
	}
	name := r.PathValue("path")
	f, err := run.OpenFile(name)
	if err != nil {
		refuse(w, http.StatusNotFound, err)
		return
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		refuse(w, http.StatusInternalServerError, err)
		return
	}
	// A large file takes longer than other answers.
	_ = http.NewResponseController(w).SetWriteDeadline(time.Time{})
	h := w.Header()
	h.Set("Content-Type", plainType(name))
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": path.Base(name)}))
	http.ServeContent(w, r, "", info.ModTime(), f)
}

// plainType is text for names that promise text, and bytes for all others.
func plainType(name string) string {
	texts := []string{".txt", ".log", ".json", ".jsonl", ".csv", ".tsv", ".md", ".yaml", ".yml", ".toml", ".in"}
	if slices.Contains(texts, strings.ToLower(path.Ext(name))) || shelf.IsLog(name) {
		return "text/plain; charset=utf-8"
	}
	return "application/octet-stream"
}
