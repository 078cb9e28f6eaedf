package web

import (
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"strconv"
	"time"

	"example.org/runshelf/compare"
	"example.org/runshelf/event"
	"example.org/runshelf/query"
	"example.org/runshelf/shelf"
)

// badRequest is an error of whoever asked.
type badRequest struct{ err error }

func (e *badRequest) Error() string { return e.err.Error() }

func (e *badRequest) Unwrap() error { return e.err }

// badf is a badRequest.
func badf(format string, args ...any) error { return &badRequest{fmt.Errorf(format, args...)} }

// handler answers a request with a JSON document.
type handler func(r *http.Request) ([]byte, error)

// ServeHTTP sends the document, or the error.
func (h handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b, err := h(r)
	if err != nil {
		refuse(w, statusOf(err), err)
		return
	}
	send(w, http.StatusOK, b)
}

// send sends a JSON document.
func send(w http.ResponseWriter, status int, b []byte) {
	h := w.Header()
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(len(b)))
	w.WriteHeader(status)
	_, _ = w.Write(b) // whoever went away needs no answer
}

// refuse sends an error as a document. Of an expression that is wrong it says
// where.
func refuse(w http.ResponseWriter, status int, err error) {
	b := event.AppendValue([]byte(`{"error":`), err.Error())
	var wrong *query.WhereError
	if errors.As(err, &wrong) {
		b = fmt.Appendf(b, `,"column":%d`, wrong.Column)
	}
	send(w, status, append(b, "}\n"...))
}

// statusOf maps an error to the status of the answer.
func statusOf(err error) int {
	var bad *badRequest
	var where *query.WhereError
	var pattern *query.PatternError
	var ignore *compare.PatternError
	var id *shelf.IDError
	var sql *query.SQLError
	switch {
	case errors.As(err, &bad), errors.As(err, &where), errors.As(err, &pattern), errors.As(err, &ignore), errors.As(err, &sql):
		return http.StatusBadRequest
	case errors.Is(err, shelf.ErrNoRun), errors.Is(err, shelf.ErrNoFile), errors.Is(err, fs.ErrNotExist), errors.As(err, &id):
		return http.StatusNotFound
	case errors.Is(err, shelf.ErrTaken):
		return http.StatusConflict
	}
	return http.StatusInternalServerError
}

// stamp begins a document that is a list.
func stamp(key string) []byte {
	return fmt.Appendf(nil, `{"format":1,"as_of":"%s","%s":[`, time.Now().UTC().Format(event.TimeLayout), key)
}

// about begins a document about one run.
func about(run *shelf.Run) []byte {
	return event.AppendValue([]byte(`{"format":1,"run_id":`), run.ID)
}

// number reads a parameter that is a number from least to most.
func number(r *http.Request, name string, absent, least, most int64) (int64, error) {
	text := r.URL.Query().Get(name)
	if text == "" {
		return absent, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < least || n > most {
		return 0, badf("%s must be a number from %d to %d", name, least, most)
	}
	return n, nil
}
