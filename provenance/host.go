package provenance

import (
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// Host is the machine and the person that a program runs on and for. What the
// system does not say is empty or 0.
type Host struct {
	// Hostname is the machine's own name for itself.
	Hostname string
	// OS and Arch are as in Go: "linux", "amd64".
	OS, Arch string
	// CPUs is how many processors this process may use.
	CPUs int
	// MemoryBytes is the machine's physical memory.
	MemoryBytes int64
	// PID is the id of this process.
	PID int
	// BootID is different after each start of the machine.
	BootID string
	// User is the login name of the user this process runs as.
	User string
	// Timezone is the IANA name of the local time zone, or its offset from UTC
	// such as "+02:00" when the name is not known.
	Timezone string
}

// CurrentHost describes the machine this process runs on. It never asks the
// network.
func CurrentHost() Host {
	hostname, err := os.Hostname()
	if err != nil {
		hostname = ""
	}
	return Host{
		Hostname:    hostname,
		OS:          runtime.GOOS,
		Arch:        runtime.GOARCH,
		CPUs:        runtime.NumCPU(),
		MemoryBytes: memoryBytes(),
		PID:         os.Getpid(),
		BootID:      bootID(),
		User:        userName(),
		Timezone:    timezone(time.Now(), os.LookupEnv, "/etc/localtime"),
	}
}

// userName takes the name from /etc/passwd or, where users are kept elsewhere,
// from the environment. The resolver of the system is not asked: it may wait for
// a directory server.
func userName() string {
	if passwd, err := readSmall("/etc/passwd"); err == nil {
		if name := passwdName(passwd, os.Getuid()); name != "" {
			return name
		}
	}
	for _, variable := range []string{"USER", "LOGNAME", "USERNAME"} {
		if name := os.Getenv(variable); name != "" {
			return name
		}
	}
	return ""
}

// passwdName finds the name of a user id in lines of name:password:uid:….
func passwdName(passwd string, uid int) string {
	for line := range strings.SplitSeq(passwd, "\n") {
		fields := strings.SplitN(line, ":", 4)
		if len(fields) == 4 && fields[2] == strconv.Itoa(uid) {
			return fields[0]
		}
	}
	return ""
}

// timezone returns the name of the zone that TZ or the link at localtime
// states; Go itself calls it just "Local".
func timezone(now time.Time, lookup func(string) (string, bool), localtime string) string {
	name, set := lookup("TZ")
	if !set {
		name, _ = os.Readlink(localtime)
	} else if name == "" {
		return "UTC"
	}
	name = filepath.ToSlash(strings.TrimPrefix(name, ":"))
	if _, zone, found := strings.Cut(name, "zoneinfo/"); found {
		name = zone
	}
	if _, err := time.LoadLocation(name); err == nil && name != "" && name != "Local" {
		return name
	}
	return now.Format("-07:00")
}
