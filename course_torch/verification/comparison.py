"""Compare the hand-written gradients with autograd, with central differences, and with what training uses."""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import torch
from jaxtyping import Float, Shaped
from torch import Tensor

from course_torch.errors import InputError, check_name
from course_torch.formulas.layers import BackwardStep, LayerCache, LayerGradients
from course_torch.mistakes.context import ForwardPass, TensorName
from course_torch.network.autograd_bridge import check_recordable
from course_torch.network.deep_network import DeepNetwork
from course_torch.network.dimensions import as_numbers, check_batch, check_labels, check_values
from course_torch.verification.comparing import ANOTHER_SHAPE, Difference, difference
from course_torch.verification.diagnosis import diagnose
from course_torch.verification.forward_check import wrong_cost, wrong_forward
from course_torch.verification.hand_written import hand_written, right_alone
from course_torch.verification.judges import (
    BACKWARD,
    KINDS,
    TRAINING_METHODS,
    NumericJudge,
    TrainedGradients,
    answered,
    answers_itself,
    named_gradients,
    trained_or_broken,
    whole,
)
from course_torch.verification.reference import Tensors, by_autograd, depth, in_order, product_eps, rounding_errors
from course_torch.verification.report import OWN, GradientReport, TensorReport

Gradients = Callable[[DeepNetwork, Tensor, Tensor], Sequence[LayerGradients]]
"""(network, X, Y) -> the gradients of layers 1 to L."""
DTYPES = (torch.float64, torch.float32, torch.bfloat16)
"""The dtypes that can be compared. float16 is left out, because small entries underflow to 0."""


def compare_gradients(
    network: DeepNetwork,
    X: Float[Tensor, "m n_x"],
    Y: Shaped[Tensor, "m n_y"],
    *,
    method: str = BACKWARD,
    gradients: Gradients | None = None,
    seed: int = 0,
    progress: Callable[[list[TensorName]], Iterable[TensorName]] = iter,
) -> GradientReport:
    """Compare every dZ, dW, db, dA and learned dslope of the network on these examples.

    The forward pass is judged first, by an independent computation. If it is wrong, no gradient is judged. The J that
    training computes or records is judged by the losses of this forward pass.

    method     how training computes its gradients: "backward" (J.backward()), or plain, fused, gram (gradient_descent)
    gradients  your own function, which returns dW and db of layers 1 to L: the report then judges these instead
    seed       seed of the random sample of entries of large tensors
    progress   wraps the list of tensor names, to show a progress bar

    Raises InputError if there are no examples, if X or Y does not fit the network, for labels that are no classes, if
    the dtype of the network is not in DTYPES, or if the method is unknown.
    """
    check_name("method", method, dict.fromkeys(TRAINING_METHODS))
    W = network.layers[0].W
    dtype = W.dtype
    if dtype not in DTYPES:
        raise InputError(f"dtype: found {dtype}, expected one of {', '.join(map(str, DTYPES))}")
    check_batch(network.layer_sizes, X, Y, W=W)
    check_values(X)
    check_recordable(X, Y, network.tensors())
    if len(X) == 0:
        raise InputError("X: found no examples, expected at least 1")
    check_labels(Y, network.output)
    Y = as_numbers(Y)
    method = method if gradients is None else OWN
    unjudged: dict[str, str] = {}
    if (forward := wrong_forward(network, X, Y, seed, unjudged)) is not None:
        return GradientReport([], None, method, forward=forward, unjudged=unjudged)
    reference = caches, autograd, errors = reference_of(network, X, Y)
    trained: list[TrainedGradients] = []
    if gradients is not None:
        labels = Y if Y.is_floating_point() else Y.to(dtype)  # matrix products need one dtype
        manual, broken = named_gradients(gradients(network, X, labels)), None
    else:
        manual, broken = hand_written(network, X, Y)
        manual |= answered(network, X, Y)
        if broken is None and whole(manual, autograd):
            trained, broken = trained_or_broken(network, X, Y, method)
    given = ForwardPass.of(network, caches, Y)
    diagnosis = diagnose(manual, autograd, errors, given)
    updates: dict[TensorName, list[Difference]] = {name: [] for name in manual}
    # The fast loops compute db by a matrix product, which rounds more than a plain sum.
    factor = {"db": depth(len(X))} if method != BACKWARD else {}
    for step in trained:
        own = reference if step.network is network else reference_of(step.network, X, Y)
        noise = {n: error * factor.get(n.kind, 1) + step.errors.get(n, 0) for n, error in own.errors.items()}
        found = {n: step.tensors[n] for n in manual if n in step.tensors and own.tensors[n].isfinite().all()}
        for name, tensor in found.items():
            updates[name].append(difference(tensor, own.tensors[name], noise[name]))
        if diagnosis is None:
            diagnosis = diagnose(found, own.tensors, noise, ForwardPass.of(step.network, own.caches, Y))
            diagnosis = diagnosis and diagnosis.at(step.update)
        forward = forward or wrong_cost(step, own.caches[-1].Z, Y, method)
    judge = NumericJudge(network, X, Y, seed)
    exact = by_autograd(judge.network, X.detach().cpu().double(), judge.Y)

    def judged(name: TensorName) -> TensorReport:
        numeric, sampled, kinks = by_differences(name, manual[name], autograd[name], errors[name], exact[name], judge)
        return TensorReport(
            name=name,
            shape=tuple(manual[name].shape),
            norm=autograd[name].double().norm().item(),
            formulas=difference(manual[name], autograd[name], errors[name]),
            numeric=numeric,
            trained=next((seen for seen in updates[name] if not seen.agrees), next(iter(updates[name]), None)),
            updates=sum(seen.judged or not seen.agrees for seen in updates[name]),
            sampled=sampled,
            kinks=kinks,
        )

    tensors = [judged(name) for name in progress(list(manual))]
    expected = [name for name in autograd if gradients is None or name.kind in KINDS]
    missing = tuple(name for name in expected if name not in manual)
    wrong = not all(each.formulas.agrees for each in tensors) or bool(missing)
    by_network = gradients is None and broken is None and not answers_itself(network)
    rewired = wrong and by_network and right_alone(network, X, Y, autograd, errors)
    return GradientReport(tensors, diagnosis, method, broken, missing, forward, rewired, unjudged)


