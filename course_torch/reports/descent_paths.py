"""Paths of gradient descent on a cost of two parameters, for a drawing as a surface (notes 1.3)."""

from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor

from course_torch.formulas.costs import cost, sigmoid_cross_entropy
from course_torch.formulas.logistic_regression import step_without_loops

START = (-1.0, 3.0)
LEARNING_RATES = {"α = 0.2: too small": 0.2, "α = 2: right": 2.0, "α = 20: too large": 20.0}


class Surface(NamedTuple):
    """J (n_w, n_b) over the grid of w (n_w) and b (n_b), and the path (steps, 2) of (w, b) for each learning rate."""

    w: Tensor
    b: Tensor
    J: Tensor
    paths: dict[str, Tensor]


def logistic_surface(steps: int = 20) -> Surface:
    """Compute J and the paths of logistic regression on one feature.

    The classes of the six examples overlap, so that J has a minimum inside the grid.
    """
    X = torch.tensor([[-2.0], [-1.0], [0.5], [-0.5], [1.0], [2.0]], dtype=torch.float64)
    Y = torch.tensor([[0.0], [0.0], [0.0], [1.0], [1.0], [1.0]], dtype=torch.float64)
    w, b = torch.linspace(-2, 10, 60, dtype=torch.float64), torch.linspace(-6, 4, 60, dtype=torch.float64)
    J = torch.stack(
        [torch.stack([cost(sigmoid_cross_entropy(X * each_w + each_b, Y), len(X)) for each_b in b]) for each_w in w]
    )
    return Surface(w, b, J, {name: path(X, Y, rate, steps) for name, rate in LEARNING_RATES.items()})


def path(
    X: Float[Tensor, "m 1"], Y: Float[Tensor, "m 1"], learning_rate: float, steps: int
) -> Float[Tensor, "points 2"]:
    """Return (w, b) before the first step and after each step."""
    w, b = (torch.tensor([[value]], dtype=X.dtype) for value in START)
    points = [(w.item(), b.item())]
    for _ in range(steps):
        step = step_without_loops(X, Y, w, b, learning_rate)
        w, b = step.w, step.b
        points.append((w.item(), b.item()))
    return torch.tensor(points, dtype=X.dtype)
