package provenance

// Usage is what a process has used up to now. What the system does not say is
// 0.
type Usage struct {
	// UserS and SystemS are the seconds of processor time spent in the program
	// and in the system for it, over all processors.
	UserS, SystemS float64
	// MaxRSSBytes is the most memory it had resident at one time.
	MaxRSSBytes int64
}

// CurrentUsage returns what this process has used, its children not counted.
func CurrentUsage() Usage { return currentUsage() }
