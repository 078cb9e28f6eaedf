package vfs

import "syscall"

// Remote reports whether path lies on a file system that other machines may
// write to, where a lock that nobody seems to hold may be held elsewhere. Linux
// tells by the magic number of statfs(2), the BSDs by the flag MNT_LOCAL;
// elsewhere, and when it cannot be told, the answer is no.
func Remote(path string) bool {
	var s syscall.Statfs_t
	if err := syscall.Statfs(path, &s); err != nil {
		return false
	}
	return remoteMagic(uint32(s.Type))
}

// remoteMagic knows the numbers of linux/magic.h and of the file systems'
// own headers.
func remoteMagic(magic uint32) bool {
	switch magic {
	case 0x6969, // NFS
		0x517b,     // SMB
		0xff534d42, // CIFS
		0xfe534d42, // SMB2
		0x01021997, // 9p
		0x65735546, // FUSE: sshfs, s3fs and their like, which it does not tell apart
		0x5346414f, // AFS
		0x6b414653, // kAFS
		0x73757245, // Coda
		0x00c36400, // Ceph
		0x0bd00bd0, // Lustre
		0x47504653, // GPFS
		0x19830326, // FhGFS, BeeGFS
		0xaad7aaea, // PanFS
		0x01161970, // GFS2
		0x7461636f, // OCFS2
		0x013111a8, // IBRIX
		0x786f4256: // VirtualBox shared folder
		return true
	}
	return false
}
