package economy

// poorest finds the principal with the least scrip without looking at all of them:
// a tournament tree (Knuth, The Art of Computer Programming 3, 5.4.1). Node i has
// the children 2i and 2i+1 and holds the poorer of their principals, of equals the
// left one; the leaves are the principals in id order, and 1 is the root. It is no
// state of its own: it follows from the balances.
type poorest []int

// newPoorest builds the tree of the given balances.
func newPoorest(scrip []int64) poorest {
	leaves := 1
	for leaves < len(scrip) {
		leaves *= 2
	}
	tree := make(poorest, 2*leaves)
	for i := range leaves {
		tree[leaves+i] = nobody
		if i < len(scrip) {
			tree[leaves+i] = i
		}
	}
	for node := leaves - 1; node > 0; node-- {
		tree[node] = poorer(scrip, tree[2*node], tree[2*node+1])
	}
	return tree
}

// poorer is the one of two principals that has less; the left one when they have
// the same, and the other one when one is nobody.
func poorer(scrip []int64, left, right int) int {
	if right == nobody || left != nobody && scrip[left] <= scrip[right] {
		return left
	}
	return right
}

// changed takes note of a new balance.
func (p poorest) changed(scrip []int64, principal int) {
	for node := (len(p)/2 + principal) / 2; node > 0; node /= 2 {
		p[node] = poorer(scrip, p[2*node], p[2*node+1])
	}
}

// but returns the poorest principal other than the given one, or nobody: the
// poorest of all that this one meets on its way to the root.
func (p poorest) but(scrip []int64, principal int) int {
	best := nobody
	for node := len(p)/2 + principal; node > 1; node /= 2 {
		if node%2 == 0 {
			best = poorer(scrip, best, p[node+1])
		} else {
			best = poorer(scrip, p[node-1], best)
		}
	}
	return best
}
