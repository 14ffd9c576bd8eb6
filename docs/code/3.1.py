"""Lesson 3.1: the shape of every matrix of a deep network, and what a wrong shape does."""

# %% network
import torch

from course_torch import DeepNetwork
from course_torch.errors import InputError
from course_torch.formulas.layers import linear
from course_torch.network.dimensions import check_batch

torch.set_default_dtype(torch.float64)
sizes, m = [2, 3, 5, 4, 2, 1], 7  # n[0] to n[5], and the number of examples
generator = torch.Generator().manual_seed(1)
net = DeepNetwork(sizes, "tanh", generator=generator)
X = torch.randn(m, sizes[0], generator=generator)
Y = (X[:, :1] > 0).double()
caches = net.caches(X)
steps = net.backward_steps(X, Y, input_derivative=True)
print("l       W      dW       b      db       Z      dZ       A")
for l, (layer, cache, step) in enumerate(zip(net.layers, caches, steps, strict=True), start=1):
    dW, db, _ = step.gradients
    tensors = (layer.W, dW, layer.b, db, cache.Z, step.dZ, cache.A)
    print(l, *(f"{tuple(tensor.shape)!s:>7}" for tensor in tensors))

# %% refused
for wrong_X, wrong_Y in ((X.T, Y), (X, Y.flatten())):
    try:
        check_batch(sizes, wrong_X, wrong_Y)
    except InputError as error:
        print(error)

# %% rank_1
A = caches[-1].A.detach()
print("A - Y:          ", tuple((A - Y).shape))
print("A - Y.flatten():", tuple((A - Y.flatten()).shape))

# %% square
A_prev = torch.tensor([[1.0, 2.0], [3.0, 4.0]])  # two examples of two numbers
W = torch.tensor([[1.0, 1.0], [0.0, 1.0]])
b = torch.zeros(1, 2)
right, wrong = linear(A_prev, W, b), A_prev @ W + b
print("A_prev Wᵀ + b =", right.tolist())
print("A_prev W + b  =", wrong.tolist())

# %% numbers
numbers = {
    "A_prev": A_prev.tolist(),
    "W": W.tolist(),
    "right": right.tolist(),
    "wrong": wrong.tolist(),
    "shapes": {
        "W": [list(layer.W.shape) for layer in net.layers],
        "b": [list(layer.b.shape) for layer in net.layers],
        "A": [list(X.shape), *(list(cache.A.shape) for cache in caches)],
    },
}
