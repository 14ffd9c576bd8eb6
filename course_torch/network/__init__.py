"""The deep network: its parameters, the two passes through its layers, and gradient descent."""