class Reference(NamedTuple):
    """The forward pass of a network, autograd's tensors, and the standard rounding error of each entry."""

    caches: list[LayerCache]
    tensors: Tensors
    errors: Tensors


def reference_of(network: DeepNetwork, X: Tensor, Y: Tensor) -> Reference:
    """The right gradients of a network, and how far right computations may be apart."""
    tensors = by_autograd(network, X, Y)
    with torch.no_grad():
        caches = network.caches(X)
    steps = [step_of(tensors, l) for l in range(1, len(caches) + 1)]
    return Reference(caches, tensors, in_order(rounding_errors(network, caches, Y, steps, product_eps(X))))


def step_of(tensors: Tensors, l: int) -> BackwardStep:
    """The tensors of layer l as the backward step that computes them."""
    dZ, dW, db, dA_prev = (tensors[TensorName(*name)] for name in (("dZ", l), ("dW", l), ("db", l), ("dA", l - 1)))
    return BackwardStep(dZ, LayerGradients(dW, db, tensors.get(TensorName("dslope", l))), dA_prev)


def by_differences(
    name: TensorName, manual: Tensor, autograd: Tensor, error: Tensor, exact: Tensor, judge: NumericJudge
) -> tuple[Difference | None, int, int]:
    """Compare the hand-written tensor with central differences.

    Returns the difference (None if every sampled entry is at a kink), the number of sampled entries, and the number of
    entries at a kink. `exact` is autograd's tensor in float64. Its distance from `autograd` is the error of autograd in
    the network's dtype.
    """
    if manual.shape != autograd.shape:
        return ANOTHER_SHAPE, 1, 0
    numeric = judge.derivative(name, manual.shape)
    fair, sampled = ~numeric.kink, len(numeric.indices)
    if not fair.any():
        return None, sampled, sampled
    a, b, rounding, right = (
        each.detach().cpu().double().flatten()[numeric.indices][fair] for each in (manual, autograd, error, exact)
    )
    errors = numeric.errors[fair] + rounding + (b - right).abs()
    return difference(a, numeric.values[fair], errors), sampled, int(numeric.kink.sum())
