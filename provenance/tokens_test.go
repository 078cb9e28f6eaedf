package provenance

import (
	"strings"
	"testing"
)

func TestRedactTextHidesTokens(t *testing.T) {
	alnum := hash40 + hash40
	for _, token := range []string{
		"AKIA" + "IOSFODNN7EXAMPLE", "ASIA" + "IOSFODNN7EXAMPLE",
		"ghp_" + alnum[:36], "gho_" + alnum[:36], "ghu_" + alnum[:36], "ghs_" + alnum[:36], "ghr_" + alnum[:76],
		"github_pat_" + alnum[:22] + "_" + alnum[:59],
		"glpat-" + alnum[:20], "glpat-" + alnum[:10] + "-_" + alnum[:10], "gldt-" + alnum[:20],
		"xoxb-" + "123456789012-123456789012-" + alnum[:24], "xoxp-" + "1234567890-" + alnum[:20], "xapp-" + "1-A0-123-" + alnum,
		"hooks.slack.com/services/" + "T00000000/B00000000/" + alnum[:24],
		"AIza" + alnum[:35], "ya29." + alnum, "GOCSPX-" + alnum[:28],
		"sk_live_" + alnum[:24], "rk_live_" + alnum[:24], "sk_test_" + alnum[:24], "whsec_" + alnum[:32],
		"sk-" + alnum[:48], "sk-proj-" + alnum, "sk-ant-" + "api03-" + alnum + "-_" + alnum, "sk-" + strings.Repeat("0123456789abcdef", 2),
		"npm_" + alnum[:36], "pypi-" + "AgEIcHlwaS5vcmc" + alnum, "hf_" + alnum[:34], "dckr_pat_" + alnum[:27],
		"eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiIxMjM0In0." + alnum[:43], "eyJhbGciOiJub25lIn0." + "eyJzdWIiOiIxMjM0In0.",
		"AGE-SECRET-KEY-1" + strings.ToUpper(alnum[:58]),
	} {
		for _, around := range [][2]string{{"", ""}, {"a ", " b"}, {`{"x":"`, `"}`}, {"x=", ""}, {"(", ")"}, {`a\n`, `\nb`}, {"q%3D", "&p=1"}, {"é", "é"}} {
			expectText(t, around[0]+token+around[1], around[0]+Redacted+around[1])
		}
	}
}

func TestRedactTextKeepsNearTokens(t *testing.T) {
	for _, text := range []string{
		"AKIA" + "SHORT", "AKIA" + "IOSFODNN7EXAMPLEX", "akia" + "iosfodnn7example", "XAKIA" + "IOSFODNN7EXAMPLE",
		"ghp_short", "ghp_" + hash40[:20], "xghp_" + hash40, "github_pat_x", "glpat-short",
		"xoxb-", "xoxb-words-without-numbers", "AIza" + hash40[:20], "pk_live_" + hash40[:24], "sk_live_",
		"sk-", "sk-learn", "sk-learn-pipeline-with-many-steps", "sk-learn-experiment-run-20240101", "task-" + hash40, "risk-" + hash40,
		"npm_config_registry", "npm_package_version", "pypi-mirror", "hf_model", "npm_" + hash40[:30],
		"eyJ", "eyJhbGciOiJIUzI1NiJ9", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0", "eyJ.a.b", "xeyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc",
		"4f9997d4a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6", "0194f5a0-7a3c-7000-8000-0123456789ab", "sha256:" + hash40,
		"run_20260115_120000", "hvs.short", "SG.short.x",
	} {
		expectText(t, text, text)
	}
}
