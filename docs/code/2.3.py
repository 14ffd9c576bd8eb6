"""Lesson 2.3: sigmoid, tanh, ReLU and leaky ReLU, and why a hidden layer needs one of them."""

# %% values
import torch

from course_torch import DeepNetwork, gradient_descent
from course_torch.data.planar import flower_points
from course_torch.formulas import activations as g
from course_torch.formulas.layers import linear

torch.set_default_dtype(torch.float64)
z = torch.tensor([-2.0, -1.0, 0.0, 1.0, 2.0])
leak = torch.tensor(0.01)
table = {"z": z, "sigmoid": g.sigmoid(z), "tanh": g.tanh(z), "relu": g.relu(z), "leaky_relu": g.leaky_relu(z, leak)}
for name, a in table.items():
    print(f"{name:10}", *(f"{value:8.4f}" for value in a.tolist()))

# %% relation
difference = (g.tanh(z) - (2 * g.sigmoid(2 * z) - 1)).abs().max()
print("tanh(z) = 2 sigmoid(2z) - 1 to rounding:", difference.item() < 1e-15)

# %% centred
print(f"mean of sigmoid: {g.sigmoid(z).mean().item():.4f}")
print(f"mean of tanh:    {g.tanh(z).mean().abs().item():.4f}")

# %% xor
X = torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
W1 = torch.tensor([[1.0, 1.0], [1.0, 1.0]])
b1 = torch.tensor([[0.0, -1.0]])
W2 = torch.tensor([[1.0, -2.0]])
b2 = torch.tensor([[0.0]])
Z1 = linear(X, W1, b1)
z_relu = linear(g.relu(Z1), W2, b2)
z_identity = linear(g.identity(Z1), W2, b2)
print("with ReLU:    ", z_relu.T)
print("with identity:", z_identity.T)

# %% collapse
W, b = W2 @ W1, linear(b1, W2, b2)
print("W =", W, " b =", b)
print("the same outputs:", torch.equal(linear(X, W, b), z_identity))

# %% flower
points, labels = flower_points(seed=1)


def trained(sizes: list[int], hidden: str) -> tuple[DeepNetwork, float, float]:
    """A network after 2000 updates, its cost, and the percentage of right answers."""
    start = torch.Generator().manual_seed(1)
    net = DeepNetwork(sizes, hidden, generator=start)
    gradient_descent(net, points, labels, learning_rate=1.2, iterations=2000)
    right = ((net(points) > 0.5) == labels).double().mean()
    return net, net.cost(points, labels).item(), 100 * right.item()


net_tanh, J_tanh, right_tanh = trained([2, 4, 1], "tanh")
net_linear, J_linear, right_linear = trained([2, 4, 1], "identity")
_, J_none, right_none = trained([2, 1], "identity")  # no hidden layer
print(f"2-4-1, tanh:     J = {J_tanh:.4f}, right: {right_tanh:.0f} %")
print(f"2-4-1, identity: J = {J_linear:.4f}, right: {right_linear:.0f} %")
print(f"2-1:             J = {J_none:.4f}, right: {right_none:.0f} %")

# %% slope_step
z_negative, dA = torch.tensor([[-2.0]]), torch.tensor([[0.5]])
dslope = (dA * g.leaky_relu_slope_derivative(z_negative)).sum()
new_slope = leak - 0.1 * dslope
print(f"dslope = {dslope.item():.2f}, new slope = {new_slope.item():.2f}")

# %% learned
start = torch.Generator().manual_seed(1)
net = DeepNetwork([2, 4, 1], "leaky_relu", slope=0.01, learn_slope=True, generator=start)
before = net.layers[0].slope.item()
gradient_descent(net, points, labels, learning_rate=0.5, iterations=1000)
after = net.layers[0].slope.item()
print(f"slope: {before:.2f} -> {after:.4f}")

# %% numbers
grid = torch.arange(-50, 51) / 10


def curve(name: str, slope: float) -> dict[str, object]:
    """g on the grid."""
    return {"name": name, "slope": slope, "a": g.ACTIVATIONS[name].value(grid, torch.tensor(slope)).tolist()}


side = torch.linspace(-4.5, 4.5, 46)
plane = torch.cartesian_prod(side, side).flip(1)  # a row of points for each y
numbers = {
    "table": [a.tolist() for a in table.values()],
    "sigmoid_mean": g.sigmoid(z).mean().item(),
    "X": X.tolist(),
    "W1": W1.tolist(),
    "b1": b1.tolist(),
    "W2": W2.tolist(),
    "Z1": Z1.tolist(),
    "A1": g.relu(Z1).tolist(),
    "z_relu": z_relu.tolist(),
    "z_identity": z_identity.tolist(),
    "W": W.tolist(),
    "b": b.item(),
    "J_linear": J_linear,
    "right_linear": right_linear,
    "right_tanh": right_tanh,
    "dslope": dslope.item(),
    "new_slope": new_slope.item(),
    "before": before,
    "after": after,
    "flower": [[*point, label] for point, (label,) in zip(points.tolist(), labels.tolist(), strict=True)],
    "side": side.tolist(),
    "planes": {
        name: net(plane).reshape(len(side), -1).tolist() for name, net in (("linear", net_linear), ("tanh", net_tanh))
    },
    "grid": grid.tolist(),
    "curves": [
        *(curve(name, 0.0) for name in ("sigmoid", "tanh", "relu")),
        *(curve("leaky_relu", slope) for slope in (0.01, 0.1, 0.2, 0.3)),
    ],
}
