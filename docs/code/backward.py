"""Station backward: the slopes of a small network, added up over all paths."""

# %% network
import torch

from course_torch import DeepNetwork

torch.set_default_dtype(torch.float64)
X, Y = torch.tensor([[2.0]]), torch.tensor([[1.0]])
weights = {
    "W1": torch.tensor([[1.0], [-0.5]]),
    "b1": torch.tensor([[0.0, 2.0]]),
    "W2": torch.tensor([[0.5, 3.0], [1.0, 1.0]]),
    "b2": torch.tensor([[0.0, 0.0]]),
    "W3": torch.tensor([[1.0, -1.0]]),
    "b3": torch.tensor([[-1.0]]),
}
net = DeepNetwork([1, 2, 2, 1], "relu")
with torch.no_grad():
    for own, given in zip(net.parameters(), weights.values(), strict=True):
        own.copy_(given)
caches, steps = net.caches(X), net.backward_steps(X, Y)

# %% nudge
first = net.layers[0].W
with torch.no_grad():
    before = net.cost(X, Y).item()
    first[0, 0] += 0.001
    measured = (net.cost(X, Y).item() - before) / 0.001
    first[0, 0] -= 0.001
print("dw =", steps[0].gradients.dW[0, 0].item(), "and by a nudge", measured)

# %% update
with torch.no_grad():
    for layer, step in zip(net.layers, steps, strict=True):
        layer.W -= 0.1 * step.gradients.dW
        layer.b -= 0.1 * step.gradients.db

# %% two
two = DeepNetwork([1, 2, 1], "relu")
X_two, Y_two = torch.tensor([[1.0], [3.0]]), torch.tensor([[1.0], [0.0]])
with torch.no_grad():
    for own, given in zip(two.parameters(), ([[1.0], [-1.0]], [[0.0, 2.0]], [[1.0, 2.0]], [[-3.0]]), strict=True):
        own.copy_(torch.tensor(given))
hidden, output = two.caches(X_two)
back, at_output = two.backward_steps(X_two, Y_two)

# %% numbers
numbers = {
    "X": X.tolist(),
    "Y": Y.tolist(),
    **{name: tensor.tolist() for name, tensor in weights.items()},
    **{f"Z{l}": cache.Z.tolist() for l, cache in enumerate(caches, start=1)},
    **{f"A{l}": cache.A.tolist() for l, cache in enumerate(caches, start=1)},
    **{f"dZ{l}": step.dZ.tolist() for l, step in enumerate(steps, start=1)},
    "dA1": steps[1].dA_prev.tolist(),
    "two": {
        "X": X_two.tolist(),
        "Y": Y_two.tolist(),
        "Z1": hidden.Z.tolist(),
        "A1": hidden.A.tolist(),
        "A2": output.A.tolist(),
        "dZ2": at_output.dZ.tolist(),
        "dW2": at_output.gradients.dW.tolist(),
        "db2": at_output.gradients.db.tolist(),
        "dA1": at_output.dA_prev.tolist(),
        "dZ1": back.dZ.tolist(),
        "dW1": back.gradients.dW.tolist(),
        "db1": back.gradients.db.tolist(),
    },
    "activation": "relu",
    "measured": measured,
    "after": net(X).item(),
}
