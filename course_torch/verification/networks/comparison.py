"""Compare the hand-written gradients with autograd and with central differences, and what J.backward() leaves."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

import torch
from jaxtyping import Float, Shaped
from torch import Tensor

from course_torch.errors import check_name
from course_torch.float64 import exact
from course_torch.language import NOTHING, same
from course_torch.network.deep_network import DeepNetwork
from course_torch.network.dimensions import (
    as_numbers,
    check_batch,
    check_labels,
    check_parameters,
    check_values,
    is_finite,
)
from course_torch.network.propagation import TensorName, Tensors
from course_torch.verification.difference import first_wrong, norm, vector_of
from course_torch.verification.networks.calls.backward import right_alone
from course_torch.verification.networks.calls.judged_forward import NOT_FINITE, judged_forward
from course_torch.verification.networks.calls.update import wrong_update
from course_torch.verification.networks.central_differences import NumericJudge, by_differences
from course_torch.verification.networks.judged_network import Gradients, JudgedNetwork, computed, judged_on
from course_torch.verification.networks.parameters import OF_PARAMETERS, RANDOM_B, with_random_b
from course_torch.verification.networks.right_pass import RightPass
from course_torch.verification.report import GradientReport, TensorReport

SLOPE_ROUNDING = 1e-3
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
            if not ((slopes >= -SLOPE_ROUNDING) & (slopes <= 1 + SLOPE_ROUNDING)).all():
                return False
    return True


def report_on(
    network: DeepNetwork, X: Tensor, Y: Tensor, gradients: Gradients | None, seed: int, progress: Progress
) -> GradientReport:
    """The report on a network and examples that fit each other."""
    own = gradients is not None
    forward = judged_forward(network, X, Y, seed)
    if forward.wrong is not None:
        return GradientReport([], None, own, forward=forward.wrong, unjudged=forward.unjudged)
    # The backward pass of the network, and if it is right, the pass with random b
    reference = RightPass(network, X, Y)
    first = judged_on(reference, gradients, NOTHING)
    expected = [name for name in reference.right if name.kind in OF_PARAMETERS or not own]
    missing = tuple(name for name in expected if name not in first.found)
    networks = [first]
    if first.agrees and not missing:
        networks.append(judged_on(RightPass(with_random_b(network, seed), X, Y), gradients, RANDOM_B))
    last = networks[-1]
    # The verdicts on each tensor
    numeric = NumericJudge(network, X, Y, seed)
    tensors = [tensor_report(name, networks, numeric) for name in progress(list(first.formulas.found))]
    overflowed = {same(str(name)): NOT_FINITE for name in first.found if not is_finite(reference.right[name])}
    # What makes the first wrong tensor
    passes = [*(each.formulas for each in networks), *(each.trained for each in networks if each.trained is not None)]
    diagnoses = (each.diagnosis(reference) for each in passes)
    wrong = not all(each.formulas.agrees for each in networks) or bool(missing)
    return GradientReport(
        tensors,
        next((each for each in diagnoses if each is not None), None),
        own,
        broken=last.broken,
        missing=missing,
        forward=next((each.cost for each in networks if each.cost is not None), None),
        update=None if own else wrong_update(reference),
        rewired=wrong and not own and last.broken is None and right_alone(last.formulas.right_pass),
        unjudged=forward.unjudged | overflowed,
    )


def tensor_report(name: TensorName, networks: Sequence[JudgedNetwork], judge: NumericJudge) -> TensorReport:
    """The verdicts on a tensor. Autograd's is that with random b if the tensor is wrong only then."""
    first = networks[0].formulas
    manual, right, error = first.found[name], first.right_pass.right[name], first.errors[name]
    numeric, sampled, kinks = by_differences(name, manual, right, error, judge)
    formulas = [each.formulas.differences for each in networks]
    trained = [each.trained.differences for each in networks if each.trained is not None]
    by_formulas, by_training = ([each[name] for each in seen if name in each] for seen in (formulas, trained))
    return TensorReport(
        name=name,
        shape=tuple(manual.shape),
        norm=norm(vector_of(right)),
        formulas=first_wrong(by_formulas),
        numeric=numeric,
        trained=first_wrong(by_training) if by_training else None,
        sampled=sampled,
        kinks=kinks,
    )
