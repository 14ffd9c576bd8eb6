"""Central differences (L(+nudge) - L(-nudge)) / (2 nudge) of the losses: the judge beside autograd.

They run in float64 on the CPU: in float32 their relative error would be 1e-2 or more, too much to judge anything. The
forward pass is recomputed only from the nudged layer on.
"""

from functools import cached_property
from typing import NamedTuple

import torch
from jaxtyping import Float, Num
from torch import Tensor

from course_torch.float64 import exact
from course_torch.formulas.average import average
from course_torch.formulas.layers import linear
from course_torch.network.deep_network import DeepNetwork
from course_torch.network.propagation import TensorName, Tensors
from course_torch.verification.difference import ANOTHER_SHAPE, Difference, difference
from course_torch.verification.networks.parameters import trainable_copy
from course_torch.verification.networks.right_pass import by_autograd

NUDGE = 1e-5
"""Near ∛ε: there the truncation error (nudge²) and the rounding error (ε / nudge) are about equal."""
RETRIES = 3
"""How often the nudge is divided by 10 at a kink. Below 1e-8 the rounding error of the losses hides the derivative."""
ENTRIES = 100
"""Larger tensors are judged by a random sample of this many entries."""
ROWS = 4_000
"""The largest number of rows in one forward pass: larger tensors do not fit into the processor's caches."""


class Differences(NamedTuple):
    """Derivatives at some entries: `indices` into the flattened tensor, the values, and the standard error of each.

    `kink` marks entries that judge nothing: even the smallest nudge moves some Z across 0, where g has no derivative.
    """

    indices: Tensor  # (k,)
    values: Tensor  # (k,)
    errors: Tensor  # (k,)
    kink: Tensor  # (k,)


