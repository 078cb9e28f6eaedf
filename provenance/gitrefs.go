package provenance

import (
	"bufio"
	"io"
	"os"
	"path/filepath"
	"strings"
)

const (
	// refPrefix begins a reference that names another one.
	refPrefix = "ref: "
	// maxRefDepth is how many references may name each other in turn; git stops
	// at five too.
	maxRefDepth = 5
	// maxPackedRefs bounds how much of packed-refs is read, in bytes: several
	// hundred thousand references.
	maxPackedRefs = 64 << 20
)

// head returns the hash in HEAD, or "ref: " and the reference it names.
func (r repository) head() (string, bool) {
	path := filepath.Join(r.gitDir, "HEAD")
	text, err := readSmall(path)
	// Old repositories have a symbolic link to the branch, which need not exist.
	if target, linkErr := os.Readlink(path); linkErr == nil && strings.HasPrefix(target, "refs/") {
		text, err = refPrefix+target, nil
	}
	if err != nil {
		return "", false
	}
	if ref, symbolic := cutRef(text); symbolic {
		// A repository with reftable has a HEAD only to look like one.
		return refPrefix + ref, validRef(ref) && ref != "refs/heads/.invalid"
	}
	return text, isHash(text)
}

// resolve returns the hash that a reference stands for, empty when it stands
// for none, as that of a branch before its first commit.
func (r repository) resolve(ref string) string {
	for range maxRefDepth {
		text := r.read(ref)
		next, symbolic := cutRef(text)
		if !symbolic {
			return text
		}
		if !validRef(next) {
			return ""
		}
		ref = next
	}
	return ""
}

// read returns the content of a reference: that of its own file, which is newer
// than what was packed, or the packed one.
func (r repository) read(ref string) string {
	for _, dir := range []string{r.gitDir, r.commonDir} {
		text, err := readSmall(filepath.Join(dir, filepath.FromSlash(ref)))
		if err != nil {
			continue
		}
		if _, symbolic := cutRef(text); symbolic || isHash(text) {
			return text
		}
	}
	return r.packed(ref)
}

// packed looks a reference up in packed-refs: lines of a hash, a space and a
// name.
func (r repository) packed(ref string) string {
	f, err := openRegular(filepath.Join(r.commonDir, "packed-refs"))
	if err != nil {
		return ""
	}
	defer f.Close()
	lines := bufio.NewScanner(io.LimitReader(f, maxPackedRefs))
	for lines.Scan() {
		hash, name, _ := strings.Cut(strings.TrimRight(lines.Text(), "\r"), " ")
		if name == ref && isHash(hash) {
			return hash
		}
	}
	return ""
}

// cutRef returns the name in a symbolic reference.
func cutRef(text string) (ref string, symbolic bool) {
	ref, symbolic = strings.CutPrefix(text, strings.TrimSpace(refPrefix))
	return strings.TrimSpace(ref), symbolic
}

// validRef keeps a reference inside the directory of references.
func validRef(ref string) bool {
	return strings.HasPrefix(ref, "refs/") && filepath.IsLocal(filepath.FromSlash(ref)) &&
		!strings.Contains(ref, "..") && !strings.ContainsFunc(ref, func(c rune) bool { return c <= ' ' || c == 0x7f || c == '\\' })
}

// isHash reports whether s is a SHA-1 or SHA-256 in hexadecimal.
func isHash(s string) bool {
	return (len(s) == 40 || len(s) == 64) &&
		skipWhile(s, 0, func(c byte) bool { return isDigit(c) || 'a' <= c && c <= 'f' }) == len(s)
}
