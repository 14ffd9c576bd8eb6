"""The deep network of notes 3: the layer sizes and the names of a config go in, a trained network comes out.

config             what a config says of a network, and the optimizer
parameters         W, b and slope of a layer, with their initial numbers
propagation        the forward and the backward pass through L layers, and the names of the tensors on the way back
autograd_bridge    the cost whose `J.backward()` runs these two passes
deep_network       `DeepNetwork`: parameters, cost, gradients, predictions and score; dimensions checks X, Y, sizes
gradient_descent   trains it as the course does: plain, or in a form of fast_descent
threads            how many threads of torch a step needs
"""
