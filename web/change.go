package web

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"example.org/runshelf/event"
	"example.org/runshelf/shelf"
)

// maxTags bounds the tags of a run.
const maxTags = 200

// wanted is the body of a change. Each kind of change reads its own members.
type wanted struct {
	Name   *string  `json:"name"`
	Add    []string `json:"add"`
	Remove []string `json:"remove"`
	Text   string   `json:"text"`
	Pinned *bool    `json:"pinned"`
}

// changes are the addresses that change something.
func (s *Server) changes(mux *http.ServeMux) {
	edit := func(kind string, change func(*shelf.Manifest, *wanted) error) {
		mux.Handle("POST /api/runs/{id}/"+kind, handler(func(r *http.Request) ([]byte, error) { return s.edit(r, change) }))
	}
	edit("name", setName)
	edit("tag", setTags)
	edit("note", s.setNotes)
	edit("pin", setPin)
	mux.Handle("POST /api/runs/{id}/trash", handler(func(r *http.Request) ([]byte, error) { return s.move(r, s.o.Shelf.Remove) }))
	mux.Handle("POST /api/runs/{id}/restore", handler(func(r *http.Request) ([]byte, error) { return s.move(r, s.o.Shelf.Restore) }))
}

// edit changes a manifest and answers with what it is now.
func (s *Server) edit(r *http.Request, change func(*shelf.Manifest, *wanted) error) ([]byte, error) {
	run, err := s.run(r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	var w wanted
	if err := readJSON(r, &w); err != nil {
		return nil, err
	}
	if err := s.o.Shelf.Edit(run.ID, func(m *shelf.Manifest) error { return change(m, &w) }); err != nil {
		return nil, err
	}
	s.catalog.forget()
	if run, err = s.run(run.ID); err != nil {
		return nil, err
	}
	return s.manifest(r, run)
}

// move puts a run into the trash or brings it back. The id is in full here as
// everywhere, and the shelf refuses what must stay.
func (s *Server) move(r *http.Request, move func(id string) error) ([]byte, error) {
	id := r.PathValue("id")
	if err := shelf.ValidateID(id); err != nil {
		return nil, err
	}
	err := move(id)
	s.catalog.forget()
	switch {
	case errors.Is(err, shelf.ErrPinned), errors.Is(err, shelf.ErrLives):
		return nil, &badRequest{err}
	case err != nil:
		return nil, err
	}
	return append(event.AppendValue([]byte(`{"format":1,"run_id":`), id), "}\n"...), nil
}

// setName sets the name; an empty one takes it away.
func setName(m *shelf.Manifest, w *wanted) error {
	if w.Name == nil {
		return badf("name is missing")
	}
	m.Name = *w.Name
	return nil
}

// setTags adds tags behind those there are, and takes others away.
func setTags(m *shelf.Manifest, w *wanted) error {
	if slices.Contains(w.Add, "") || len(w.Add)+len(w.Remove) == 0 {
		return badf("add or remove must name tags")
	}
	m.Tags = slices.DeleteFunc(m.Tags, func(tag string) bool { return slices.Contains(w.Remove, tag) })
	for _, tag := range w.Add {
		if !slices.Contains(m.Tags, tag) {
			m.Tags = append(m.Tags, tag)
		}
	}
	if len(m.Tags) > maxTags {
		return badf("a run has at most %d tags", maxTags)
	}
	return nil
}

// setNotes adds a note, and takes those away whose text is named.
func (s *Server) setNotes(m *shelf.Manifest, w *wanted) error {
	text := s.o.Redact(w.Text)
	if strings.TrimSpace(text) == "" && len(w.Remove) == 0 {
		return badf("text or remove must say something")
	}
	m.Notes = slices.DeleteFunc(m.Notes, func(n shelf.Note) bool { return slices.Contains(w.Remove, n.Text) })
	if strings.TrimSpace(text) != "" {
		m.Notes = append(m.Notes, shelf.Note{At: time.Now().UTC(), Text: text})
	}
	return nil
}

// setPin pins a run, as the command does, or takes the pin away when pinned is false.
func setPin(m *shelf.Manifest, w *wanted) error {
	m.Pinned = w.Pinned == nil || *w.Pinned
	return nil
}
