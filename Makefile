# Thin names: what each does can be typed by hand just as well.
.PHONY: run test reliability build page bench

# The economy as a new run, then the list of runs.
run:
	go run ./cmd/runshelf sim
	go run ./cmd/runshelf ls

# Formatting, vet, and every test of the main module. What go test would vet by itself
# is a part of what has been vetted by then.
test:
	@unformatted=$$(gofmt -l .); \
	if [ -n "$$unformatted" ]; then echo "not formatted, gofmt -w does it:" $$unformatted; exit 1; fi
	go vet ./...
	go test -vet=off ./...

# All faults at full length, which takes a while: the counts go into
# docs/reliability.md.
reliability:
	sed -i.old '/^| [AS][0-9]* |/d' docs/reliability.md && rm docs/reliability.md.old
	go test . ./shelf ./internal/cli ./simulation/economy -count=1 -timeout 2h -reliability

# The program, with the page in it where npm is. Without npm all but the page
# is built, and the page then says how to build it.
build: page
	CGO_ENABLED=0 go build -trimpath -o bin/ ./cmd/runshelf

page:
	@if command -v npm >/dev/null; then \
		cd web/ui && { [ node_modules/.package-lock.json -nt package-lock.json ] || npm ci --no-audit --no-fund; } && npm run build; \
	else echo "npm is not here: the page is left out"; fi

bench:
	go test -run '^$$' -bench . -benchmem ./...
	@if [ -f benchmarks/go.mod ]; then go -C benchmarks test -run '^$$' -bench . -benchmem ./...; fi
