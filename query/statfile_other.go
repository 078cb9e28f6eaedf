//go:build !linux

package query

import (
	"io/fs"
	"os"
)

// folders returns the names of the directories in a directory, in any order. Links
// are none.
func folders(dir string) ([]string, error) {
	f, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	entries, err := f.ReadDir(-1)
	names := make([]string, 0, len(entries))
	for _, e := range entries {
		if e.IsDir() {
			names = append(names, e.Name())
		}
	}
	return names, err
}

// folderState returns nothing: what a directory tells of its names differs from system
// to system.
func folderState(string) folder { return folder{} }

// signatureOf returns the signature of a regular file, false for anything else.
func signatureOf(name string) (signature, bool) {
	info, err := os.Lstat(name)
	if err != nil {
		return signature{}, false
	}
	return signatureFrom(info), info.Mode().IsRegular()
}

// signatureFrom makes a signature of the size and the time of modification.
func signatureFrom(info fs.FileInfo) signature {
	return signature{size: uint64(info.Size()), modified: uint64(info.ModTime().UnixNano())}
}

// stateOf returns nothing: who changed a file could leave it the same size and time.
func stateOf(fs.FileInfo) (seen signature, device uint64, ok bool) { return signature{}, 0, false }

// readSmall reads a regular file of at most limit bytes. No link is followed.
func readSmall(name string, buf []byte, limit int64) ([]byte, signature, bool) {
	info, err := os.Lstat(name)
	if err != nil || !info.Mode().IsRegular() || info.Size() > limit {
		return buf, signature{}, false
	}
	b, err := os.ReadFile(name)
	return b, signatureFrom(info), err == nil && int64(len(b)) == info.Size()
}
