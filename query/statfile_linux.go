package query

import (
	"encoding/binary"
	"io/fs"
	"os"
	"slices"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// Ten thousand small files are read here. Asking the system directly takes half
// the calls that package os makes for each.

// folders returns the names of the directories in a directory, in any order. Links
// are none.
func folders(dir string) ([]string, error) {
	f, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var names []string
	for buf := make([]byte, 64<<10); ; {
		n, err := syscall.ReadDirent(int(f.Fd()), buf)
		if err == syscall.EINTR {
			continue
		}
		if err != nil || n <= 0 {
			return names, err // bare: whoever lists the shelf says what was read
		}
		names = appendFolders(names, dir, string(buf[:n]))
	}
}

// appendFolders appends the names of the directories among the entries that the system
// told at once: of each the inode and an offset (8 bytes each), how long the entry is
// (2 bytes), its type (1 byte), and its name up to a zero. A file system may leave it
// to us to find the type out.
func appendFolders(names []string, dir, entries string) []string {
	const lengthAt, typeAt, nameAt = 16, 18, 19
	for len(entries) > nameAt {
		size := int(binary.NativeEndian.Uint16([]byte(entries[lengthAt:typeAt])))
		if size <= nameAt || size > len(entries) {
			break
		}
		kind := entries[typeAt]
		name, _, _ := strings.Cut(entries[nameAt:size], "\x00")
		entries = entries[size:]
		if name == "." || name == ".." || kind != syscall.DT_DIR && kind != syscall.DT_UNKNOWN {
			continue
		}
		if kind == syscall.DT_UNKNOWN {
			if info, err := os.Lstat(dir + "/" + name); err != nil || !info.IsDir() {
				continue
			}
		}
		names = append(names, name)
	}
	return names
}

// tellingSystems are the file systems whose directories change their times whenever a
// name comes, goes or means something else, by the numbers of statfs(2).
var tellingSystems = []int64{
	unix.EXT4_SUPER_MAGIC, unix.XFS_SUPER_MAGIC, unix.BTRFS_SUPER_MAGIC, unix.F2FS_SUPER_MAGIC,
	unix.TMPFS_MAGIC, unix.OVERLAYFS_SUPER_MAGIC, 0x2fc12fc1 /* ZFS */, 0xca451a4e, /* bcachefs */
}

// folderState returns the state of a directory; zero where its times would not tell. Of a
// directory on another machine others may see new names before we see new times.
func folderState(dir string) folder {
	var system syscall.Statfs_t
	var st syscall.Stat_t
	if syscall.Statfs(dir, &system) != nil || !slices.Contains(tellingSystems, int64(uint32(system.Type))) ||
		syscall.Stat(dir, &st) != nil || st.Mode&syscall.S_IFMT != syscall.S_IFDIR {
		return folder{}
	}
	seen, _ := signatureFrom(&st)
	return folder{seen, uint64(st.Dev)}
}

// signatureOf returns the signature of a regular file, false for anything else.
func signatureOf(name string) (signature, bool) {
	var st syscall.Stat_t
	if syscall.Lstat(name, &st) != nil {
		return signature{}, false
	}
	return signatureFrom(&st)
}

// signatureFrom makes a signature. The time of change and the inode tell also a
// file that was replaced, or whose time of modification was set back.
func signatureFrom(st *syscall.Stat_t) (signature, bool) {
	return signature{
		size: uint64(st.Size), modified: uint64(st.Mtim.Nano()), changed: uint64(st.Ctim.Nano()), inode: st.Ino,
	}, st.Mode&syscall.S_IFMT == syscall.S_IFREG
}

// stateOf returns the signature of an open file and its device.
func stateOf(info fs.FileInfo) (seen signature, device uint64, ok bool) {
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return seen, 0, false
	}
	seen, ok = signatureFrom(st)
	return seen, st.Dev, ok
}

// readSmall reads a regular file of at most limit bytes into buf, which it may
// make larger. No link is followed and nothing is waited for.
func readSmall(name string, buf []byte, limit int64) ([]byte, signature, bool) {
	fd, err := syscall.Open(name, syscall.O_RDONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK|syscall.O_CLOEXEC, 0)
	if err != nil {
		return buf, signature{}, false
	}
	defer syscall.Close(fd)
	var st syscall.Stat_t
	if syscall.Fstat(fd, &st) != nil || st.Size > limit {
		return buf, signature{}, false
	}
	seen, regular := signatureFrom(&st)
	if !regular {
		return buf, seen, false
	}
	if int64(cap(buf)) < st.Size+pad {
		buf = make([]byte, st.Size+pad)
	}
	buf = buf[:st.Size]
	n, err := syscall.Read(fd, buf)
	return buf, seen, err == nil && n == len(buf)
}
