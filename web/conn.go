package web

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"sync/atomic"
)

// net/http answers by itself what is no request it could hand to a handler: a head
// that is too long, a line that makes no sense. Those answers go out bare. The
// connections here add to them what every answer carries.

// guarded hands out connections that do so.
type guarded struct{ net.Listener }

// Accept waits for a connection.
func (g guarded) Accept() (net.Conn, error) {
	c, err := g.Listener.Accept()
	if tcp, ok := c.(*net.TCPConn); ok {
		return &conn{TCPConn: tcp}, nil
	}
	return c, err
}

// conn knows whether a handler of ours answers.
type conn struct {
	*net.TCPConn
	ours atomic.Bool
}

// connKey finds the connection of a request.
type connKey struct{}

func withConn(ctx context.Context, c net.Conn) context.Context {
	return context.WithValue(ctx, connKey{}, c)
}

// answering says that from here on the answer is ours.
func answering(r *http.Request) {
	if c, ok := r.Context().Value(connKey{}).(*conn); ok {
		c.ours.Store(true)
	}
}

// noteState says that an answer has been sent: what comes next may not be ours.
func noteState(c net.Conn, state http.ConnState) {
	if c, ok := c.(*conn); ok && state == http.StateIdle {
		c.ours.Store(false)
	}
}

// Write sends bytes, and in an answer that is not ours the headers with them.
func (c *conn) Write(b []byte) (int, error) {
	status, rest, found := bytes.Cut(b, []byte("\r\n"))
	if c.ours.Load() || !found || !bytes.HasPrefix(status, []byte("HTTP/1.")) {
		return c.TCPConn.Write(b)
	}
	h := http.Header{}
	setHeaders(h)
	var whole bytes.Buffer
	whole.Write(status)
	whole.WriteString("\r\n")
	_ = h.Write(&whole) // a buffer takes everything
	whole.Write(rest)
	if _, err := c.TCPConn.Write(whole.Bytes()); err != nil {
		return 0, err
	}
	return len(b), nil
}