class NumericJudge:
    """Central differences of the losses of a network on a batch. `seed` is the seed of the random samples."""

    def __init__(self, network: DeepNetwork, X: Float[Tensor, "m n_x"], Y: Num[Tensor, "m n_y"], seed: int = 0) -> None:
        self.network = trainable_copy(network).cpu().double()
        self.X, self.Y = exact(X), exact(Y)
        self.generator = torch.Generator().manual_seed(seed)
        with torch.no_grad():
            self.caches = self.network.caches(self.X)
            losses = network.output.losses(self.caches[-1].Z, self.Y)
            terms = [
                (cache.A_prev.abs() @ layer.W.abs().T + layer.b.abs()).max()
                for layer, cache in zip(self.network.layers, self.caches, strict=True)
            ]
        self.largest_term = 1 + max(losses.abs().max(), *terms).item()  # the rounding error of a loss is ε times this

    @cached_property
    def right(self) -> Tensors:
        """Every tensor by autograd in float64: how far autograd's tensor in another dtype is from it, is its error."""
        return by_autograd(self.network, self.X, self.Y)

    @torch.no_grad()
    def derivative(self, name: TensorName, shape: torch.Size) -> Differences:
        """The derivative of that name and shape, at all entries or at a random sample of them."""
        indices = torch.randperm(shape.numel(), generator=self.generator)[:ENTRIES].sort().values
        nudge = NUDGE
        kind, l = name
        if kind == "dW":  # Z moves by the nudge times A_prev, which may be large
            nudge /= max(1.0, self.caches[l - 1].A_prev.abs().max().item())
        rows_an_entry = 1 if name.of_loss else len(self.Y)
        chunks = indices.split(max(1, ROWS // rows_an_entry))
        result = [self._smooth_differences(name, chunk, shape, nudge) for chunk in chunks]
        return Differences(indices, *map(torch.cat, zip(*result, strict=True)))

    def _smooth_differences(
        self, name: TensorName, indices: Tensor, shape: torch.Size, nudge: float, retries: int = RETRIES
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Values, errors and kinks of some entries. Entries at a kink are computed again with a smaller nudge."""
        values, kink = self._central(name, indices, shape, nudge)
        wider_values, wider_kink = self._central(name, indices, shape, 2 * nudge)
        kink |= wider_kink
        # Twice the nudge has four times the truncation error, so the change is three times the error of `values`.
        truncation = (wider_values - values).abs() / 3
        errors = truncation + torch.finfo(torch.float64).eps * self.largest_term / nudge
        retry = kink.clone()
        if retries > 0 and retry.any():
            again = self._smooth_differences(name, indices[retry], shape, nudge / 10, retries - 1)
            values[retry], errors[retry], kink[retry] = again
        return values, errors, kink

    def _central(self, name: TensorName, indices: Tensor, shape: torch.Size, nudge: float) -> tuple[Tensor, Tensor]:
        """(L(+nudge) - L(-nudge)) / (2 nudge) of each entry, and whether some Z changes its sign between them."""
        (above, Z_above), (below, Z_below) = (self._losses(name, indices, shape, each) for each in (nudge, -nudge))
        values = (above - below).sum(dim=1) / (2 * nudge)
        if not name.of_loss:
            values = average(values, len(self.Y))  # dW, db and dslope are derivatives of the cost J
        kink = torch.zeros(len(indices), dtype=torch.bool)
        if self.network.hidden_activation.kink:
            for one, other in zip(Z_above, Z_below, strict=True):
                kink |= ((one > 0) != (other > 0)).flatten(1).any(dim=1)
        return values, kink

    def _losses(
        self, name: TensorName, indices: Tensor, shape: torch.Size, nudge: float
    ) -> tuple[Tensor, list[Tensor]]:
        """Nudge each of the k entries alone. Returns the losses (k, rows) and the hidden Z (k, rows, n_l)."""
        # torch.unravel_index would import sympy, which takes a third of a second.
        entry: tuple[Tensor, ...] = (indices // shape[1], indices % shape[1]) if shape else ()
        k = torch.arange(len(indices))
        kind, l = name
        if name.of_loss:  # only the nudged example changes
            i, j = entry
            start = (self.caches[l - 1].Z if kind == "dZ" else self.caches[l].A_prev)[i]
            start[k, j] += nudge
            return self._onward(start[:, None], self.Y[i][:, None], l, from_Z=kind == "dZ")
        layer, cache = self.network.layers[l - 1], self.caches[l - 1]
        Y = self.Y.expand(len(k), *self.Y.shape)
        if kind == "dslope":
            assert layer.slope is not None
            A = self.network.hidden_activation.value(cache.Z, layer.slope + nudge)
            return self._onward(A[None], Y, l, from_Z=False)
        Z = cache.Z.repeat(len(k), 1, 1)
        j, change = (entry[1], nudge) if kind == "db" else (entry[0], nudge * cache.A_prev[:, entry[1]].T)
        Z[k, :, j] += change
        return self._onward(Z, Y, l, from_Z=True)

    def _onward(self, start: Tensor, Y: Tensor, l: int, *, from_Z: bool) -> tuple[Tensor, list[Tensor]]:
        """Run the forward pass from Z[l] or A[l] (k, rows, n_l). Returns the losses (k, rows) and the hidden Z."""
        network, L = self.network, len(self.network.layers)
        k, rows = start.shape[:2]
        Z_or_A, hidden = start.flatten(0, 1), []
        while not (from_Z and l == L):
            if from_Z:
                hidden.append(Z_or_A.unflatten(0, (k, rows)))
                Z_or_A = network.hidden_activation.value(Z_or_A, network.layers[l - 1].slope)
            l, from_Z = l + 1, True
            Z_or_A = linear(Z_or_A, network.layers[l - 1].W, network.layers[l - 1].b)
        losses = network.output.losses(Z_or_A, Y.flatten(0, 1))
        return losses.unflatten(0, (k, rows)), hidden


def by_differences(
    name: TensorName, manual: Tensor, autograd: Tensor, error: Tensor, judge: NumericJudge
) -> tuple[Difference | None, int, int]:
    """Compare the hand-written tensor with central differences.

    Returns the difference (None if every sampled entry is at a kink, or if the losses are not finite), the number of
    sampled entries, and the number of entries at a kink.
    """
    if manual.shape != autograd.shape:
        return ANOTHER_SHAPE, 1, 0
    numeric = judge.derivative(name, manual.shape)
    fair, sampled = ~numeric.kink & numeric.values.isfinite(), len(numeric.indices)
    if not fair.any():
        return None, sampled, int(numeric.kink.sum())
    tensors = (manual, autograd, error, judge.right[name])
    a, b, rounding, right = (exact(each).flatten()[numeric.indices][fair] for each in tensors)
    errors = numeric.errors[fair] + rounding + (b - right).abs()
    return difference(a, numeric.values[fair], errors), sampled, int(numeric.kink.sum())
