package vfs

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

func TestRemoteMagic(t *testing.T) {
	for name, magic := range map[string]uint32{"nfs": 0x6969, "cifs": 0xff534d42, "smb2": 0xfe534d42, "9p": 0x01021997, "fuse": 0x65735546, "ceph": 0x00c36400} {
		if !remoteMagic(magic) {
			t.Errorf("%s is taken for local", name)
		}
	}
	for name, magic := range map[string]uint32{"ext4": 0xef53, "xfs": 0x58465342, "btrfs": 0x9123683e, "tmpfs": 0x01021994, "overlay": 0x794c7630, "zfs": 0x2fc12fc1, "none": 0} {
		if remoteMagic(magic) {
			t.Errorf("%s is taken for remote", name)
		}
	}
}

func TestRemoteOfNothing(t *testing.T) {
	if Remote(filepath.Join(t.TempDir(), "gone")) {
		t.Error("what is not there is remote")
	}
}

func TestReserveKeepsTheLength(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	f := open(t, path, os.O_RDWR|os.O_CREATE)
	if err := Reserve(f, 64<<10); err != nil {
		t.Skip("this file system reserves nothing:", err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Size() != 0 || info.Sys().(*syscall.Stat_t).Blocks*512 < 64<<10 {
		t.Errorf("%+v, %v", info, err)
	}
}
