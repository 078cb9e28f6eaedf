package shelf

// UUID returns the unique number of the run, as the manifest has it.
func (l *Live) UUID() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.manifest.UUID
}
