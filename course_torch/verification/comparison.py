"""Compare the hand-written gradients with autograd and with central differences, and what J.backward() leaves."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import torch
from jaxtyping import Float, Shaped
from torch import Tensor

from course_torch.errors import InputError, check_name
from course_torch.formulas.layers import LayerGradients
from course_torch.language import NOTHING, Text, joined, same
from course_torch.mistakes.context import TensorName
from course_torch.network.deep_network import DeepNetwork
from course_torch.network.dimensions import (
    as_numbers,
    check_batch,
    check_labels,
    check_parameters,
    check_values,
    is_finite,
)
from course_torch.verification.autograd import Tensors
from course_torch.verification.calls import Raised, tried
from course_torch.verification.central_differences import NumericJudge, by_differences
from course_torch.verification.copies import RANDOM_B, with_random_b
from course_torch.verification.difference import Difference, exact, norm, vector_of
from course_torch.verification.finding import FormulaFinding
from course_torch.verification.forward.check import NOT_FINITE, wrong_cost, wrong_forward
from course_torch.verification.hand_written import hand_written, right_alone
from course_torch.verification.passes import (
    KINDS,
    JudgedPass,
    RightPass,
    answered,
    answers_itself,
    as_trained,
    named_gradients,
    whole,
)
from course_torch.verification.report import GradientReport, TensorReport
from course_torch.verification.rounding import depth
from course_torch.verification.update_check import wrong_update

Gradients = Callable[[DeepNetwork, Tensor, Tensor], Sequence[LayerGradients]]
"""(network, X, Y) -> the gradients of layers 1 to L. A copy of the network may be given."""
SLACK = 1e-3
"""A slope that is rounded to bfloat16 may be so much below 0 or above 1."""
Progress = Callable[[list[TensorName]], Iterable[TensorName]]
"""Wraps the list of tensor names, to show a progress bar."""
DTYPES = (torch.float64, torch.float32, torch.bfloat16)
"""The dtypes that can be compared. float16 is left out, because small entries underflow to 0."""


def compare_gradients(
    network: DeepNetwork,
    X: Float[Tensor, "m n_x"],
    Y: Shaped[Tensor, "m n_y"],
    *,
    gradients: Gradients | None = None,
    seed: int = 0,
    progress: Progress = iter,
) -> GradientReport:
    """Compare every dZ, dW, db, dA and learned dslope of the network on these examples.

    The forward pass is judged first, by an independent computation. If it is wrong, no gradient is judged. The J that
    training computes is judged by the losses of this forward pass, and the formula of the update by W - α dW. Before
    the first update every b is 0, which hides mistakes with b: if all is right, a copy of the network with random b is
    judged too. The copy decides alone if a tensor differs where Z of ReLU is exactly 0, because notes 2.4 allow the
    slopes 0 and 1 there.

    gradients  your own function, which returns dW and db of layers 1 to L: the report then judges these instead
    seed       seed of the random sample of entries of large tensors
    progress   wraps the list of tensor names, to show a progress bar

    Raises InputError if there are no examples, if X or Y does not fit the network, for X or parameters that are not
    finite, for labels that are no classes, or if the dtype of the network is not in DTYPES.
    """
    W = network.layers[0].W
    dtype = W.dtype
    check_name("dtype", str(dtype), [*map(str, DTYPES)])
    check_batch(network.layer_sizes, X, Y, W=W)
    check_values(X)
    check_parameters(network.tensors())
    check_labels(Y, network.output)
    Y = as_numbers(Y)
    report = report_on(network, X, Y, gradients, seed, progress)
    layers = layers_at_kink(network, X) if report.tensors and not report.agrees else []
    if layers and (given := computed(network, X, Y, gradients)[0]) and slopes_are_allowed(given, network, X):
        copy = with_random_b(network, seed)
        report = replace(report_on(copy, X, Y, gradients, seed, progress), at_kink=tuple(layers))
    return report


@torch.no_grad()
def layers_at_kink(network: DeepNetwork, X: Tensor) -> list[int]:
    """The hidden layers in which some Z is exactly 0, where g' jumps."""
    caches = network.caches(X)[:-1] if network.hidden_activation.kink else []
    return [l for l, cache in enumerate(caches, start=1) if bool((cache.Z == 0).any())]


@torch.no_grad()
def slopes_are_allowed(found: Tensors, network: DeepNetwork, X: Tensor) -> bool:
    """Whether every slope dZ / dA that a pass takes where Z is exactly 0 lies from 0 to 1, as far as it is seen."""
    for l, cache in enumerate(network.caches(X)[:-1], start=1):
        dZ, dA = (found.get(TensorName(kind, l)) for kind in ("dZ", "dA"))
        if dZ is not None and dA is not None and dZ.shape == dA.shape == cache.Z.shape:
            dZ, dA = (exact(each)[exact(cache.Z) == 0] for each in (dZ, dA))
            slopes = (dZ / dA)[dA != 0]
            if not ((slopes >= -SLACK) & (slopes <= 1 + SLACK)).all():
                return False
    return True


