package provenance

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// planted is a secret that no text of these tests has otherwise.
const planted = "Zq7xW9vK2mP4"

// plantings are the forms in which a secret stands in a text; %s is its place.
var plantings = []string{
	"API_KEY=%s", "password: %s", "--password %s", "--token=%s", `{"password":"%s"}`, `{\"apiKey\":\"%s\"}`, "Authorization: Bearer %s",
	`-H "X-Api-Key: %s"`, "Cookie: a=%s; b=%s", "https://u:%s@h/", "https://%s:x@h/", "redis://:%s@h", "postgres://u:a/%s@h/db",
	"http://h/?token=%s&x=1", "-Dpassword=%s", "ghp_%s" + hash40, "AKIA" + "ABCD\nAPI_KEY=%s", "password='%s x'", "accessTOKEN := `%s`",
	"-----BEGIN PRIVATE KEY-----\n%s\n-----END PRIVATE KEY-----",
}

func TestRedactTextNeverShowsPlanted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		// Lines of their own keep what is around from changing what is meant.
		around := rapid.StringMatching(`[a-z0-9=:/@"'&;,. \\-]{0,40}`)
		form := rapid.SampledFrom(plantings).Draw(t, "form")
		text := strings.Join([]string{
			around.Draw(t, "before"), strings.ReplaceAll(form, "%s", planted), around.Draw(t, "after"),
		}, "\n")
		got := RedactText(text)
		if strings.Contains(got, planted) {
			t.Fatalf("RedactText(%q) = %q, which shows the secret", text, got)
		}
		if again := RedactText(got); again != got {
			t.Fatalf("redacting %q again gives %q", got, again)
		}
	})
}

func TestRedactArgsNeverShowsPlanted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		args := rapid.SliceOf(rapid.StringMatching(`[ -~]{0,12}`)).Draw(t, "args")
		name := rapid.SampledFrom([]string{"password", "api-key", "apiKey", "DB_PASS", "x.token"}).Draw(t, "name")
		form := rapid.SampledFrom([][]string{
			{"--" + name, planted}, {"--" + name + "=" + planted}, {name + "=a b&c;" + planted}, {"-H", "X-" + name + ": a " + planted},
			{"https://u:a b" + planted + "@h/"},
		}).Draw(t, "form")
		args = slices.Insert(args, rapid.IntRange(0, len(args)).Draw(t, "at"), form...)
		got := RedactArgs(args)
		if strings.Contains(strings.Join(got, "\x00"), planted) {
			t.Fatalf("RedactArgs(%q) = %q, which shows the secret", args, got)
		}
		if len(got) != len(args) {
			t.Fatalf("RedactArgs(%q) = %q, of another length", args, got)
		}
		if again := RedactArgs(got); !slices.Equal(again, got) {
			t.Fatalf("redacting %q again gives %q", got, again)
		}
	})
}

func FuzzRedactCommands(f *testing.F) {
	for _, line := range []string{
		"mysql -p" + planted, "sh\x00-c\x00curl -u 'a b:" + planted + "'; zip -P x", "sshpass -p x mysql -py", "--password\x00-x\x00key=a'b mysql -pX c'",
		"docker login -p x", "htpasswd -b f u p", "sqlplus a/b@c", "sh\x00-c\x00x\nkey=a'b mysql -pX c'",
	} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, text string) {
		args := strings.Split(text, "\x00")
		if !strings.Contains(text, "\x00") {
			args = strings.Fields(text)
		}
		got := RedactArgs(args)
		if len(got) != len(args) || !slices.Equal(RedactArgs(got), got) {
			t.Fatalf("RedactArgs(%q) = %q, and again %q", args, got, RedactArgs(got))
		}
		for _, program := range [][]string{{"mysql", "-p" + planted}, {"sshpass", "-p", planted}, {"curl", "-u", "me:" + planted}, {"zip", "-P", planted}} {
			if got := RedactArgs(append(program, args...)); strings.Contains(strings.Join(got, "\x00"), planted) && !strings.Contains(text, planted) {
				t.Fatalf("%q shows the secret", got)
			}
		}
	})
}

func FuzzRedactText(f *testing.F) {
	for _, form := range plantings {
		f.Add(strings.ReplaceAll(form, "%s", planted))
	}
	f.Add("https://[redacted]@h/ key=\"[redacted]\" Bearer [redacted]")
	f.Fuzz(func(t *testing.T, text string) {
		text = strings.ReplaceAll(text, planted, "-")
		got := RedactText(text)
		if again := RedactText(got); again != got {
			t.Fatalf("RedactText(%q) = %q, and again %q", text, got, again)
		}
		if withSecret := RedactText(text + "\n\"API_KEY\": " + planted); strings.Contains(withSecret, planted) {
			t.Fatalf("%q shows the secret after %q", withSecret, text)
		}
		for name, redact := range map[string]func(string) string{
			"RedactURL":   RedactURL,
			"RedactValue": func(s string) string { return RedactValue("x", s) },
		} {
			if once := redact(text); redact(once) != once {
				t.Fatalf("%s(%q) = %q, and again %q", name, text, once, redact(once))
			}
		}
	})
}

func FuzzRedactArgs(f *testing.F) {
	f.Add("sh\x00-c\x00:\x00--password\x00hunter2\x00https://u:p@h/")
	f.Add("Authorization:\x00Bearer\x00x")
	f.Fuzz(func(t *testing.T, joined string) {
		args := strings.Split(joined, "\x00")
		got := RedactArgs(args)
		if again := RedactArgs(got); len(got) != len(args) || !slices.Equal(again, got) {
			t.Fatalf("RedactArgs(%q) = %q, and again %q", args, got, again)
		}
	})
}

func FuzzRedactConfig(f *testing.F) {
	f.Add([]byte(`{"model":"economy","seed":18446744073709551615,"api_key":"abc","auth":{"n":1.50}}`))
	f.Add([]byte(`{"argv":["--password","x",5],"u":"https://u:p@h/\ud800","e":"\u00e9<"}`))
	f.Add([]byte(`[[],{},"",null,true,-0.0,1e5]`))
	f.Add([]byte(`{"password":"x"`))
	f.Fuzz(func(t *testing.T, document []byte) {
		got := RedactConfig(document)
		if len(bytes.TrimSpace(document)) == 0 {
			return
		}
		if !json.Valid(got) {
			t.Fatalf("RedactConfig(%q) = %q, which is no JSON", document, got)
		}
		if again := RedactConfig(got); !bytes.Equal(again, got) {
			t.Fatalf("RedactConfig(%q) = %q, and again %q", document, got, again)
		}
		if !json.Valid(document) {
			return
		}
		if before, after := skeleton(t, document), skeleton(t, got); before != after {
			t.Fatalf("RedactConfig(%q) = %q, of another structure", document, got)
		}
		nested := slices.Concat([]byte(`{"x":`), document, []byte(`,"password":["`+planted+`"]}`))
		if hidden := RedactConfig(nested); bytes.Contains(hidden, []byte(planted)) {
			t.Fatalf("RedactConfig(%q) = %q, which shows the secret", nested, hidden)
		}
	})
}
