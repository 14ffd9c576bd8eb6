"""Compare the hand-written gradients with autograd, with central differences, and with what training uses."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import chain

import torch
from jaxtyping import Float, Shaped
from torch import Tensor

from course_torch.errors import check_name
from course_torch.formulas.layers import LayerGradients
from course_torch.language import NOTHING, Text, joined, same
from course_torch.mistakes.context import TensorName
from course_torch.network.autograd_bridge import check_recordable
from course_torch.network.deep_network import DeepNetwork
from course_torch.network.dimensions import (
    as_numbers,
    check_batch,
    check_labels,
    check_parameters,
    check_values,
    is_finite,
)
from course_torch.verification.comparing import ANOTHER_SHAPE, Difference, difference, exact, norm, vector_of
from course_torch.verification.forward_check import NOT_FINITE, wrong_forward
from course_torch.verification.hand_written import hand_written, right_alone
from course_torch.verification.judged_pass import JudgedPass, wrong_cost
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
from course_torch.verification.pass_failure import Finding
from course_torch.verification.reference import RANDOM_B, Tensors, depth, with_random_b
from course_torch.verification.report import OWN, GradientReport, TensorReport
from course_torch.verification.right_pass import Reference

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
    method: str = BACKWARD,
    gradients: Gradients | None = None,
    seed: int = 0,
    progress: Progress = iter,
) -> GradientReport:
    """Compare every dZ, dW, db, dA and learned dslope of the network on these examples.

    The forward pass is judged first, by an independent computation. If it is wrong, no gradient is judged. The J that
    training computes or records is judged by the losses of this forward pass. Before the first update every b is 0,
    which hides mistakes with b: if all is right, a copy of the network with random b is judged too. The copy decides
    alone if a tensor differs where Z of ReLU is exactly 0, because notes 2.4 allow the slopes 0 and 1 there.

    method     how training computes its gradients: "backward" (J.backward()), or plain, fused, gram (gradient_descent)
    gradients  your own function, which returns dW and db of layers 1 to L: the report then judges these instead
    seed       seed of the random sample of entries of large tensors
    progress   wraps the list of tensor names, to show a progress bar

    Raises InputError if there are no examples, if X or Y does not fit the network, for X or parameters that are not
    finite, for labels that are no classes, if the dtype of the network is not in DTYPES, or if the method is unknown.
    """
    check_name("method", method, TRAINING_METHODS)
    W = network.layers[0].W
    dtype = W.dtype
    check_name("dtype", str(dtype), [*map(str, DTYPES)])
    check_batch(network.layer_sizes, X, Y, W=W)
    check_values(X)
    check_parameters(network.tensors())
    check_recordable(X, Y, network.tensors())
    check_labels(Y, network.output)
    Y = as_numbers(Y)
    report = report_on(network, X, Y, method, gradients, seed, progress)
    layers = layers_at_kink(network, X) if report.tensors and not report.agrees else []
    if layers and (given := computed(network, X, Y, gradients)[0]) and slopes_are_allowed(given, network, X):
        copy = with_random_b(network, seed)
        report = replace(report_on(copy, X, Y, method, gradients, seed, progress), at_kink=tuple(layers))
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


def report_on(
    network: DeepNetwork, X: Tensor, Y: Tensor, method: str, gradients: Gradients | None, seed: int, progress: Progress
) -> GradientReport:
    """The report on a network and examples that fit each other."""
    method = method if gradients is None else OWN
    unjudged: dict[Text, Text] = {}
    if (forward := wrong_forward(network, X, Y, seed, unjudged)) is not None:
        return GradientReport([], None, method, forward=forward, unjudged=unjudged)
    reference = Reference(network, X, Y)
    autograd, errors = reference.right, reference.errors()
    manual, broken = computed(network, X, Y, gradients)
    missing = tuple(name for name in autograd if name not in manual and (gradients is None or name.kind in KINDS))
    trained: list[TrainedGradients] = []
    if gradients is None and broken is None and whole(manual, autograd):
        trained, broken = trained_or_broken(network, X, Y, method)
    unjudged |= {same(str(name)): NOT_FINITE for name in manual if not is_finite(autograd[name])}
    manual = with_finite_reference(manual, reference)
    # The fast loops compute db by a matrix product and learners by a loop, which round more than a plain sum.
    factor = {"db": depth(len(X))} if method != BACKWARD else {}

    def noise_of(passes: Reference) -> Tensors:
        return {name: error * factor.get(name.kind, 1) for name, error in passes.errors().items()}

    own_noise = noise_of if method == OWN else Reference.errors
    by_formulas, right = [JudgedPass(reference, manual, own_noise(reference))], {network: reference}

    def judged_update(step: TrainedGradients) -> JudgedPass:
        own = right.get(step.network) or Reference(step.network, X, Y)
        noise = {name: error + step.errors.get(name, 0) for name, error in noise_of(own).items()}
        found = with_finite_reference({n: step.tensors[n] for n in manual if n in step.tensors}, own)
        return JudgedPass(own, found, noise, step.update, method != BACKWARD)

    updates = [judged_update(step) for step in trained]
    if broken is None and not missing and all(each.agrees for each in (*by_formulas, *updates[:1])):
        copy = with_random_b(network, seed)
        own = right[copy] = Reference(copy, X, Y)
        found, broken = computed(copy, X, Y, gradients)
        by_formulas.append(JudgedPass(own, with_finite_reference(found, own), own_noise(own), RANDOM_B))
        if trained and broken is None and method == BACKWARD:
            more, broken = trained_or_broken(copy, X, Y, method)
            trained += [step._replace(update=RANDOM_B) for step in more]
            updates += map(judged_update, trained[1:])
        broken = broken and replace(broken, seen=joined(NOTHING, (broken.seen, RANDOM_B)))
    seen_by = chain(
        (each.diagnosis(by_formulas[:1]) for each in by_formulas),
        (each.diagnosis(updates[:i], updates[i + 1 :]) for i, each in enumerate(updates)),
    )
    diagnosis = next((seen for seen in seen_by if seen is not None), None)
    for step, update in zip(trained, updates, strict=True):
        if step.network is network or update.agrees or len(step.costs) != step.expected:  # else J of another network
            forward = forward or wrong_cost(step, update.reference, method)
    judge = NumericJudge(network, X, Y, seed)

    def judged(name: TensorName) -> TensorReport:
        numeric, sampled, kinks = by_differences(name, manual[name], autograd[name], errors[name], judge)
        seen = [each.differences[name] for each in by_formulas if name in each.differences]
        as_trained = [each.differences[name] for each in updates if name in each.differences]
        return TensorReport(
            name=name,
            shape=tuple(manual[name].shape),
            norm=norm(vector_of(autograd[name])),
            formulas=first_wrong(seen),
            numeric=numeric,
            trained=first_wrong(as_trained) if as_trained else None,
            updates=sum(each.judged or not each.agrees for each in as_trained),
            sampled=sampled,
            kinks=kinks,
        )

    tensors = [judged(name) for name in progress(list(manual))]
    wrong = not all(each.formulas.agrees for each in tensors) or bool(missing)
    by_network = gradients is None and broken is None and not answers_itself(network)
    rewired = wrong and by_network and right_alone(by_formulas[-1].reference)
    return GradientReport(tensors, diagnosis, method, broken, missing, forward, rewired, unjudged)


def computed(network: DeepNetwork, X: Tensor, Y: Tensor, gradients: Gradients | None) -> tuple[Tensors, Finding | None]:
    """The tensors of a function of the user or of the hand-written pass, and where the hand-written pass ends."""
    if gradients is not None:
        labels = Y if Y.is_floating_point() else Y.to(X.dtype)  # matrix products need one dtype
        return named_gradients(gradients(network, X, labels)), None
    manual, broken = hand_written(network, X, Y)
    return manual | answered(network, X, Y), broken


def with_finite_reference(found: Tensors, reference: Reference) -> Tensors:
    """The tensors whose right numbers are finite. Nothing judges the others: the pass of a right network overflows."""
    return {name: tensor for name, tensor in found.items() if is_finite(reference.right[name])}


def first_wrong(seen: Sequence[Difference]) -> Difference:
    """The first difference that is too large, or else the first of all."""
    return next((each for each in seen if not each.agrees), seen[0])


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
    tensors = (manual, autograd, error, judge.exact[name])
    a, b, rounding, right = (exact(each).flatten()[numeric.indices][fair] for each in tensors)
    errors = numeric.errors[fair] + rounding + (b - right).abs()
    return difference(a, numeric.values[fair], errors), sampled, int(numeric.kink.sum())
