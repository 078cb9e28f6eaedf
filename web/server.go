package web

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"runtime"
	"strconv"
	"time"

	"example.org/runshelf/shelf"
)

// Limits of one request. They are far above what the page sends.
const (
	maxHeader     = 32 << 10
	headerTimeout = 5 * time.Second
	readTimeout   = 8 * time.Second // the whole request, its body too
	writeTimeout  = time.Minute
	idleTimeout   = time.Minute
)

// Options says what is served. Shelf is needed; the zero value of the rest is
// useful.
type Options struct {
	// Shelf is the directory of runs.
	Shelf *shelf.Shelf
	// Port is the port to listen on; 0 takes a free one.
	Port int
	// Version is the version of the program, for the page to show.
	Version string
	// CacheDir is where the list of runs may be cached; "" is nowhere.
	CacheDir string
	// Rerun returns the command that would make a run again, "" when nobody
	// knows.
	Rerun func(*shelf.Run) string
	// Redact removes secrets from what a person writes into a note.
	Redact func(string) string
	// Ignore returns what the settings set aside where runs are compared, as
	// [compare.Options] has it; nil is nothing.
	Ignore func() ([]string, error)
}

// Server is the page of one shelf.
type Server struct {
	o         Options
	token     string
	port      int
	listeners []net.Listener
	catalog   *catalog
	outlines  *outlines
	hub       *hub
	scans     chan struct{} // a place for each question that reads a whole log

	statements chan struct{} // a place for each statement in SQL
	sqlTimeout time.Duration
}

// New returns a server that listens already and answers once Serve is called.
func New(o Options) (*Server, error) {
	if o.Rerun == nil {
		o.Rerun = func(*shelf.Run) string { return "" }
	}
	if o.Redact == nil {
		o.Redact = func(s string) string { return s }
	}
	secret := make([]byte, 32)
	_, _ = rand.Read(secret) // never fails: crypto/rand ends the process instead
	listeners, port, err := listen(o.Port)
	if err != nil {
		return nil, fmt.Errorf("serving the page: %w", err)
	}
	s := &Server{
		o: o, token: base64.RawURLEncoding.EncodeToString(secret), port: port, listeners: listeners,
		catalog: newCatalog(o.Shelf, o.CacheDir), outlines: &outlines{}, scans: make(chan struct{}, 2*runtime.GOMAXPROCS(0)),
		statements: make(chan struct{}, sqlAtOnce), sqlTimeout: sqlTimeout,
	}
	s.hub = newHub(s.catalog, o.Shelf.Dir())
	return s, nil
}

// StartLink is the address to open. It holds the token, behind the # that no
// browser sends to anybody.
func (s *Server) StartLink() string { return s.Address() + "/#token=" + s.token }

// Address is the address of the page without the token.
func (s *Server) Address() string { return "http://127.0.0.1:" + strconv.Itoa(s.port) }

// Serve answers until ctx ends, which is no error. Requests that are being
// answered then get a second to finish; followers are cut.
func (s *Server) Serve(ctx context.Context) error {
	requests, stop := context.WithCancel(ctx)
	defer stop()
	server := &http.Server{
		Handler: s.guard(s.routes()), MaxHeaderBytes: maxHeader,
		ReadHeaderTimeout: headerTimeout, ReadTimeout: readTimeout, WriteTimeout: writeTimeout, IdleTimeout: idleTimeout,
		BaseContext:                  func(net.Listener) context.Context { return requests },
		ConnContext:                  withConn,
		ConnState:                    noteState,
		DisableGeneralOptionsHandler: true,                                                    // it would answer before the guard looks
		ErrorLog:                     slog.NewLogLogger(slog.DiscardHandler, slog.LevelError), // it would hold what strangers send
	}
	go s.catalog.warm()
	ended := make(chan error, len(s.listeners))
	for _, l := range s.listeners {
		go func() { ended <- server.Serve(guarded{l}) }()
	}
	var err error
	select {
	case <-ctx.Done():
	case err = <-ended:
	}
	stop()
	patience, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	if server.Shutdown(patience) != nil {
		_ = server.Close()
	}
	if errors.Is(err, http.ErrServerClosed) {
		err = nil
	}
	return err
}

// listen opens the same port on both loopback addresses. A machine without the
// sixth version of the protocol has one of them.
func listen(port int) ([]net.Listener, int, error) {
	const tries = 16
	for try := 1; ; try++ {
		four, err := net.Listen("tcp4", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
		if err != nil {
			return nil, 0, err
		}
		taken := four.Addr().(*net.TCPAddr).Port
		six, err := net.Listen("tcp6", net.JoinHostPort("::1", strconv.Itoa(taken)))
		if err == nil {
			return []net.Listener{four, six}, taken, nil
		}
		if !inUse(err) {
			return []net.Listener{four}, taken, nil
		}
		// Somebody else has this port on the other address: whoever goes there
		// must not meet a stranger.
		_ = four.Close()
		if port != 0 || try == tries {
			return nil, 0, err
		}
	}
}
