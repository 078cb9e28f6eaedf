# Thin names: what each does can be typed by hand just as well.
.PHONY: run test build bench

# The economy as a new run, then the list of runs.
run:
	go run ./cmd/runshelf sim
	go run ./cmd/runshelf ls

# Formatting, vet, and every test of the main module.
test:
	@unformatted=$$(gofmt -l .); \
	if [ -n "$$unformatted" ]; then echo "not formatted, gofmt -w does it:" $$unformatted; exit 1; fi
	go vet ./...
	go test ./...

build:
	CGO_ENABLED=0 go build -trimpath -o bin/ ./cmd/runshelf

bench:
	go test -run '^$$' -bench . -benchmem ./...
	@if [ -f benchmarks/go.mod ]; then go -C benchmarks test -run '^$$' -bench . -benchmem ./...; fi
