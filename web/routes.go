package web

import (
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"

	"example.org/runshelf/event"
	"example.org/runshelf/shelf"
)

// routes are the addresses of the page. There is none that fits whatever is left:
// what is not listed does not exist.
func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	for _, page := range []string{"/{$}", "/runs/{id}", "/compare", "/query"} {
		mux.HandleFunc("GET "+page, func(w http.ResponseWriter, r *http.Request) { sendPage(w, r, http.StatusOK) })
	}
	mux.HandleFunc("GET /assets/{name}", serveAsset)
	s.readings(mux)
	s.changes(mux)
	mux.HandleFunc("GET /api/live", s.live)
	return documented(mux)
}

// documented lets the routes answer usefully too where they have nothing for an address,
// or not with this method: with the page to whoever looks for one, else with a document.
func documented(mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h, pattern := mux.Handler(r)
		if pattern != "" {
			mux.ServeHTTP(w, r)
			return
		}
		n := &noRoute{head: w.Header(), status: http.StatusNotFound}
		switch h.ServeHTTP(n, r); {
		case n.status == http.StatusNotFound && wantsPage(r):
			sendPage(w, r, n.status)
		case n.status == http.StatusNotFound:
			refuse(w, n.status, fmt.Errorf("there is nothing at %s", r.URL.Path))
		case n.status == http.StatusMethodNotAllowed:
			refuse(w, n.status, fmt.Errorf("%s takes %s", r.URL.Path, n.head.Get("Allow")))
		default: // an address that is spelled in another way
			mux.ServeHTTP(w, r)
		}
	})
}

// wantsPage reports whether a person looks for a page where there is no data.
func wantsPage(r *http.Request) bool {
	return r.URL.Path != "/api" && !strings.HasPrefix(r.URL.Path, "/api/") && strings.Contains(r.Header.Get("Accept"), "text/html")
}

// noRoute takes what the routes would say themselves. Their headers hold, such as the
// methods that are allowed.
type noRoute struct {
	head   http.Header
	status int
}

func (n *noRoute) Header() http.Header         { return n.head }
func (n *noRoute) WriteHeader(status int)      { n.status = status }
func (n *noRoute) Write(b []byte) (int, error) { return len(b), nil }

// readings are the questions.
func (s *Server) readings(mux *http.ServeMux) {
	mux.Handle("GET /api/about", handler(s.about))
	mux.Handle("GET /api/runs", handler(s.runs))
	mux.Handle("GET /api/keys", handler(s.keys))
	mux.Handle("GET /api/trash", handler(s.trash))
	mux.Handle("GET /api/diff", s.scanning(s.diff))
	mux.Handle("GET /api/matrix", s.scanning(s.matrix))
	mux.Handle("POST "+queryPath, handler(s.query))
	run := func(path string, h func(*http.Request, *shelf.Run) ([]byte, error)) {
		mux.Handle("GET /api/runs/{id}"+path, handler(s.ofRun(h)))
	}
	run("", s.manifest)
	run("/files", s.files)
	run("/rerun", s.rerun)
	mux.HandleFunc("GET /api/runs/{id}/files/{path...}", s.file)
	scan := func(path string, h func(*http.Request, *shelf.Run) ([]byte, error)) {
		mux.Handle("GET /api/runs/{id}"+path, s.scanning(s.ofRun(h)))
	}
	scan("/events", s.events)
	scan("/outline", s.outline)
	scan("/stats", s.stats)
	scan("/series", s.series)
	scan("/fields", s.fields)
	scan("/unknown", s.unknown)
}

// scanning lets a handler begin when there are not too many that read whole
// logs.
func (s *Server) scanning(h handler) http.Handler {
	return handler(func(r *http.Request) ([]byte, error) {
		select {
		case s.scans <- struct{}{}:
			defer func() { <-s.scans }()
		case <-r.Context().Done():
			return nil, r.Context().Err()
		}
		return h(r)
	})
}

// ofRun finds the run that the path names.
func (s *Server) ofRun(h func(*http.Request, *shelf.Run) ([]byte, error)) handler {
	return func(r *http.Request) ([]byte, error) {
		run, err := s.run(r.PathValue("id"))
		if err != nil {
			return nil, err
		}
		return h(r, run.WithContext(r.Context())) // nobody reads on for a browser that has left
	}
}

// run opens the run of an id. Nothing but the id itself names it here: neither a
// path nor a beginning.
func (s *Server) run(id string) (*shelf.Run, error) {
	if err := shelf.ValidateID(id); err != nil {
		return nil, err
	}
	run, err := shelf.OpenRun(filepath.Join(s.o.Shelf.Dir(), id))
	if errors.Is(err, shelf.ErrNoRun) {
		return nil, fmt.Errorf("%w: %q", shelf.ErrNoRun, id) // not by its path: whoever asks knows ids
	}
	return run, err
}

// about says what is served.
func (s *Server) about(*http.Request) ([]byte, error) {
	b := event.AppendValue([]byte(`{"format":1,"shelf":`), s.o.Shelf.Dir())
	b = event.AppendValue(append(b, `,"version":`...), s.o.Version)
	return append(b, "}\n"...), nil
}
