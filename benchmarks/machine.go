package main

import (
	"bufio"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"time"
)

// machine says in a sentence what was measured, and on what.
func machine(rounds int) string {
	return fmt.Sprintf("%s, %d rounds, %s, %s/%s, %d × %s; %s.",
		time.Now().UTC().Format(time.DateOnly), rounds, runtime.Version(),
		runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), processor(), strings.Join(versions(), ", "))
}

// versions are those of the peers, as this program was built.
func versions() []string {
	peers := map[string]string{
		"github.com/rs/zerolog":      "zerolog",
		"github.com/phuslu/log":      "phuslu/log",
		"go.uber.org/zap":            "zap",
		"github.com/sirupsen/logrus": "logrus",
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return nil
	}
	var all []string
	for _, module := range info.Deps {
		if name := peers[module.Path]; name != "" {
			all = append(all, name+" "+module.Version)
		}
	}
	return all
}

// processor is the name of the processor where the system tells it.
func processor() string {
	file, err := os.Open("/proc/cpuinfo")
	if err != nil {
		return "CPU"
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		if key, value, ok := strings.Cut(lines.Text(), ":"); ok && strings.TrimSpace(key) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return "CPU"
}
