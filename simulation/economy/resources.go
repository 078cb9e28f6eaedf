package economy

import "fmt"

// Names of the resources, as events have them.
const (
	resourceScrip   = "scrip"
	resourceLLM     = "llm_budget"
	resourceDisk    = "disk"
	resourceCompute = "compute"
)

// resources holds the three kinds of resource of each principal: llm_budget is
// depletable, disk is allocatable under a quota, compute is renewed each tick.
type resources struct {
	llm     []int64 // what is left, by principal
	used    []int64 // bytes of disk in use, by principal
	compute []int64 // what is left of this tick, by principal
	quota   int64   // bytes of disk each principal may use
	rate    int64   // compute of each principal in a tick
}

func newResources(principals int, quota, rate int64) resources {
	return resources{
		llm:     make([]int64, principals),
		used:    make([]int64, principals),
		compute: make([]int64, principals),
		quota:   quota,
		rate:    rate,
	}
}

// refill gives every principal its compute of a new tick. What was left of the
// last one is not carried over.
func (r *resources) refill() {
	for i := range r.compute {
		r.compute[i] = r.rate
	}
}

// consume takes compute.
func (r *resources) consume(principal int, amount int64) error {
	if amount < 0 || r.compute[principal] < amount {
		return fmt.Errorf("economy: consuming %d of a compute of %d", amount, r.compute[principal])
	}
	r.compute[principal] -= amount
	return nil
}

// spend takes llm_budget, or gives it when the amount is negative.
func (r *resources) spend(principal int, amount int64) error {
	if r.llm[principal] < amount {
		return fmt.Errorf("economy: spending %d of an llm_budget of %d", amount, r.llm[principal])
	}
	r.llm[principal] -= amount
	return nil
}

// allocate takes disk, or frees it when the amount is negative.
func (r *resources) allocate(principal int, amount int64) error {
	after := r.used[principal] + amount
	if after < 0 || after > r.quota {
		return fmt.Errorf("economy: allocating %d bytes with %d of %d in use", amount, r.used[principal], r.quota)
	}
	r.used[principal] = after
	return nil
}

// fits says whether a principal has room for so many more bytes.
func (r *resources) fits(principal int, amount int64) bool {
	return r.used[principal]+amount <= r.quota
}

// check reports a principal whose resources are out of bounds.
func (r *resources) check() error {
	for i := range r.llm {
		if r.llm[i] < 0 || r.compute[i] < 0 || r.compute[i] > r.rate || r.used[i] < 0 || r.used[i] > r.quota {
			return fmt.Errorf("economy: principal %d has llm_budget %d, compute %d of %d, disk %d of %d",
				i, r.llm[i], r.compute[i], r.rate, r.used[i], r.quota)
		}
	}
	return nil
}
