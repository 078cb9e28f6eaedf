package provenance

import (
	"strings"
	"testing"
)

// hash40 stands for the random part of a token. The tokens of these tests are
// put together so that none stands in the source as a whole.
const hash40 = "a1B2c3D4e5F6g7H8i9J0a1B2c3D4e5F6g7H8i9J0"

func TestRedactTextHides(t *testing.T) {
	for _, tc := range []struct{ name, in, want string }{
		{"assignment", "API_KEY=abc", "API_KEY=[redacted]"},
		{"assignment among words", "env API_KEY=abc ./run --fast", "env API_KEY=[redacted] ./run --fast"},
		{"flag with equals", "mysql --password=hunter2 db", "mysql --password=[redacted] db"},
		{"flag with word", "mysql --password hunter2 db", "mysql --password [redacted] db"},
		{"one dash", "tool -password hunter2 x", "tool -password [redacted] x"},
		{"java property", "java -Dpassword=hunter2 -jar x", "java -Dpassword=[redacted] -jar x"},
		{"quoted", `password="correct horse" x`, `password="[redacted]" x`},
		{"single quotes", `password = 'correct horse' x`, `password = '[redacted]' x`},
		{"escaped quote inside", `password="a\"b" x`, `password="[redacted]" x`},
		{"quote never closed", `password="abc def`, `password="[redacted]`},
		{"inside quotes", `sh -c "API_KEY=abc ./run"`, `sh -c "API_KEY=[redacted] ./run"`},
		{"last inside quotes", `sh -c "env API_KEY=abc"`, `sh -c "env API_KEY=[redacted]"`},
		{"json", `{"user":"u","password":"hunter2","n":1}`, `{"user":"u","password":"[redacted]","n":1}`},
		{"json with spaces", `{ "password" : "hunter2" }`, `{ "password" : "[redacted]" }`},
		{"json escaped once more", `{\"password\":\"hunter2\",\"n\":1}`, `{\"password\":\"[redacted]\",\"n\":1}`},
		{"python", `{'password': 'hunter2', 'n': 1}`, `{'password': '[redacted]', 'n': 1}`},
		{"ruby", `'password' => 'hunter2'`, `'password' => '[redacted]'`},
		{"go", `password := "hunter2"`, `password := "[redacted]"`},
		{"go value", `{Password:hunter2 User:x}`, `{Password:[redacted] User:x}`},
		{"index", `config["password"] = "x1"`, `config["password"] = "[redacted]"`},
		{"query", "http://h/?token=abc&page=2", "http://h/?token=[redacted]&page=2"},
		{"connection string", "Server=h;Password=a;b;Database=d", "Server=h;Password=[redacted];Database=d"},
		{"libpq", "host=h password=abc dbname=d", "host=h password=[redacted] dbname=d"},
		{"yaml", "user: u\npassword: hunter2\nn: 1", "user: u\npassword: [redacted]\nn: 1"},
		{"bearer header", "Authorization: Bearer x", "Authorization: [redacted]"},
		{"header in quotes", `curl -H "Authorization: Bearer x y" http://h`, `curl -H "Authorization: [redacted]" http://h`},
		{"other header in quotes", `curl -H 'X-Api-Key: a b' http://h`, `curl -H 'X-Api-Key: [redacted]' http://h`},
		{"tight header", "X-Api-Key:abc", "X-Api-Key:[redacted]"},
		{"cookie header", "Cookie: a=1; b=2\nHost: h", "Cookie: [redacted]\nHost: h"},
		{"scheme after equals", "auth=Bearer abc x", "auth=[redacted] x"},
		{"bearer alone", "Bearer " + hash40, "Bearer [redacted]"},
		{"basic alone", "Basic dXNlcjpwYXNz", "Basic [redacted]"},
		{"userinfo", "https://u:p@h/", "https://[redacted]@h/"},
		{"userinfo without password", "https://u:@h/", "https://[redacted]@h/"},
		{"userinfo without user", "redis://:pw@h:6379/0", "redis://[redacted]@h:6379/0"},
		{"at sign in password", "x postgres://u:p@ss@h/db y", "x postgres://[redacted]@h/db y"},
		{"slash in password", "postgres://u:p/s@h/db", "postgres://[redacted]@h/db"},
		{"hash in password", "postgres://u:p#s@h/db", "postgres://[redacted]@h/db"},
		{"quote in password", `postgres://u:p"s'@h/db`, "postgres://[redacted]@h/db"},
		{"two URLs", "http://a:b@c/ http://d:e@f/", "http://[redacted]@c/ http://[redacted]@f/"},
		{"two URLs in one word", "http://a:b@c,http://d:e@f", "http://[redacted]@c,http://[redacted]@f"},
		{"URL as value", "DATABASE_URL=postgres://u:p@h/db", "DATABASE_URL=postgres://[redacted]@h/db"},
		{"token as user", "https://" + hash40 + "@h/x", "https://[redacted]@h/x"},
		{"URL in JSON", `{"u":"http://a:b@c/","v":1}`, `{"u":"http://[redacted]@c/","v":1}`},
	} {
		t.Run(tc.name, func(t *testing.T) { expectText(t, tc.in, tc.want) })
	}
}

