"""Plain functions on tensors. Each formula of the course stands here once, with its forward and backward together.

These train, in the order of a step:
activation, activations   what an activation is, and its table: g and g'
layers                    the forward and backward step of a layer
output, outputs           what an output is, and its table: value, loss and dZ[L]
costs, average            the losses, and the division by m
update                    W -= α dW

These only teach: logistic_regression and shallow_network, computation_graph, broadcasting, slopes.
"""
