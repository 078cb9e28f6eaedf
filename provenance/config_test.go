package provenance

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
)

func TestRedactConfig(t *testing.T) {
	for _, tc := range []struct{ name, in, want string }{
		{"nothing secret", `{"model":"economy","seed":42,"ticks":200}`, `{"model":"economy","seed":42,"ticks":200}`},
		{"secret key", `{"api_key":"abc","n":1}`, `{"api_key":"[redacted]","n":1}`},
		{"secret number", `{"pass":1234}`, `{"pass":"[redacted]"}`},
		{"nothing to hide", `{"token":"","auth":true,"key":null,"secret":false}`, `{"token":"","auth":true,"key":null,"secret":false}`},
		{"below a secret key", `{"auth":{"user":"u","pw":["a",1,{"x":"y"}],"on":true}}`, `{"auth":{"user":"[redacted]","pw":["[redacted]","[redacted]",{"x":"[redacted]"}],"on":true}}`},
		{"at depth", `{"a":[{"b":{"dbPassword":"x","c":"y"}}]}`, `{"a":[{"b":{"dbPassword":"[redacted]","c":"y"}}]}`},
		{"secret text", `{"url":"https://u:p@h/","t":"` + "ghp_" + hash40 + `"}`, `{"url":"https://[redacted]@h/","t":"[redacted]"}`},
		{"text of JSON", `{"body":"{\"password\":\"x\"}"}`, `{"body":"{\"password\":\"[redacted]\"}"}`},
		{"argv", `{"argv":["a","--password","x","--token",5,"--seed",7]}`, `{"argv":["a","--password","[redacted]","--token","[redacted]","--seed",7]}`},
		{"environment", `{"env":["API_KEY=abc def","TZ=UTC"]}`, `{"env":["API_KEY=[redacted]","TZ=UTC"]}`},
		{"escaped key", `{"pass\u0077ord":"x"}`, `{"pass\u0077ord":"[redacted]"}`},
		{"digits", `{"a":12345678901234567890.10,"b":1E+400,"c":-0.0}`, `{"a":12345678901234567890.10,"b":1E+400,"c":-0.0}`},
		{"spelling", "{ \"a\" :\t\"\\u00e9\\/<>&\" ,\n\"b\":[ ] , \"c\":{ } }\n", "{ \"a\" :\t\"\\u00e9\\/<>&\" ,\n\"b\":[ ] , \"c\":{ } }\n"},
		{"no HTML escapes", `{"u":"http://a:b@h/?x=<&>"}`, `{"u":"http://[redacted]@h/?x=<&>"}`},
		{"equal keys", `{"token":"a","token":"b"}`, `{"token":"[redacted]","token":"[redacted]"}`},
		{"string", `"token=abc"`, `"token=[redacted]"`},
		{"number", ` 5 `, ` 5 `},
		{"null", `null`, `null`},
		{"empty", ``, ``},
		{"blank", "\n", "\n"},
		{"broken", `{"password":"hunter2"`, `"[redacted]"`},
		{"two documents", `{} {"password":"x"}`, `"[redacted]"`},
		{"near misses", `{"monkey":"a","max_tokens":5,"author":"b"}`, `{"monkey":"a","max_tokens":5,"author":"b"}`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			in := []byte(tc.in)
			got := RedactConfig(in)
			if string(got) != tc.want {
				t.Errorf("RedactConfig(%s)\n got %s\nwant %s", tc.in, got, tc.want)
			}
			if string(in) != tc.in {
				t.Errorf("the argument became %s", in)
			}
			if again := RedactConfig(got); !bytes.Equal(again, got) {
				t.Errorf("redacting %s again gives %s", got, again)
			}
		})
	}
}

func TestRedactConfigDeep(t *testing.T) {
	deep := strings.Repeat(`{"a":[`, 4000) + `{"token":"x"}` + strings.Repeat(`]}`, 4000)
	want := strings.Replace(deep, `"x"`, `"[redacted]"`, 1)
	if got := RedactConfig([]byte(deep)); string(got) != want {
		t.Error("a deep document was not redacted at its bottom alone")
	}
	tooDeep := strings.Repeat(`[`, 100_000) + strings.Repeat(`]`, 100_000)
	if got := RedactConfig([]byte(tooDeep)); string(got) != `"[redacted]"` {
		t.Errorf("a document too deep to judge became %d bytes", len(got))
	}
}

// skeleton returns a document with every string that is no key, and every
// number that a redacted document has as such a string, taken out: what
// RedactConfig must not change.
func skeleton(t *testing.T, document []byte) string {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(document))
	d.UseNumber()
	var b strings.Builder
	var nesting []byte // '{' before a key, ':' before its value, '['
	for {
		token, err := d.Token()
		if err != nil {
			return b.String()
		}
		isKey := len(nesting) > 0 && nesting[len(nesting)-1] == '{' && token != json.Delim('}')
		b.WriteString(tokenText(token, isKey))
		nesting = nest(nesting, token, isKey)
	}
}

func tokenText(token json.Token, isKey bool) string {
	switch v := token.(type) {
	case string:
		if isKey {
			return v + ":"
		}
		return "? "
	case json.Number:
		return "? "
	case json.Delim:
		return v.String()
	case bool:
		return map[bool]string{true: "true ", false: "false "}[v]
	}
	return "null "
}

func nest(nesting []byte, token json.Token, isKey bool) []byte {
	if isKey {
		nesting[len(nesting)-1] = ':'
		return nesting
	}
	switch token {
	case json.Delim('{'):
		return append(nesting, '{')
	case json.Delim('['):
		return append(nesting, '[')
	case json.Delim('}'), json.Delim(']'):
		nesting = nesting[:len(nesting)-1]
	}
	if len(nesting) > 0 && nesting[len(nesting)-1] == ':' {
		nesting[len(nesting)-1] = '{'
	}
	return nesting
}
