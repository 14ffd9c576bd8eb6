"""Lesson 1.6: vectorisation, the same step with two loops, with one loop and without loops."""

# %% examples
from math import floor, log10

import torch

from course_torch.formulas.logistic_regression import step_with_one_loop, step_with_two_loops, step_without_loops
from course_torch.published.vectorization import time_steps

X = torch.tensor([[1.0, 2.0], [2.0, -1.0], [-1.0, 1.0]], dtype=torch.float64)  # three examples, one a row
Y = torch.tensor([[1.0], [0.0], [1.0]], dtype=torch.float64)
w = torch.tensor([[0.8], [-0.1]], dtype=torch.float64)
b = torch.tensor([[0.2]], dtype=torch.float64)
alpha = 0.5
two = step_with_two_loops(X.tolist(), Y.flatten().tolist(), w.flatten().tolist(), b.item(), alpha)
one = step_with_one_loop(X, Y, w, b, alpha)
none = step_without_loops(X, Y, w, b, alpha)
print("two loops:", [f"{value:.4f}" for value in (two.J, *two.dw, two.db)])
print("one loop: ", [f"{value:.4f}" for value in (one.J, *one.dw.flatten(), one.db.item())])
print("no loop:  ", [f"{value:.4f}" for value in (none.J, *none.dw.flatten(), none.db.item())])

# %% pieces
m = len(X)
Z = X @ w + b
A = torch.sigmoid(Z)
dZ = A - Y
dw = X.T @ dZ / m
for name, tensor in {"X": X, "w": w, "Z": Z, "dZ": dZ, "X.T": X.T, "dw": dw}.items():
    print(f"{name:4}", tuple(tensor.shape))

# %% products
print("X * dZ has the shape", tuple((X * dZ).shape))
try:
    X @ dZ
except RuntimeError as error:
    print("X @ dZ fails:", error)

# %% equal
generator = torch.Generator().manual_seed(1)
X_large = torch.randn(40, 30, generator=generator, dtype=torch.float64)
Y_large = torch.randint(2, (40, 1), generator=generator).double()
w_large = torch.randn(30, 1, generator=generator, dtype=torch.float64)
lists = X_large.tolist(), Y_large.flatten().tolist(), w_large.flatten().tolist()
from_loops = torch.tensor(step_with_two_loops(*lists, b.item(), alpha).dw, dtype=torch.float64)
from_product = step_without_loops(X_large, Y_large, w_large, b, alpha).dw.flatten()
print(f"largest difference in dw: {(from_loops - from_product).abs().max():.0e}")


# %% time
def fastest(m: int, n_x: int) -> dict[str, float]:
    """Seconds of one step, for each form: the fastest of three measurements, because other programs disturb."""
    measured = [time_steps(m, n_x) for _ in range(3)]
    return {form: min(seconds[form] for seconds in measured) for form in measured[0]}


def at_least(ratio: float) -> int:
    """Round down to one digit: 357 becomes 300."""
    unit = 10 ** floor(log10(ratio))
    return floor(ratio / unit) * unit


timed = (100, 1000)  # m, n_x
wide, narrow = fastest(*timed), fastest(m=100, n_x=5)
two_over_none = at_least(wide["two loops"] / wide["no loop"])
one_over_none = at_least(wide["one loop"] / wide["no loop"])
one_over_two = at_least(narrow["one loop"] / narrow["two loops"])
print("1000 features, two loops / no loop: at least", two_over_none)
print("1000 features, one loop / no loop:  at least", one_over_none)
print("5 features, one loop / two loops:   at least", one_over_two)

# %% numbers
numbers = {
    "X": X.tolist(),
    "Y": Y.tolist(),
    "w": w.tolist(),
    "b": b.tolist(),
    "alpha": alpha,
    "Z": Z.tolist(),
    "dZ": dZ.tolist(),
    "dw": dw.tolist(),
    "two_over_none": two_over_none,
    "one_over_none": one_over_none,
    "one_over_two": one_over_two,
    "timed": timed,
    "seconds": wide,
}
