"""Lesson 2.5: the six equations of a network with one hidden layer, for one example and for m examples."""

# %% network
import torch

from course_torch import DeepNetwork
from course_torch.formulas.shallow_network import Parameters, backward, backward_one_example, forward

torch.set_default_dtype(torch.float64)
X = torch.tensor([[1.0, 2.0], [2.0, -1.0]])  # two examples, one a row
Y = torch.tensor([[1.0], [0.0]])
parameters = Parameters(
    W1=torch.tensor([[0.5, -0.2], [0.3, 0.4]]),
    b1=torch.tensor([[0.2, -0.3]]),
    W2=torch.tensor([[2.0, -1.0]]),
    b2=torch.tensor([[0.5]]),
)
values = forward(X, parameters)
print("A2 =", [f"{value:.4f}" for value in values.A2.flatten().tolist()])

# %% gradients
gradients = backward(X, Y, values, parameters)
for name, tensor in gradients._asdict().items():
    print(f"{name} {tuple(tensor.shape)} =", [[round(value, 4) for value in row] for row in tensor.tolist()])

# %% left_and_right
singles = [
    backward_one_example(X[i : i + 1], Y[i : i + 1], forward(X[i : i + 1], parameters), parameters)
    for i in range(len(X))
]
dW1_mean = sum(single.dW1 for single in singles) / len(X)
print("dW1 is the mean over the examples:", torch.allclose(dW1_mean, gradients.dW1, rtol=1e-12))

# %% autograd
net = DeepNetwork([2, 2, 1], "tanh")
with torch.no_grad():
    for own, given in zip(net.parameters(), parameters, strict=True):
        own.copy_(given)
judged = net.autograd_gradients(X, Y)
difference = max(
    (judged[0].dW - gradients.dW1).abs().max(),
    (judged[1].dW - gradients.dW2).abs().max(),
    (judged[0].db - gradients.db1).abs().max(),
    (judged[1].db - gradients.db2).abs().max(),
)
print(f"largest difference from autograd: {difference:.0e}")

# %% update
alpha = 0.5
with torch.no_grad():
    before = net.cost(X, Y).item()
    slopes = (gradients.dW1, gradients.db1, gradients.dW2, gradients.db2)
    for own, slope in zip(net.parameters(), slopes, strict=True):
        own -= alpha * slope
    after = net.cost(X, Y).item()
print(f"J = {before:.4f} before the update, {after:.4f} after it")

# %% zeros
zero = Parameters(*(torch.zeros_like(tensor) for tensor in parameters))
from_zero = backward(X, torch.ones_like(Y), forward(X, zero), zero)  # both labels are 1
for name in ("dW2", "db2", "dW1", "db1"):
    print(f"{name} =", getattr(from_zero, name).tolist())

# %% numbers
numbers = {
    "X": X.tolist(),
    "Y": Y.tolist(),
    **{name: tensor.tolist() for name, tensor in parameters._asdict().items()},
    **{name: tensor.tolist() for name, tensor in values._asdict().items()},
    **{name: tensor.tolist() for name, tensor in gradients._asdict().items()},
    "activation": "tanh",
    "m": len(X),
    "alpha": alpha,
    "before": before,
    "after": after,
    "db2_from_zero": from_zero.db2.item(),
}
