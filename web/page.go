package web

import (
	"bytes"
	"embed"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"time"
)

// assets holds the built page in the folder "built", which `make build` fills and
// git ignores. Without it there is a page that says how to build it.
//
//go:embed assets
var assets embed.FS

// Where the page lies in assets.
const (
	builtDir  = "assets/built"
	builtPage = builtDir + "/index.html"
	otherPage = "assets/unbuilt.html"
)

// Built reports whether the page is in this program.
func Built() bool {
	_, err := fs.Stat(assets, builtPage)
	return err == nil
}

// sendPage answers with the one document there is: the client finds out from the
// address what to show, and says what is missing where there is nothing.
func sendPage(w http.ResponseWriter, r *http.Request, status int) {
	name := builtPage
	if !Built() {
		name = otherPage
	}
	b, err := assets.ReadFile(name)
	if err != nil {
		refuse(w, http.StatusNotFound, err)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(len(b)))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(b) // whoever went away needs no answer
	}
}

// serveAsset answers with a file of the page. Their names hold a digest of their
// content, so that a browser may keep them.
func serveAsset(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	types := map[string]string{
		".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml", ".woff2": "font/woff2",
	}
	kind, known := types[path.Ext(name)]
	b, err := assets.ReadFile(builtDir + "/assets/" + name)
	if err != nil || !known {
		refuse(w, http.StatusNotFound, fs.ErrNotExist)
		return
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Cache-Control", "private, max-age=31536000, immutable")
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(b))
}