@dataclass(frozen=True)
class OnNetwork:
    """What the judges see of the backward pass of one network.

    found      the tensors of the formulas, or of a function of the user
    formulas   these tensors beside the right ones
    trained    those that J.backward() leaves for training, if it can be called
    broken     where the pass breaks off
    cost       the finding about the J that training computes
    """

    found: Tensors
    formulas: JudgedPass
    trained: JudgedPass | None
    broken: FormulaFinding | None
    cost: FormulaFinding | None

    @property
    def judged(self) -> list[JudgedPass]:
        return [self.formulas, *([] if self.trained is None else [self.trained])]

    @property
    def agrees(self) -> bool:
        return self.broken is None and all(each.agrees for each in self.judged)


def judged_on(passes: RightPass, gradients: Gradients | None, where: Text) -> OnNetwork:
    """Judge the backward pass of a network. `where` says which copy of the network it is."""
    own = gradients is not None
    found, broken = computed(passes.network, passes.X, passes.Y, gradients)
    trained, cost = None, None
    if not own and broken is None and whole(found, passes.right):
        left = tried(partial(as_trained, passes.network, passes.X, passes.Y), InputError)
        if isinstance(left, Raised):
            broken = FormulaFinding(NOTHING, "J.backward()", left.text, breaks_off=True, stops=True, of="backward")
        else:
            tensors, J = left
            trained = judged_pass(passes, {name: tensors[name] for name in found if name in tensors}, where)
            cost = wrong_cost(J, passes, where)
    if broken is not None:
        broken = replace(broken, seen=joined(NOTHING, (broken.seen, where)))
    return OnNetwork(found, judged_pass(passes, found, where, own), trained, broken, cost)


def report_on(
    network: DeepNetwork, X: Tensor, Y: Tensor, gradients: Gradients | None, seed: int, progress: Progress
) -> GradientReport:
    """The report on a network and examples that fit each other."""
    own = gradients is not None
    unjudged: dict[Text, Text] = {}
    if (forward := wrong_forward(network, X, Y, seed, unjudged)) is not None:
        return GradientReport([], None, own, forward=forward, unjudged=unjudged)
    reference = RightPass(network, X, Y)
    first = judged_on(reference, gradients, NOTHING)
    missing = tuple(name for name in reference.right if name not in first.found and (not own or name.kind in KINDS))
    networks = [first]
    if first.agrees and not missing:
        networks.append(judged_on(RightPass(with_random_b(network, seed), X, Y), gradients, RANDOM_B))
    broken, forward = networks[-1].broken, next((each.cost for each in networks if each.cost is not None), None)
    by_formulas = [each.formulas for each in networks]
    by_training = [each.trained for each in networks if each.trained is not None]
    update = None if own else wrong_update(reference)
    seen_by = (each.diagnosis(reference) for each in (*by_formulas, *by_training))
    diagnosis = next((seen for seen in seen_by if seen is not None), None)
    autograd, errors = reference.right, reference.errors()
    unjudged |= {same(str(name)): NOT_FINITE for name in first.found if not is_finite(autograd[name])}
    manual = first.formulas.found
    judge = NumericJudge(network, X, Y, seed)

    def judged(name: TensorName) -> TensorReport:
        numeric, sampled, kinks = by_differences(name, manual[name], autograd[name], errors[name], judge)
        seen = [each.differences[name] for each in by_formulas if name in each.differences]
        trained = [each.differences[name] for each in by_training if name in each.differences]
        return TensorReport(
            name=name,
            shape=tuple(manual[name].shape),
            norm=norm(vector_of(autograd[name])),
            formulas=first_wrong(seen),
            numeric=numeric,
            trained=first_wrong(trained) if trained else None,
            sampled=sampled,
            kinks=kinks,
        )

    tensors = [judged(name) for name in progress(list(manual))]
    wrong = not all(each.formulas.agrees for each in tensors) or bool(missing)
    by_network = not own and broken is None and not answers_itself(network)
    rewired = wrong and by_network and right_alone(by_formulas[-1].reference)
    return GradientReport(tensors, diagnosis, own, broken, missing, forward, update, rewired, unjudged)


def computed(
    network: DeepNetwork, X: Tensor, Y: Tensor, gradients: Gradients | None
) -> tuple[Tensors, FormulaFinding | None]:
    """The tensors of a function of the user or of the hand-written pass, and where the hand-written pass ends."""
    if gradients is not None:
        labels = Y if Y.is_floating_point() else Y.to(X.dtype)  # matrix products need one dtype
        return named_gradients(gradients(network, X, labels)), None
    manual, broken = hand_written(network, X, Y)
    return manual | answered(network, X, Y), broken


def judged_pass(passes: RightPass, found: Tensors, where: Text, own: bool = False) -> JudgedPass:
    """The tensors whose right numbers are finite. Nothing judges the others: the pass of a right network overflows.

    A learner sums db by a loop or a matrix product, which rounds more than a plain sum.
    """
    found, errors = {name: each for name, each in found.items() if is_finite(passes.right[name])}, passes.errors()
    if own:
        errors = {name: error * (depth(len(passes.X)) if name.kind == "db" else 1) for name, error in errors.items()}
    return JudgedPass(passes, found, errors, where)


def first_wrong(seen: Sequence[Difference]) -> Difference:
    """The first difference that is too large, or else the first of all."""
    return next((each for each in seen if not each.agrees), seen[0])
