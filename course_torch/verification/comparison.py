"""The gradient report: every tensor of the backward pass by three judges, and the first wrong one explained."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float, Num
from torch import Tensor

from course_torch.errors import InputError
from course_torch.formulas.layers import LayerCache
from course_torch.network.deep_network import DeepNetwork
from course_torch.verification.diagnosis import Diagnosis, diagnose
from course_torch.verification.difference import Difference, difference
from course_torch.verification.judges import by_autograd, in_order
from course_torch.verification.names import TensorName
from course_torch.verification.numeric import NumericJudge
from course_torch.verification.rounding import product_eps, rounding_errors
from course_torch.verification.suspects import ForwardPass

DTYPES = (torch.float64, torch.float32, torch.bfloat16)
"""What can be judged; float16 loses small entries altogether."""


@dataclass(frozen=True)
class TensorReport:
    """One tensor: the hand-written one against autograd's, and against central differences at `sampled` entries.

    `kinks` of these were left out because a nudge carried some Z across the kink of ReLU.
    """

    name: TensorName
    shape: tuple[int, ...]
    norm: float
    autograd: Difference
    numeric: Difference
    sampled: int
    kinks: int

    @property
    def verdict(self) -> str:
        """ "equal" where neither judge objects, "different" where one does, "not judged" where rounding hides all."""
        if not (self.autograd.agrees and self.numeric.agrees):
            return "different"
        return "equal" if self.autograd.judged and self.numeric.judged else "not judged"


@dataclass(frozen=True)
class GradientReport:
    """All tensors in the order in which they are computed, and what the first wrong one suggests."""

    tensors: list[TensorReport]
    diagnosis: Diagnosis | None

    @property
    def agrees(self) -> bool:
        """Whether all tensors are judged and right."""
        return self.diagnosis is None and not self.named("different", "not judged")

    def named(self, *verdicts: str) -> list[str]:
        """The names of the tensors with one of these verdicts."""
        return [str(tensor.name) for tensor in self.tensors if tensor.verdict in verdicts]

    def __str__(self) -> str:
        if self.agrees:
            return f"all {len(self.tensors)} tensors are equal"
        if self.diagnosis is not None:
            return str(self.diagnosis)
        different, hidden = self.named("different"), self.named("not judged")
        parts = [f"different from the central differences alone: {', '.join(different)}"] if different else []
        parts += [f"not judged, because rounding in this dtype hides them: {', '.join(hidden)}"] if hidden else []
        return "; ".join(parts)

    @property
    def largest_relative_error(self) -> float:
        """Of the hand-written tensors against autograd's."""
        return max(tensor.autograd.relative for tensor in self.tensors)

    def __iter__(self) -> Iterator[TensorReport]:
        return iter(self.tensors)


def compare_gradients(
    network: DeepNetwork,
    X: Float[Tensor, "m n_x"],
    Y: Num[Tensor, "m n_y"],
    *,
    seed: int = 0,
    progress: Callable[[list[TensorName]], Iterable[TensorName]] = iter,
) -> GradientReport:
    """Judge every dZ, dW, db, dA and learned dslope of the network on these examples.

    seed       draws the sampled entries of large tensors
    progress   wraps the names of the tensors while they are judged, to show how far it is

    Raises InputError for no examples, and for a dtype that is not the network's or not among DTYPES.
    """
    dtype = network.layers[0].W.dtype
    if dtype not in DTYPES:
        raise InputError(f"dtype: found {dtype}, expected one of {', '.join(map(str, DTYPES))}")
    if X.dtype != dtype or len(X) == 0:
        raise InputError(f"X: found {len(X)} examples of {X.dtype}, expected at least 1 of the network's {dtype}")
    steps = network.backward_steps(X, Y, input_derivative=True)
    manual, autograd = in_order(steps), by_autograd(network, X, Y)
    with torch.no_grad():
        caches = network.caches(X)
    errors = in_order(rounding_errors(network, caches, Y, steps, product_eps(X)))
    judge = NumericJudge(network, X, Y, seed)
    exact = by_autograd(judge.network, X.detach().cpu().double(), judge.Y)
    tensors = [
        judge_tensor(name, manual[name], autograd[name], errors[name], exact[name], judge)
        for name in progress(list(manual))
    ]
    return GradientReport(tensors, diagnose(manual, autograd, errors, forward_pass(network, caches, Y)))


def forward_pass(network: DeepNetwork, caches: Sequence[LayerCache], Y: Tensor) -> ForwardPass:
    """What the diagnosis wants to know of a network."""
    W, slopes = [layer.W.detach() for layer in network.layers], [layer.slope for layer in network.layers]
    return ForwardPass(caches, W, slopes, Y, network.hidden_activation)


def judge_tensor(
    name: TensorName, manual: Tensor, autograd: Tensor, error: Tensor, exact: Tensor, judge: NumericJudge
) -> TensorReport:
    """The row of one tensor; how far autograd's is from `exact`, autograd's in float64, is what the dtype costs."""
    numeric = judge.derivative(name, manual.shape)
    fair = ~numeric.kink
    a, b, rounding, right = (
        each.detach().cpu().double().flatten()[numeric.indices][fair] for each in (manual, autograd, error, exact)
    )
    return TensorReport(
        name=name,
        shape=tuple(manual.shape),
        norm=autograd.double().norm().item(),
        autograd=difference(manual, autograd, error),
        numeric=difference(a, numeric.values[fair], numeric.errors[fair] + rounding + (b - right).abs()),
        sampled=len(numeric.indices),
        kinks=int(numeric.kink.sum()),
    )
