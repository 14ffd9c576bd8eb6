"""Frames: what a page draws of a session, as a JSON header and planes of integers, and how often."""

import json
from collections.abc import Callable, Sequence
from math import isfinite
from struct import pack
from time import monotonic
from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from course_torch.command_line.files import finite
from course_torch.data.planar import features_of
from course_torch.errors import InputError, one_of
from course_torch.formulas.activation import Activation
from course_torch.formulas.layers import LayerCache
from course_torch.mistakes.context import TensorName
from course_torch.network.parameters import LayerTensors
from course_torch.network.propagation import forward_propagation
from course_torch.playground.mistakes import GradientCheck
from course_torch.playground.session import Session
from course_torch.playground.settings import Examples

FLAT = 0.05
"""A unit is flat at an example if g'(Z) is below this fraction of g'(0)."""
MOST = 0.9
"""A unit is saturated if it is flat at this fraction of the examples."""


def dead_units(g: Activation, cache: LayerCache, slope: Tensor | None) -> list[int]:
    """The units, from 1, whose g'(Z) is 0 for every example: ReLU units with Z ≤ 0 everywhere learn nothing."""
    dead = (g.derivative(cache.Z, cache.A, slope) == 0).all(dim=0)
    return numbers(dead) if g.kink else []


def saturated_units(g: Activation, cache: LayerCache, slope: Tensor | None) -> list[int]:
    """The units, from 1, in the flat ends of g for most examples: sigmoid and tanh units with large |Z|."""
    if g.kink:
        return []
    zero = torch.zeros_like(cache.Z[:1, :1])
    flat = g.derivative(cache.Z, cache.A, slope) < FLAT * g.derivative(zero, g.value(zero, slope), slope)
    return numbers(flat.sum(dim=0) >= MOST * len(flat))


def numbers(chosen: Tensor) -> list[int]:
    """The numbers of the chosen units, from 1."""
    return [int(i) + 1 for i in chosen.nonzero()[:, 0]]


SIZE = 100
"""Pixels of the output's plane, along each axis."""
STRIDE = 5
"""The planes of hidden units show every fifth pixel."""
BINS = 20


def grid_of(examples: Examples) -> Float[Tensor, "pixels n_x"]:
    """The features of every pixel of the plane."""
    low1, high1, low2, high2 = examples.domain
    cells = (torch.arange(SIZE, dtype=torch.float64) + 0.5) / SIZE
    x1, x2 = low1 + (high1 - low1) * cells, high2 - (high2 - low2) * cells
    points = torch.stack([x1.repeat(SIZE), x2.repeat_interleave(SIZE)], dim=1).float()
    return features_of(points, examples.features)


