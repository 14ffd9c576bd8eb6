"""The formulas of the two passes and of the update as calls, one after another, up to the first that is wrong.

call             a formula with its arguments: what it returns, or why the pass ends at it
forward          the calls of the forward pass, each with what judges it (reference)
judged_forward   the first wrong one: its numbers, or what the whole pass hands on
backward         the calls of the backward pass, and the tensors up to its end
update           judges W = W - α dW
"""
