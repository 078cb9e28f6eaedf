package provenance

import (
	"slices"
	"strings"
)

// RedactArgs returns a copy of a command line without secrets: the value of a
// flag or assignment whose name is a [SecretKey] (`--password hunter2`,
// `--password=hunter2`, `API_KEY=abc`, `X-Api-Key: abc`) is hidden whole, and
// every other argument is treated as by [RedactText]. The result has as many
// arguments as args and is never nil.
//
// An argument after a secret flag is taken for another flag, and kept, when it
// looks like one: `-v`, `--verbose`.
//
// Of programs that are known to take a password without a name for it (`mysql -pSECRET`,
// `sshpass -p SECRET`, `curl -u user:SECRET`) that is hidden too, also where the program is
// started by another one (`sudo mysql …`, `docker exec db mysql …`) or in a text for a shell
// (`sh -c "mysql … "`).
func RedactArgs(args []string) []string {
	redacted := redactArgsOnce(args)
	for range maxRounds { // as in RedactText
		again := redactArgsOnce(redacted)
		if slices.Equal(again, redacted) {
			break
		}
		redacted = again
	}
	return redacted
}

func redactArgsOnce(args []string) []string {
	redacted := make([]string, len(args))
	hideNext := false
	for i, arg := range hideByProgram(args, false) {
		if i > 0 {
			arg = hideTyped(arg)
		}
		if hideNext && arg != "" && !plainFlag(arg) {
			redacted[i] = Redacted
			hideNext = authScheme(arg) || awaitsSecret(arg)
			continue
		}
		redacted[i] = redactWhole(arg)
		hideNext = awaitsSecret(arg)
	}
	return redacted
}

// awaitsSecret reports whether the secret that arg announces is the argument
// after it: `--password`, `Authorization:`.
func awaitsSecret(arg string) bool {
	if name := strings.TrimRight(arg, ":="); name != arg {
		return isName(name) && secretName(name)
	}
	return strings.HasPrefix(arg, "-") && isName(arg) && secretName(arg)
}

// plainFlag reports whether arg is a flag rather than a value that happens to
// begin with a dash: "--", up to two letters after one dash, or a name in small
// letters after two.
func plainFlag(arg string) bool {
	name, long := strings.CutPrefix(arg, "--")
	if !long {
		return strings.HasPrefix(arg, "-") && len(arg) <= len("-vv") && arg != "-"
	}
	name, _, _ = strings.Cut(name, "=")
	for i := range len(name) {
		if c := name[i]; !isLower(c) && (i == 0 || !isDigit(c) && c != '-' && c != '_' && c != '.') {
			return false
		}
	}
	return true
}
