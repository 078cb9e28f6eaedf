package provenance

import (
	"path/filepath"
	"strings"
)

// originURL returns the first URL of the remote "origin" as the configuration
// of the repository has it, empty when there is none. Files that the
// configuration includes are not read.
func (r repository) originURL() string {
	text, err := readSmall(filepath.Join(r.commonDir, "config"))
	if err != nil {
		return ""
	}
	inOrigin := false
	for line := range strings.SplitSeq(joinLines(text), "\n") {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "[") {
			var rest string
			inOrigin, rest = originSection(line)
			line = strings.TrimSpace(rest)
		}
		name, value, found := strings.Cut(line, "=")
		if inOrigin && found && strings.EqualFold(strings.TrimSpace(name), "url") {
			return configValue(value)
		}
	}
	return ""
}

// joinLines joins the lines that a backslash at their end continues.
func joinLines(text string) string {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	return strings.ReplaceAll(text, "\\\n", "")
}

// originSection reports whether a line begins with the header of the section
// of origin, and returns what follows the header. The name of a section is
// written in any case, that of a remote is not.
func originSection(line string) (is bool, rest string) {
	header, rest, _ := strings.Cut(line[1:], "]")
	section, remote, _ := strings.Cut(header, `"`)
	return strings.EqualFold(strings.TrimSpace(section), "remote") && remote == `origin"`, rest
}

// configValue returns a value as git reads it: quotes removed, escapes
// resolved, comments and surrounding space gone.
func configValue(raw string) string {
	var b strings.Builder
	quoted := false
	raw = strings.TrimSpace(raw)
	for i := 0; i < len(raw); i++ {
		switch c := raw[i]; {
		case c == '"':
			quoted = !quoted
		case c == '\\' && i+1 < len(raw):
			i++
			b.WriteByte(raw[i])
		case (c == '#' || c == ';') && !quoted:
			return strings.TrimSpace(b.String())
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}