func expectText(t *testing.T, in, want string) {
	t.Helper()
	got := RedactText(in)
	if got != want {
		t.Errorf("RedactText(%q)\n got %q\nwant %q", in, got, want)
	}
	if again := RedactText(got); again != got {
		t.Errorf("redacting %q again gives %q", got, again)
	}
}

func TestRedactTextKeeps(t *testing.T) {
	for _, text := range []string{
		"", " ", "a", "monkey=1", "keyboard: qwerty", "max_tokens=100", "author=me", "--compass north",
		"the key to it", "key", "key=", "token:", "password:\nnext: 1", "--password", "--use-key --verbose", "--auth -v",
		"https://h/", "https://h:8080/a@b", "http://[::1]:80/x@y", "ssh://git@h/x", "git@github.com:o/r.git",
		"https://user@h/x", "https://registry.example/@scope/pkg", "mailto:a@b", "http://h1:9200,http://h2:9200",
		"https://auth.example.com:8443/x", "auth.example.com:443", "docker run org/auth-service:v2", "vault/secret:1.2",
		"git@auth.example.com:o/r.git", "key://x", "secret >= 5",
		"Bearer of good news", "Bearer instruments-of-debt", "Basic Training", "basic 10000000", "a basic dXNlcg",
		"12:30:00", "C:\\keys\\x", "a=b&c=d;e=f", "tick=5 agents=7", "naïve=ÿ \xff\xfe",
		"-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----",
		"-----BEGIN PUBLIC KEY-----\nMII\n-----END PUBLIC KEY-----",
		"[redacted]", "password=[redacted] x", `{"password":"[redacted]"}`, "https://[redacted]@h/",
	} {
		expectText(t, text, text)
	}
}

func TestRedactTextPrivateKeys(t *testing.T) {
	block := func(label string) string {
		return "-----BEGIN " + label + "-----\nMIIE" + hash40 + "\n-----END " + label + "-----"
	}
	for _, label := range []string{"PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "OPENSSH PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "PGP PRIVATE KEY BLOCK"} {
		expectText(t, "a\n"+block(label)+"\nb", "a\n[redacted]\nb")
		expectText(t, strings.ReplaceAll(block(label), "\n", `\n`)+`\n`, `[redacted]\n`)
	}
	expectText(t, "a "+block("PRIVATE KEY")+" b "+block("EC PRIVATE KEY")+" c", "a [redacted] b [redacted] c")
	expectText(t, "a -----BEGIN PRIVATE KEY-----\nMIIE", "a [redacted]")
	expectText(t, "a -----BEGIN PRIVATE KEY-----\nMIIE\n-----END ", "a [redacted]")
	certificate := block("CERTIFICATE")
	expectText(t, certificate+"\n"+block("PRIVATE KEY"), certificate+"\n[redacted]")
}

func TestRedactValue(t *testing.T) {
	for _, tc := range []struct{ key, value, want string }{
		{"API_TOKEN", "abc", Redacted},
		{"api_token", "", ""},
		{"LANG", "C.UTF-8", "C.UTF-8"},
		{"DATABASE_URL", "postgres://u:p@h/db", "postgres://[redacted]@h/db"},
		{"DATABASE_URL", "postgres://u:p w@h/db", "postgres://[redacted]@h/db"},
		{"OPTS", "PASSWORD=correct horse", "PASSWORD=[redacted]"},
		{"OPTS", "--password correct", "--password [redacted]"},
		{"OPTS", "pass=\"\r", "pass=[redacted]"}, // once, and then no more
		{"monkey", "banana", "banana"},
	} {
		if got := RedactValue(tc.key, tc.value); got != tc.want {
			t.Errorf("RedactValue(%q, %q) = %q, want %q", tc.key, tc.value, got, tc.want)
		}
	}
}

// TestRedactTextLong goes over texts that are built to be gone over again and
// again. Work that grew with the square of their length would not end.
func TestRedactTextLong(t *testing.T) {
	for _, unit := range []string{
		"a", " ", "://", "://a:b/", "a://b:c@", "@", "key=", "key ", "--key ", "token: x ", `"token: x" `, `key="`, `key=\"`, "key=a&",
		"sk-", "sk-a", "xoxb-", "pypi-", "eyJ", "eyJaaaaaaaaaa.", "AKIA", "-----BEGIN ", "-----BEGIN PRIVATE KEY-----", "Basic aa ", "bearer ",
		"key\\\"", "key  ]", "A", "aB", "_", "\\n", "%3D", "\xff", "é",
	} {
		text := strings.Repeat(unit, 1<<17/len(unit))
		if got := RedactText(text); RedactText(got) != got {
			t.Errorf("text of %q: not the same when redacted again", unit)
		}
	}
}

func BenchmarkRedactText(b *testing.B) {
	text := strings.Repeat(`run --agents 20 --set economy.seed=7 "name": "baseline", https://h/x?page=2 `, 100)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		RedactText(text)
	}
}
