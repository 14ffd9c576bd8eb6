"""Lesson 1.3: gradient descent, and what the learning rate does."""

# %% quadratic
import torch

from course_torch import DeepNetwork, gradient_descent
from course_torch.formulas.logistic_regression import Step, step_without_loops
from course_torch.formulas.update import update
from course_torch.reports.gallery import logistic_surface

torch.set_default_dtype(torch.float64)


def descend(alpha: float, steps: int = 5) -> list[float]:
    """Return w before the first step and after each step on J(w) = (w - 3)²."""
    w = torch.tensor([[0.0]])
    path = [w.item()]
    for _ in range(steps):
        dw = 2 * (w - 3)
        path.append(update(w, dw, alpha).item())
    return path


quadratic = {alpha: descend(alpha) for alpha in (0.1, 0.5, 0.9, 1.0, 1.1)}
for alpha, path in quadratic.items():
    print(f"α = {alpha}:  w =", "  ".join(f"{w:8.4f}" for w in path))

# %% one_step
X = torch.tensor([[-2.0], [-1.0], [0.5], [-0.5], [1.0], [2.0]])  # six examples with one feature
Y = torch.tensor([[0.0], [0.0], [0.0], [1.0], [1.0], [1.0]])
w, b = torch.tensor([[0.0]]), torch.tensor([[0.0]])
step = step_without_loops(X, Y, w, b, alpha=2.0)
print(f"J = {step.J.item():.4f}, dw = {step.dw.item():.4f}, db = {step.db.item():.4f}")
print(f"w = {step.w.item():.4f}, b = {step.b.item():.4f}")
lower = step_without_loops(X, Y, step.w, step.b, alpha=2.0).J
print(f"J = {lower.item():.4f} after the step")

# %% paths
surface = logistic_surface(steps=20)


def steps_along(path: torch.Tensor) -> list[Step]:
    """Return J, dw and db at each point (w, b) of a path."""
    return [step_without_loops(X, Y, point[:1, None], point[1:, None], alpha=0.0) for point in path]


walks = {alpha: steps_along(path) for alpha, path in surface.paths.items()}
for alpha, walk in walks.items():
    costs = [walk[n].J.item() for n in (0, 1, 2, 5, 10, 20)]
    print(f"α = {alpha:4}:  J =", "  ".join(f"{J:.4f}" for J in costs))

# %% training_loop
net = DeepNetwork([1, 1])
with torch.no_grad():
    net.layers[0].W.fill_(-1.0)
    net.layers[0].b.fill_(3.0)
history = gradient_descent(net, X, Y, learning_rate=2.0, iterations=20, record_every=5)
print("J before steps 0, 5, 10, 15:", [f"{J:.4f}" for J in history.costs])
twenty = [net.layers[0].W.item(), net.layers[0].b.item()]
print(f"after 20 steps:  w = {twenty[0]:.4f}, b = {twenty[1]:.4f}")
gradient_descent(net, X, Y, learning_rate=2.0, iterations=200)
lowest = [net.layers[0].W.item(), net.layers[0].b.item()]
print(f"after 220 steps: w = {lowest[0]:.4f}, b = {lowest[1]:.4f}")

# %% numbers
numbers = {
    "quadratic": [[alpha, *path] for alpha, path in quadratic.items()],
    "dw": step.dw.item(),
    "db": step.db.item(),
    "w": step.w.item(),
    "J": step.J.item(),
    "J_lower": lower.item(),
    "walks": {
        f"{alpha:g}": [[each.w.item(), each.b.item(), each.J.item(), each.dw.item(), each.db.item()] for each in walk]
        for alpha, walk in walks.items()
    },
    "large": [each.J.item() for each in walks[20.0]],
    "surface": {"w": surface.w.tolist(), "b": surface.b.tolist(), "J": surface.J.tolist()},
    "end_w": twenty[0],
    "end_b": twenty[1],
    "lowest": lowest,
}
