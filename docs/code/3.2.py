"""Lesson 3.2: the blocks of a deep network, forward with a cache and backward from it, in loops over the layers."""

# %% network
import torch

from course_torch import DeepNetwork
from course_torch.formulas.activations import ACTIVATIONS, relu_derivative
from course_torch.formulas.layers import block
from course_torch.network.gradient_descent import gradient_descent

torch.set_default_dtype(torch.float64)
X = torch.tensor([[1.0, 2.0], [2.0, -1.0]])  # two examples, one a row
Y = torch.tensor([[1.0], [0.0]])
net = DeepNetwork([2, 3, 2, 1], "relu")  # the output is a sigmoid
W = [[[1, -1], [0, 1], [1, 1]], [[1, 0.5, 0], [-1, 0, 0.5]], [[0.5, -2]]]
b = [[[0, 0, 1]], [[1, -1]], [[1]]]
with torch.no_grad():
    for layer, W_l, b_l in zip(net.layers, W, b, strict=True):
        layer.W.copy_(torch.tensor(W_l))
        layer.b.copy_(torch.tensor(b_l))


# %% one_block
def rows(matrix: torch.Tensor) -> list[list[float]]:
    return [[round(value, 4) + 0.0 for value in row] for row in matrix.tolist()]  # + 0.0 turns -0.0 into 0.0


relu = ACTIVATIONS["relu"]
W1, b1 = net.layers[0].W.detach(), net.layers[0].b.detach()
cache = block(X, W1, b1, relu)
for name, tensor in cache._asdict().items():
    print(f"{name:6} =", rows(tensor))

# %% forward
caches = net.caches(X)
for l, cache in enumerate(caches, start=1):
    print(f"A[{l}] =", rows(cache.A))

# %% backward
steps = net.backward_steps(X, Y, input_derivative=True)
for l, step in reversed(list(enumerate(steps, start=1))):
    for name, tensor in ((f"dW[{l}]", step.gradients.dW), (f"dA[{l - 1}]", step.dA_prev)):
        print(f"{name} =", rows(tensor))

# %% autograd
X_judged = X.clone().requires_grad_()
net.autograd_cost(X_judged, Y).backward()
difference = max(
    *((step.gradients.dW - layer.W.grad).abs().max() for step, layer in zip(steps, net.layers, strict=True)),
    *((step.gradients.db - layer.b.grad).abs().max() for step, layer in zip(steps, net.layers, strict=True)),
    (steps[0].dA_prev - len(X) * X_judged.grad).abs().max(),
)
print(f"largest difference from autograd, dA[0] included: {difference:.0e}")

# %% one_Z_for_all
dA2, Z2, Z3 = steps[2].dA_prev, caches[1].Z, caches[2].Z
right, wrong = dA2 * relu_derivative(Z2), dA2 * relu_derivative(Z3)
print("dA[2] * g'(Z[2]) =", rows(right))
print("dA[2] * g'(Z[3]) =", rows(wrong))

# %% update
alpha = 0.1
costs = gradient_descent(net, X, Y, learning_rate=alpha, iterations=4, record_every=1).costs
print("J =", [f"{cost:.4f}" for cost in costs])

# %% numbers
layers = range(1, 4)
numbers = {
    "X": X.tolist(),
    "Y": Y.tolist(),
    **{f"W{l}": torch.tensor(W[l - 1], dtype=torch.float64).tolist() for l in layers},
    **{f"b{l}": torch.tensor(b[l - 1], dtype=torch.float64).tolist() for l in layers},
    "A0": X.tolist(),
    **{f"Z{l}": caches[l - 1].Z.tolist() for l in layers},
    **{f"A{l}": caches[l - 1].A.tolist() for l in layers},
    **{f"dZ{l}": steps[l - 1].dZ.tolist() for l in layers},
    **{f"dW{l}": steps[l - 1].gradients.dW.tolist() for l in layers},
    **{f"db{l}": steps[l - 1].gradients.db.tolist() for l in layers},
    **{f"dA{l - 1}": steps[l - 1].dA_prev.tolist() for l in layers},
    "activation": "relu",
    "wrong_dZ2": wrong.tolist(),
    "alpha": alpha,
    "costs": [costs],
}
