"""The parameters of a layer and their initialization (notes 3.1 and 3.3)."""

from collections.abc import Callable
from math import sqrt
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

Generator = torch.Generator | np.random.RandomState
"""A generator of torch, or NumPy's legacy generator, from which the course's assignments draw."""

INITIALIZATIONS: dict[str, Callable[[int], float]] = {
    "zeros": lambda n_in: 0.0,
    "small": lambda n_in: 0.01,
    "lecun": lambda n_in: 1 / sqrt(n_in),
    "he": lambda n_in: sqrt(2 / n_in),
}
"""Name -> standard deviation of the initial W, as a function of n_in. W is normal; b always starts at 0.

zeros suits logistic regression only: in a deeper network all units of a layer would stay equal. small is the course's
0.01 · randn. lecun keeps the scale of A constant from layer to layer with tanh, he with ReLU.
"""


class LayerTensors(NamedTuple):
    """The tensors of a layer at one moment. `slope` is None for an activation without a slope."""

    W: Tensor  # (n_out, n_in)
    b: Tensor  # (1, n_out)
    slope: Tensor | None  # ()

    def learned(self) -> list[Tensor]:
        """Return W, b and, if it is learned, the slope, in the order of LayerGradients."""
        slope = [self.slope] if self.slope is not None and self.slope.requires_grad else []
        return [self.W, self.b, *slope]

    def alone(self, dtype: torch.dtype | None = None) -> "LayerTensors":
        """Return leaves of autograd's graph with the same numbers, even if W is frozen, shared or computed."""
        W, b = (each.detach().to(dtype or each.dtype).requires_grad_() for each in (self.W, self.b))
        if self.slope is None:
            return LayerTensors(W, b, None)
        slope = self.slope.detach().to(dtype or self.slope.dtype)
        return LayerTensors(W, b, slope.requires_grad_(self.slope.requires_grad))


class LayerParameters(nn.Module):
    """W (n_out, n_in), b (1, n_out) and, for a leaky activation, its slope (). A learned slope is a parameter.

    W ~ N(0, std²) with std = INITIALIZATIONS[initialization](n_in), drawn from `generator` (torch's global generator
    if None). b = 0. Calling the layer returns its tensors, after torch's hooks have computed them (pruning).
    """

    slope: Tensor | None

    def __init__(
        self,
        n_in: int,
        n_out: int,
        *,
        initialization: str = "lecun",
        slope: float | None = None,
        learn_slope: bool = False,
        dtype: torch.dtype | None = None,
        generator: Generator | None = None,
    ) -> None:
        super().__init__()
        std = INITIALIZATIONS[initialization](n_in)
        W = torch.empty(n_out, n_in, dtype=dtype)
        # The device meta stores no values, so it needs no draw. torch would import its compiler for it.
        self.W = nn.Parameter(W if W.is_meta else normal(W, std, generator))
        self.b = nn.Parameter(torch.zeros(1, n_out, dtype=dtype))
        start = None if slope is None else torch.tensor(slope, dtype=self.W.dtype)
        if start is not None and learn_slope:
            self.slope = nn.Parameter(start)
        else:
            self.register_buffer("slope", start)

    def forward(self) -> LayerTensors:
        """Return the tensors of this moment."""
        return LayerTensors(self.W, self.b, self.slope)

    def learned(self) -> list[Tensor]:
        """Return W, b and, if it is learned, the slope, in the order of LayerGradients."""
        return self().learned()

    def extra_repr(self) -> str:
        """The sizes that repr() shows."""
        n_out, n_in = self.W.shape
        return f"n_in={n_in}, n_out={n_out}"


def normal(W: Tensor, std: float, generator: Generator | None) -> Tensor:
    """Fill W with numbers of N(0, std²). NumPy draws them as the course does: `randn(n_out, n_in) * std` in float64."""
    if isinstance(generator, np.random.RandomState):
        return W.copy_(torch.from_numpy(generator.randn(*W.shape) * std))
    return W.normal_(0, std, generator=generator)
