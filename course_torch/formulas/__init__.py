"""Plain functions on tensors. Each formula of the course stands here once, with its forward and backward together.

These train, in the order of a step:
activations      the activations, and their table: g and g'
layers           the forward and backward step of a layer
outputs          the outputs, and their table: value, loss and dZ[L]
costs, average   the losses, and the division by m
update           W -= α dW

These only teach: logistic_regression and shallow_network, computation_graph, broadcasting.
"""
