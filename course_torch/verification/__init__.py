"""Proof that the hand-written gradients are right.

comparison            `compare_gradients`; its rows come from judged_network, and its answer is a report
passes, autograd      the right tensors of a backward pass, and those that train
rounding              how far right tensors may be from them; difference measures how far tensors are
central_differences   the judge beside autograd
forward/              the judge of the forward pass
hand_written, calls   the formulas one after another, up to the one at which a pass ends; its finding
update_check          the judge of the parameter update
training_step         the judge of a step of training
explain/              what makes a wrong tensor
"""
