"""The judge of the forward pass: its formulas one after another, its wiring, and what autograd gets from it."""
