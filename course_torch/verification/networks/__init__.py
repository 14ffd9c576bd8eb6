"""Proof of the gradients of the course's network. A network and examples go in, a report comes out.

comparison            `compare_gradients`: asks the judges below in this order, and makes the report
calls/                the judge of each formula: the forward pass first, because every judge of gradients needs it
right_pass            the right tensors of the backward pass (autograd), and their rounding errors (rounding)
judged_network        the tensors of the formulas, and those that train, beside the right ones
central_differences   the judge beside autograd
explain/              what makes the first wrong tensor
training_step         the judge of a step of training
parameters            the copy that a judge changes in place of the network, and its gradients by name
"""
