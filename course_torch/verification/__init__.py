"""Proof that the gradients are right: a network and examples go in, a report comes out.

comparison            `compare_gradients`: asks every judge, and makes the report
calls/                the judge of each formula: the forward pass first, because every judge of gradients needs it
copies                what a judge changes in place of the network
autograd              the right tensors of the backward pass; passes holds them for one network
rounding              how far right tensors may be from them; difference measures how far tensors are
judged_network        the tensors of the formulas, and those that train, beside the right ones
central_differences   the judge beside autograd
explain/              what makes the first wrong tensor
training_step         the judge of a step of training
"""
