"""Lesson 2.4: the derivatives of the activation functions: from Z and from A, in saturation, and at 0."""

# %% slopes
import torch

from course_torch import DeepNetwork
from course_torch.data.table import load_data_set
from course_torch.formulas import activations as g

torch.set_default_dtype(torch.float64)
z = torch.tensor([-2.0, -1.0, 0.0, 1.0, 2.0])
leak = torch.tensor(0.01)
table = {
    "z": z,
    "sigmoid": g.sigmoid_derivative_from_A(g.sigmoid(z)),  # from A
    "tanh": g.tanh_derivative_from_A(g.tanh(z)),  # from A
    "relu": g.relu_derivative(z),  # from Z
    "leaky_relu": g.leaky_relu_derivative(z, leak),  # from Z
}
for name, slope in table.items():
    print(f"{name:10}", *(f"{value:8.4f}" for value in slope.tolist()))

# %% from_A
a = torch.tensor([0.5, 0.9])
print("sigmoid:", g.sigmoid_derivative_from_A(a))
a = torch.tensor([0.0, 0.6])
print("tanh:   ", g.tanh_derivative_from_A(a))

# %% nudge
h = 0.001
for name, function in (("sigmoid", g.sigmoid), ("tanh", g.tanh)):
    nudged = (function(z + h) - function(z - h)) / (2 * h)
    print(f"{name:10}", *(f"{value:8.4f}" for value in nudged.tolist()))

# %% saturation
for value in (0.0, 2.0, 5.0, 10.0):
    Z = torch.tensor(value)
    slope_sigmoid = g.sigmoid_derivative_from_A(g.sigmoid(Z)).item()
    slope_tanh = g.tanh_derivative_from_A(g.tanh(Z)).item()
    print(f"z = {value:4.1f}  sigmoid {slope_sigmoid:.1e}  tanh {slope_tanh:.1e}")

# %% rounding
z40 = torch.tensor(40.0)
from_A = g.sigmoid_derivative_from_A(g.sigmoid(z40)).item()
from_Z = g.sigmoid_derivative(z40).item()
print(f"from A: {from_A:.1e}")
print(f"from Z: {from_Z:.1e}")

# %% at_zero
zero = torch.tensor([-1.0, 0.0, 1.0])
print("at_zero=0:", g.relu_derivative(zero))
print("at_zero=1:", g.relu_derivative(zero, at_zero=1))
nudged_relu = ((g.relu(z + h) - g.relu(z - h)) / (2 * h))[2].item()
print(f"by a nudge at 0: {nudged_relu:.1f}")


# %% judge
def by_autograd(function) -> float:
    """The slope of a function at 0, as autograd sees it."""
    x = torch.zeros((), requires_grad=True)
    return torch.autograd.grad(function(x), x)[0].item()


nothing = torch.zeros(())
print("torch.relu(z):      ", by_autograd(torch.relu))
print("z.clamp(min=0):     ", by_autograd(lambda x: x.clamp(min=0)))
print("torch.maximum(z, 0):", by_autograd(lambda x: torch.maximum(x, nothing)))

# %% exact_zeros
X, _ = load_data_set("planar").train
networks = [DeepNetwork([2, 3, 3, 1], "relu", generator=torch.Generator().manual_seed(seed)) for seed in range(20)]
starts, exact_zeros = len(networks), sum(bool((network.caches(X)[1].Z == 0).any()) for network in networks)
print(f"{exact_zeros} of {starts} networks have a z in layer 2 that is exactly 0")

# %% numbers
grid = torch.arange(-50, 51) / 10


def curve(name: str, slope: float) -> dict[str, object]:
    """g and its derivative on the grid."""
    function, leak = g.ACTIVATIONS[name], torch.tensor(slope)
    a = function.value(grid, leak)
    return {"name": name, "slope": slope, "a": a.tolist(), "dg": function.derivative(grid, a, leak).tolist()}


numbers = {
    "table": [slope.tolist() for slope in table.values()],
    "sigmoid_10": g.sigmoid_derivative(torch.tensor(10.0)).item(),
    "h": h,
    "from_A": from_A,
    "from_Z": from_Z,
    "five_layers": 0.25**5,
    "nudged_relu": nudged_relu,
    "maximum": by_autograd(lambda x: torch.maximum(x, nothing)),
    "starts": starts,
    "exact_zeros": exact_zeros,
    "grid": grid.tolist(),
    "curves": [
        *(curve(name, 0.0) for name in ("sigmoid", "tanh", "relu")),
        *(curve("leaky_relu", slope) for slope in (0.01, 0.1, 0.2, 0.3)),
    ],
}
