"""Compare the hand-written gradients with autograd and central differences, and autograd with what training uses."""

from collections.abc import Callable, Iterable, Sequence

import torch
from jaxtyping import Float, Shaped
from torch import Tensor

from course_torch.errors import InputError, check_name
from course_torch.formulas.layers import BackwardStep, LayerGradients
from course_torch.mistakes.context import ForwardPass, TensorName
from course_torch.network.deep_network import DeepNetwork
from course_torch.network.dimensions import as_numbers, check_batch, check_labels, check_values
from course_torch.network.network_cost import check_recordable
from course_torch.verification.as_trained import BACKWARD, KINDS, TRAINING_METHODS, TrainedGradients, trained_or_broken
from course_torch.verification.backward_tensors import Tensors, by_autograd, in_order
from course_torch.verification.diagnosis import diagnose
from course_torch.verification.difference import ANOTHER_SHAPE, Difference, difference
from course_torch.verification.forward_check import wrong_forward
from course_torch.verification.given_gradients import answered, answers_itself, named_gradients, whole
from course_torch.verification.hand_written import hand_written, right_alone
from course_torch.verification.numeric import NumericJudge
from course_torch.verification.report import OWN, GradientReport, TensorReport
from course_torch.verification.rounding import depth, product_eps, rounding_errors

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

    The forward pass is judged first, by an independent computation. If it is wrong, no gradient is judged.

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
    if (forward := wrong_forward(network, X, Y, seed)) is not None:
        return GradientReport([], None, method, forward=forward)
    autograd = by_autograd(network, X, Y)
    with torch.no_grad():
        caches = network.caches(X)
    right = [step_of(autograd, l) for l in range(1, len(caches) + 1)]
    errors = in_order(rounding_errors(network, caches, Y, right, product_eps(X)))
    trained = TrainedGradients({}, {})
    if gradients is not None:
        labels = Y if Y.is_floating_point() else Y.to(dtype)  # matrix products need one dtype
        manual, broken = named_gradients(gradients(network, X, labels)), None
    else:
        manual, broken = hand_written(network, X, Y)
        manual |= answered(network, X, Y)
        if broken is None and whole(manual, autograd):
            trained, broken = trained_or_broken(network, X, Y, method)
    # The fast loops compute db by a matrix product, which rounds more than a plain sum.
    factor = {"db": depth(len(X))} if method != BACKWARD else {}
    trained_errors = {name: errors[name] * factor.get(name.kind, 1) + trained.errors.get(name, 0) for name in errors}
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
            trained=difference(trained.tensors[name], autograd[name], trained_errors[name])
            if name in trained.tensors
            else None,
            sampled=sampled,
            kinks=kinks,
        )

    tensors = [judged(name) for name in progress(list(manual))]
    given = ForwardPass.of(network, caches, Y)
    diagnosis = diagnose(manual, autograd, errors, given) or diagnose(
        {name: trained.tensors[name] for name in manual if name in trained.tensors}, autograd, trained_errors, given
    )
    expected = [name for name in autograd if gradients is None or name.kind in KINDS]
    missing = tuple(name for name in expected if name not in manual)
    wrong = not all(each.formulas.agrees for each in tensors) or bool(missing)
    by_network = gradients is None and broken is None and not answers_itself(network)
    rewired = wrong and by_network and right_alone(network, X, Y, autograd, errors)
    return GradientReport(tensors, diagnosis, method, broken, missing, rewired=rewired)


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
