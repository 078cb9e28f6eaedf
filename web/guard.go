package web

import (
	"crypto/subtle"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// TokenHeader is the header that a change carries the token of the start link in.
const TokenHeader = "X-Runshelf-Token"

// queryPath is the one address that is asked by POST and changes nothing: a
// statement may be longer than an address.
const queryPath = "/api/query"

// policy lets the page load what the server itself serves as files, and nothing
// else: no code or style inside a document, no frame, no other site.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"

// guard lets through only what the page itself sends, before anything else sees
// the request.
func (s *Server) guard(next http.Handler) http.Handler {
	foreign := http.NewCrossOriginProtection()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answering(r)
		setHeaders(w.Header())
		switch {
		case !slices.Contains(s.hosts(), r.Host):
			refuse(w, http.StatusMisdirectedRequest, errors.New("the request names another host"))
		case !slices.Contains([]string{http.MethodGet, http.MethodHead, http.MethodPost}, r.Method):
			w.Header().Set("Allow", "GET, HEAD, POST")
			refuse(w, http.StatusMethodNotAllowed, errors.New("the page knows GET, HEAD and POST"))
		case !plainRequest(r):
			refuse(w, http.StatusBadRequest, errors.New("the path is not plain"))
		case !ownSite(r), foreign.Check(r) != nil:
			refuse(w, http.StatusForbidden, errors.New("the request comes from another site"))
		case r.Method == http.MethodPost && r.URL.Path != queryPath && !s.hasToken(r):
			refuse(w, http.StatusUnauthorized, errors.New("a change needs the token of the start link"))
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// setHeaders sets what every answer carries.
func setHeaders(h http.Header) {
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-store")
}

// hosts are the names by which the server may be asked. A browser that was led
// here by the name of another site states that name.
func (s *Server) hosts() []string {
	port := ":" + strconv.Itoa(s.port)
	return []string{"127.0.0.1" + port, "localhost" + port, "[::1]" + port}
}

// plainRequest refuses paths that somebody might read as another path.
func plainRequest(r *http.Request) bool {
	path := r.URL.Path
	if !strings.HasPrefix(path, "/") || strings.ContainsRune(path, '\\') || strings.IndexFunc(path, isControl) >= 0 {
		return false
	}
	for segment := range strings.SplitSeq(path[1:], "/") {
		if segment == "." || segment == ".." {
			return false
		}
	}
	return !strings.Contains(path, "//")
}

func isControl(r rune) bool { return r < 0x20 || r == 0x7f }

// ownSite refuses what a browser says another site asked for. Only a person who
// follows a link to one of the pages may come from elsewhere: a page by itself
// tells nothing to the site that the link stood on.
func ownSite(r *http.Request) bool {
	switch r.Header.Get("Sec-Fetch-Site") {
	case "", "same-origin", "none":
		return true
	}
	return r.Method == http.MethodGet && !strings.HasPrefix(r.URL.Path, "/api/") &&
		r.Header.Get("Sec-Fetch-Mode") == "navigate" && r.Header.Get("Sec-Fetch-Dest") == "document"
}

// hasToken compares in a time that does not tell how much was right.
func (s *Server) hasToken(r *http.Request) bool {
	return subtle.ConstantTimeCompare([]byte(r.Header.Get(TokenHeader)), []byte(s.token)) == 1
}