def unit_planes(A: Float[Tensor, "pixels n"]) -> tuple[Float[Tensor, " n"], Float[Tensor, "n side side"]]:
    """The largest |A| of each unit, and its plane with bytes: 128 is 0, and 255 or 1 the largest |A|."""
    planes = A.reshape(SIZE, SIZE, -1)[STRIDE // 2 :: STRIDE, STRIDE // 2 :: STRIDE].permute(2, 0, 1)
    largest = planes.abs().amax(dim=(1, 2))
    return largest, 128 + 127 * planes / torch.where(largest > 0, largest, 1.0)[:, None, None]


def input_planes(examples: Examples) -> list[list[int]]:
    """The plane of each feature, as those of the hidden units."""
    return [[*as_bytes(plane)] for plane in unit_planes(grid_of(examples))[1]]


class FrameEncoder:
    """The frames of a session. It knows which points of the cost's curve the page has."""

    def __init__(self, session: Session) -> None:
        self.session, self.sent = session, 0
        self.grid = grid_of(session.examples)

    def rewind(self) -> None:
        """Send points of the curve again that changed because the session went back."""
        self.sent = min(self.sent, len(self.session.costs))

    def frame(
        self, check: GradientCheck, *, running: bool, point: Sequence[float] | None, mistake: dict[str, Any] | None
    ) -> bytes:
        """The frame: the length of the header in four bytes, the header, and the planes."""
        scales, planes = self._planes()
        header = {**numbers_of(self.session, check), **self._new_costs()}
        header |= {"scales": scales, "running": running, "point": self._forward(point), "mistake": mistake}
        encoded = as_json(header)
        return b"".join([pack("<I", len(encoded)), encoded, *planes])

    def _new_costs(self) -> dict[str, Any]:
        """The points of the curve that the page lacks; it first drops its points after the step `after`."""
        costs, sent = self.session.costs, self.sent
        self.sent = len(costs)
        return {"costs": costs[sent:], "after": costs[sent - 1].step if sent > 0 else -1}

    @torch.no_grad()
    def _planes(self) -> tuple[list[list[float]], list[bytes]]:
        """The largest |A| of each hidden unit, and the planes of the output and of the hidden units."""
        network = self.session.network
        layers = [
            LayerTensors(layer.W.float(), layer.b.float(), None if layer.slope is None else layer.slope.float())
            for layer in network.layers
        ]
        *hidden, output = forward_propagation(self.grid, layers, network.hidden_activation, network.output)
        low, high = self.session.examples.labels
        planes = [as_bytes(65535 * (output.A - low) / (high - low), "<u2")]
        scales = []
        for cache in hidden:
            largest, made = unit_planes(cache.A)
            scales.append(largest.tolist())
            planes.append(as_bytes(made))
        return scales, planes

    def _forward(self, point: Sequence[float] | None) -> dict[str, Any] | None:
        """The forward pass of one point in numbers."""
        if point is None:
            return None
        examples = self.session.examples
        with torch.no_grad():
            X = features_of(torch.tensor([point], dtype=examples.dtype), examples.features)
            caches = self.session.network.caches(X)
        forward = {"Z": [each.Z[0].tolist() for each in caches], "A": [each.A[0].tolist() for each in caches]}
        return {"x": point, "X": X[0].tolist(), **forward}


def numbers_of(session: Session, check: GradientCheck) -> dict[str, Any]:
    """Everything but the planes, the curve and what the page asked for."""
    results = [session.result(each) for each in (session.examples.train, session.examples.held_out)]
    layers = session.network.layers
    return {
        "step": session.step,
        "back": session.steps_back,
        "cost": [each.cost for each in results],
        "accuracy": [each.score for each in results],
        "W": [layer.W.tolist() for layer in layers],
        "b": [layer.b[0].tolist() for layer in layers],
        "slopes": [None if layer.slope is None else layer.slope.item() for layer in layers],
        "layers": [layer_numbers(session, check, l) for l in range(1, len(layers) + 1)],
        "gradients": check.gradients,
    }


def layer_numbers(session: Session, check: GradientCheck, l: int) -> dict[str, Any]:
    """Histograms, ‖dW‖/‖W‖, and the units that hardly learn, of layer l."""
    cache, layer = check.caches[l - 1], session.network.layers[l - 1]
    dZ, dW = (check.tensors[TensorName(kind, l)] for kind in ("dZ", "dW"))
    W_norm, hidden = layer.W.norm().item(), l < len(check.caches)
    g = session.network.hidden_activation
    return {
        "Z": histogram(cache.Z),
        "A": histogram(cache.A),
        "dZ": histogram(dZ),
        "dW": histogram(dW),
        "ratio": dW.norm().item() / W_norm if W_norm > 0 else None,
        "dead": dead_units(g, cache, layer.slope) if hidden else [],
        "saturated": saturated_units(g, cache, layer.slope) if hidden else [],
    }


def histogram(values: Tensor) -> list[Any] | None:
    """[[least, largest], counts in BINS bins]; None if a value is not finite."""
    low, high = (each.item() for each in values.detach().aminmax())
    if not (isfinite(low) and isfinite(high)):
        return None
    if low == high:
        return [[low, high], [values.numel()] + [0] * (BINS - 1)]
    return [[low, high], values.detach().histc(BINS, low, high).tolist()]


def as_bytes(values: Tensor, kind: str = "u1") -> bytes:
    """Round to integers of a kind of NumPy, by default bytes. A value that is not finite becomes 0 or the largest."""
    rounded = values.nan_to_num(0.0).round().clamp(0, np.iinfo(kind).max)
    return rounded.contiguous().numpy().astype(kind).tobytes()


def as_json(value: Any) -> bytes:
    """JSON in UTF-8. Numbers that are not finite become null."""
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
    except ValueError:
        return json.dumps(finite(value), separators=(",", ":")).encode()


SPEEDS = (1, 10, 30, 300, None)
"""Steps a second. None is as fast as possible."""
FIRST_SPEED = 30
"""The speed of a new session: the first steps are seen, and the flower's petals come after some seconds."""
SLICE = 0.012
"""Seconds of training between two frames or messages."""
PATIENCE = 1.0
"""Seconds that training goes on while the page draws no frame."""


class Pace:
    """Says when to train. It starts paused."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self.running, self.hidden = False, False
        self.speed: float | None = FIRST_SPEED
        self._clock = clock
        self._due = 0.0
        self._waits_since: float | None = None

    def run(self) -> None:
        self.running, self._due = True, self._clock()

    def pause(self) -> None:
        self.running = False

    def hide(self, hidden: bool) -> None:
        self.hidden, self._due = hidden, self._clock()

    def choose(self, speed: object) -> None:
        """Set the steps a second. Raises InputError for a speed that is not in SPEEDS."""
        if isinstance(speed, bool) or speed not in SPEEDS:
            raise InputError(
                f"speed: found {str(speed)[:60]}, expected {one_of(map(str, SPEEDS[:-1])).en}, or null",
                f"speed：得到 {str(speed)[:60]}，应为 {one_of(map(str, SPEEDS[:-1])).zh}，或 null",
            )
        self.speed, self._due = SPEEDS[SPEEDS.index(speed)], self._clock()

    def shown(self, credits: int) -> None:
        """Note whether the page can draw another frame."""
        self._waits_since = None if credits > 0 else self._clock()

    @property
    def wait(self) -> float | None:
        """Seconds until a step is due; None if no step is due until something changes."""
        starved = self._waits_since is not None and self._clock() - self._waits_since > PATIENCE
        if not self.running or self.hidden or starved:
            return None
        return 0.0 if self.speed is None else max(0.0, self._due - self._clock())

    def train(self, advance: Callable[[], None]) -> int:
        """Make the steps that are due, for SLICE seconds at most. Returns their number."""
        steps, end = 0, self._clock() + SLICE
        while self.wait == 0 and self._clock() < end:
            advance()
            steps += 1
            if self.speed is not None:
                self._due = max(self._due + 1 / self.speed, self._clock() - SLICE)
        return steps
