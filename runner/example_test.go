package runner_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"

	"example.org/runshelf/config"
	"example.org/runshelf/runner"
	"example.org/runshelf/shelf"
	"example.org/runshelf/simulation"
)

// drunkard is a world of one's own: somebody who goes left or right each tick.
type drunkard struct{ position int64 }

func (d *drunkard) Init(*simulation.Context) error { return nil }

func (d *drunkard) Step(ctx *simulation.Context) error {
	d.position += 2*ctx.Rand("feet").Int64N(2) - 1
	ctx.Emit("step", slog.Int64("tick", ctx.Tick()), slog.Int64("position", d.position))
	if max(d.position, -d.position) >= ctx.Config.Int("street") {
		return simulation.ErrDone
	}
	return nil
}

func (d *drunkard) Metrics(set func(string, float64)) { set("position", float64(d.position)) }

// A model of one's own is run, recorded and replayed as the built-in ones are.
func Example() {
	walk := simulation.Definition{
		Name: "drunkard", Version: "1", Doc: "somebody goes left or right",
		Params: []simulation.Param{
			{Name: "ticks", Default: int64(1000), Doc: "how many steps to go at most"},
			{Name: "street", Default: int64(3), Doc: "how far it is to either end, in steps"},
		},
		New: func() simulation.Model { return &drunkard{} },
	}
	dir, _ := os.MkdirTemp("", "runshelf")
	defer os.RemoveAll(dir)
	registry, err := runner.Registry(walk)
	if err != nil {
		fmt.Println(err)
		return
	}
	settings, err := registry.Load(config.Sources{
		Section: "drunkard", Env: []string{}, Dir: dir, UserDir: dir,
		Set: []string{"logging.logs_dir=" + dir, "simulation.seed=5", "street=2"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	r, err := runner.New(runner.Options{Config: settings, Model: "drunkard", Own: []simulation.Definition{walk}})
	if err == nil {
		err = r.Start()
	}
	if err != nil {
		fmt.Println(err)
		return
	}
	result, err := r.Run(context.Background())
	fmt.Println(result.Status, result.Reason, result.Metrics["position"], err)

	run, _ := shelf.OpenRun(r.Dir())
	_, err = runner.NewReplay(run)
	fmt.Println(err != nil, "without the model")
	_, err = runner.NewReplay(run, walk)
	fmt.Println(err, "with it")
	// Output:
	// completed done -2 <nil>
	// true without the model
	// <nil> with it
}
