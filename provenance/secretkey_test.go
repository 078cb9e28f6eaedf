package provenance

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestSecretKey(t *testing.T) {
	secret := []string{
		"TOKEN", "SECRET", "PASSWORD", "PASSWD", "PASS", "KEY", "APIKEY", "AUTH", "CRED", "CREDENTIALS", "COOKIE", "DSN",
		"token", "Token", "api_token", "API_TOKEN", "api-token", "api.token", "db.password", "X-Api-Key",
		"apiKey", "APIKey", "ApiKey", "APIkey", "accessTOKEN", "accessToken", "AccessTOKENValue", "getAPIKeyID",
		"DBPassword", "DBpass", "dbPass", "passWord", "AWSSecretAccessKey", "AWS_SECRET_ACCESS_KEY", "AccountKey",
		"SSH_AUTH_SOCK", "token_2", "TOKEN2", "PASSWORD1", "API_KEY2", "S3Key", "oauth2Token", "OAUTH2_TOKEN",
		"session-cookie", "Set-Cookie", "SENTRY_DSN", "password-file", "_key_", ".key", "a key", "headers[auth]",
		"Authorization", "proxy-authorization", "passphrase", "credential", "secrets", "passwords", "naïve_key", "ключKey",
	}
	plain := []string{
		"", "_", "monkey", "keyboard", "Monkey", "MONKEY", "turkey", "keyword", "keys", "hockey", "keystone",
		"tokens", "max_tokens", "tokenizer", "TOKENIZERS_PARALLELISM", "tokenize",
		"author", "authority", "authors", "authentic", "oauth", "compass", "passenger", "bypass", "passive", "passes",
		"secretary", "secretion", "credit", "credible", "sacred", "cookies", "cookiecutter",
		"seed", "ticks", "agents", "name", "logs_dir", "PATH", "HOME", "user", "hostname", "dsnx", "k-e-y", "ke_y", "K",
	}
	for _, name := range secret {
		if !SecretKey(name) {
			t.Errorf("SecretKey(%q) = false, want true", name)
		}
	}
	for _, name := range plain {
		if SecretKey(name) {
			t.Errorf("SecretKey(%q) = true, want false", name)
		}
	}
}

func TestSecretKeyWordAmongOthers(t *testing.T) {
	words := []string{"token", "secret", "password", "passwd", "pass", "key", "apikey", "auth", "cred", "credentials", "cookie", "dsn"}
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOf(rapid.StringMatching(`[a-z][a-z0-9]{0,7}`)).Draw(t, "parts")
		at := rapid.IntRange(0, len(parts)).Draw(t, "at")
		word := rapid.SampledFrom(words).Draw(t, "word")
		parts = append(parts[:at:at], append([]string{word}, parts[at:]...)...)
		separator := rapid.SampledFrom([]string{"_", "-", "."}).Draw(t, "separator")
		for _, name := range []string{strings.Join(parts, separator), strings.ToUpper(strings.Join(parts, separator)), camel(parts)} {
			if !SecretKey(name) {
				t.Fatalf("SecretKey(%q) = false, want true", name)
			}
		}
	})
}

// camel joins words as in camelCase.
func camel(words []string) string {
	var b strings.Builder
	for i, w := range words {
		if i > 0 {
			w = strings.ToUpper(w[:1]) + w[1:]
		}
		b.WriteString(w)
	}
	return b.String()
}
