"""The deep network: parameters, forward and backward propagation, and gradient descent."""
