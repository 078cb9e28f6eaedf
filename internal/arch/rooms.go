package arch

import (
	"slices"
	"strings"
)

// room is one row of the table of imports. The folders below a room belong to
// it, unless they are a room of their own.
type room struct {
	// name is the folder below the root; "" is the root package.
	name string
	// imports are the rooms that this one may import, besides itself.
	imports []string
	// stdOnly says that nothing but the standard library may be imported from
	// outside, so that whoever uses the room adds no dependency.
	stdOnly bool
}

// house returns the table of imports. All that it does not allow is forbidden.
func house() []room {
	models := []string{"simulation", "simulation/economy", "simulation/exchange"}
	library := []string{"", "event", "shelf", "provenance", "config", "internal/vfs"}
	rooms := []room{
		{name: "event", imports: []string{"internal/bulk", "internal/processor"}, stdOnly: true},
		{name: "config"},
		{name: "provenance", stdOnly: true},
		{name: "simulation", stdOnly: true},
		{name: "internal/vfs", stdOnly: true},
		{name: "internal/processor", stdOnly: true},
		{name: "internal/ticks", imports: []string{"internal/processor"}, stdOnly: true},
		{name: "internal/bulk", imports: []string{"internal/processor"}, stdOnly: true},
		{name: "internal/arch", stdOnly: true},
		{name: "internal/reliability", imports: []string{"internal/vfs"}, stdOnly: true},
		{name: "shelf", imports: []string{"event", "internal/vfs", "internal/bulk", "internal/processor"}, stdOnly: true},
		{name: "", imports: []string{"event", "shelf", "provenance", "internal/vfs", "internal/ticks", "internal/bulk", "internal/processor"}, stdOnly: true},
		{name: "simulation/economy", imports: []string{"simulation"}, stdOnly: true},
		{name: "simulation/exchange", imports: []string{"simulation"}, stdOnly: true},
		{name: "runner", imports: append([]string{"config", "provenance", "", "shelf", "event"}, models...)},
		{name: "capture", imports: []string{"provenance", "", "shelf", "event", "internal/vfs"}},
		{name: "query", imports: []string{"event", "shelf", "query/internal/vector", "internal/bulk", "internal/processor"}},
		{name: "query/internal/vector", imports: []string{"internal/processor"}, stdOnly: true},
		{name: "compare", imports: []string{"event", "shelf", "query"}},
		{name: "web", imports: []string{"event", "shelf", "query", "compare", "config"}},
		{name: "runshelftest", imports: []string{"event", "shelf", ""}},
		{name: "cmd/runshelf", imports: []string{"internal/cli"}},
	}
	above := slices.Concat(library, models, []string{"runner", "capture", "query", "compare", "web", "runshelftest"})
	public := slices.DeleteFunc(slices.Clone(above), func(name string) bool { return inRoom(name, "internal") })
	return append(rooms,
		room{name: "internal/cli", imports: above},
		room{name: "examples", imports: public},
	)
}

// roomOf returns the room that the folder dir belongs to: the one of that name,
// or the longest that stands above it. The root has no folders of its own.
func roomOf(dir string) (room, bool) {
	var found room
	ok := false
	for _, r := range house() {
		if r.name == dir {
			return r, true
		}
		if inRoom(dir, r.name) && len(r.name) > len(found.name) {
			found, ok = r, true
		}
	}
	return found, ok
}

// inRoom says whether dir is the folder name or stands below it.
func inRoom(dir, name string) bool {
	return dir == name || name != "" && strings.HasPrefix(dir, name+"/")
}

// title names a room for a person.
func title(name string) string {
	if name == "" {
		return "the root package"
	}
	return name
}

// titles names several rooms for a person.
func titles(names []string) string {
	if len(names) == 0 {
		return "nothing of ours"
	}
	named := make([]string, len(names))
	for i, name := range names {
		named[i] = title(name)
	}
	return strings.Join(named, ", ")
}
