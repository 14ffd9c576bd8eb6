"""The references: exact values without the code under test, autograd's tensors, and the rounding errors of right code.

Each function of the forward pass returns the right tensor and the standard rounding error of each of its entries. `eps`
is that of the dtype in which the formula under test computes. The functions and losses of the project have exact
references. Any other is judged by torch's own module or loss, which its entry in the table names. A function without
both has no reference, and a text says so.

The tensors of a backward pass are listed in the order of computation: dZ[L], dW[L], db[L], dA[L-1], dslope[L-1] (if a
slope is learned), dZ[L-1], … dW[1], db[1], dA[0].
"""

from collections.abc import Callable, Sequence
from copy import deepcopy
from functools import partial
from math import inf, log2
from typing import Literal

import torch
from jaxtyping import Float, Num
from torch import Tensor, nn
from torch.func import functional_call

from course_torch.errors import InputError
from course_torch.formulas.activation import Activation
from course_torch.formulas.average import average
from course_torch.formulas.layers import BackwardStep, LayerCache, LayerGradients
from course_torch.formulas.output import Output
from course_torch.formulas.outputs import sum_rounding
from course_torch.language import Text
from course_torch.mistakes.context import TensorName, true_derivative
from course_torch.network.deep_network import DeepNetwork
from course_torch.network.parameters import LayerParameters, LayerTensors
from course_torch.network.propagation import backward_propagation
from course_torch.verification.calls import Raised, described, tried
from course_torch.verification.comparing import exact


def product_eps(X: Tensor) -> float:
    """ε of matrix products of such tensors: that of the dtype, or 2⁻¹⁰ if CUDA may compute float32 products in tf32."""
    tf32 = X.is_cuda and X.dtype == torch.float32 and torch.get_float32_matmul_precision() != "highest"
    return 2.0**-10 if tf32 else torch.finfo(X.dtype).eps


@torch.no_grad()
def rounding_errors(
    network: DeepNetwork,
    caches: Sequence[LayerCache],
    Y: Tensor,
    steps: Sequence[BackwardStep],
    eps: float,
    m: float | None = None,
) -> list[BackwardStep]:
    """The standard rounding error of every entry of a backward pass, for layers 1 to L, in float64 on the CPU.

    `eps` is the distance from 1 to the next number. Every operation passes on the errors of its inputs, whose squares
    add up. It also adds its own error: ε of each term, and ε · log₂(2n) · Σ|terms| for a sum of n terms that is
    computed as a tree. db has no logarithm, because torch's plain sum rounds less than its matrix product. Sums of
    narrow dtypes run in float32, so the ε of a sum is at most that of float32. The error is large relative to a sum
    whose terms cancel: with balanced labels db is a mean of numbers near ±1/2, and loses more digits than dW.
    """
    hidden, rows = network.hidden_activation, len(Y)
    m = rows if m is None else m
    sum_eps = min(eps, torch.finfo(torch.float32).eps)
    result: list[BackwardStep] = []
    dA: Tensor | None = None
    dA_error = torch.tensor(0.0)
    for layer, cache, step in reversed(list(zip(network.layers, caches, steps, strict=True))):
        A_prev, Z, A, dZ, W = (exact(each) for each in (cache.A_prev, cache.Z, cache.A, step.dZ, layer.W))
        dslope = None
        if dA is None:
            dZ_error = eps * (A.abs() + exact(Y).abs())
        else:
            slope = true_derivative(hidden, Z, None if layer.slope is None else exact(layer.slope))
            dZ_error = torch.hypot(dA_error * slope, eps * dA.abs())
            if step.gradients.dslope is not None:
                assert hidden.slope_derivative is not None
                by_slope = hidden.slope_derivative(Z)
                dslope = average(sum_error((dA_error * by_slope).norm(), dA * by_slope, eps, sum_eps), m)
                dslope = torch.hypot(dslope, eps * exact(step.gradients.dslope))
        terms_error = torch.hypot(dZ_error, eps * dZ)
        own_dW = average(dZ.abs().T @ A_prev.abs(), m)
        own_db = average(dZ.abs().sum(dim=0, keepdim=True), m)
        dW_error = average((terms_error.square().T @ A_prev.square()).sqrt(), m)
        db_error = average(dZ_error.norm(dim=0, keepdim=True), m)
        dW_error = torch.hypot(dW_error, depth(rows) * sum_eps * own_dW + eps * exact(step.gradients.dW).abs())
        db_error = torch.hypot(db_error, sum_eps * own_db + eps * exact(step.gradients.db).abs())
        dA = None if step.dA_prev is None else exact(step.dA_prev)
        dA_error = torch.hypot(
            (terms_error.square() @ W.square()).sqrt(), depth(dZ.shape[1]) * sum_eps * (dZ.abs() @ W.abs())
        )
        gradients = LayerGradients(dW_error, db_error, dslope)
        result.append(BackwardStep(dZ_error, gradients, None if dA is None else dA_error))
    return result[::-1]


def standard_errors(
    network: DeepNetwork,
    caches: Sequence[LayerCache],
    Y: Num[Tensor, "m n_y"],
    steps: Sequence[BackwardStep],
    eps: float,
    m: float | None = None,
) -> "Tensors":
    """Name -> the standard error of each entry: its rounding error, and what labels of a softmax that miss 1 add.

    An error that overflows is infinite, also where it meets g' = 0: then nothing is known of the entry.
    """
    errors = in_order(rounding_errors(network, caches, Y, steps, eps, m))
    added = errors_of_labels(network, caches, Y, len(Y) if m is None else m)
    return {name: (error + added.get(name, 0)).nan_to_num(nan=inf, posinf=inf) for name, error in errors.items()}


def errors_of_labels(
    network: DeepNetwork, caches: Sequence[LayerCache], Y: Num[Tensor, "m n_y"], m: float
) -> "Tensors":
    """A (Σ_j Y_j - 1) in dZ[L], and what the backward pass makes of it. Empty for other outputs than softmax.

    The derivative of the loss is A Σ Y - Y. The difference from A - Y may have one sign in all examples, and then grows
    more in a sum than independent errors.
    """
    if network.output.name != "softmax":
        return {}
    errors, dA = dict[TensorName, Tensor](), torch.empty(0)
    for l, (layer, cache) in reversed([*enumerate(zip(network.layers, caches, strict=True), start=1)]):
        A_prev, Z, A, W = (exact(each) for each in (cache.A_prev, cache.Z, cache.A, layer.W))
        if l == len(caches):
            dZ = A * (exact(Y).sum(dim=1, keepdim=True) - 1).clamp(-sum_rounding(Y), sum_rounding(Y))
        else:
            hidden = network.hidden_activation
            dZ = dA * true_derivative(hidden, Z, None if layer.slope is None else exact(layer.slope))
            if hidden.slope_derivative is not None:
                errors[TensorName("dslope", l)] = average((dA * hidden.slope_derivative(Z)).sum(), m).abs()
        dA = dZ @ W
        errors[TensorName("dZ", l)], errors[TensorName("dA", l - 1)] = dZ.abs(), dA.abs()
        errors[TensorName("dW", l)] = average(dZ.T @ A_prev, m).abs()
        errors[TensorName("db", l)] = average(dZ.sum(dim=0, keepdim=True), m).abs()
    return errors


def root_of_squares(a: Tensor, b: Tensor) -> Tensor:
    """√(Σ_k a_ik² b_kj²): the error of a product whose terms have independent errors.

    The largest entry is taken out of the squares, which would overflow from 1e154 on.
    """
    a_scale, b_scale = (each.abs().amax() if each.any() else torch.ones_like(each.sum()) for each in (a, b))
    return a_scale * (b_scale * ((a / a_scale).square() @ (b / b_scale).square()).sqrt())


def sum_error(passed_on: Tensor, terms: Tensor, eps: float, sum_eps: float) -> Tensor:
    """The error of a sum: its own rounding error, and the error `passed_on` by its terms."""
    own = depth(terms.numel()) * sum_eps * terms.abs().sum()
    return torch.hypot(passed_on, torch.hypot(eps * terms.norm(), own))


def depth(n: int) -> float:
    """log₂(2n): the number of additions above a term in a tree of n terms, plus 1."""
    return log2(2 * max(n, 1))


Judged = tuple[Tensor, Tensor]
ULPS = 4
"""The largest error of torch's exp, tanh and log, in units of ε of the result."""
LOST = 0.1
"""The largest part of a loss that may be lost because the loss is written otherwise. A larger part is a finding."""


def weighted_sums(A_prev: Tensor, W: Tensor, b: Tensor, eps: float) -> Judged:
    """Z = A_prev Wᵀ + b. Each product has the error ε, and the sum that of a tree in float32 or better."""
    Z = A_prev @ W.T + b
    sum_eps = min(eps, torch.finfo(torch.float32).eps)
    products = eps * root_of_squares(A_prev, W.T)
    sums = depth(A_prev.shape[1] + 1) * sum_eps * (A_prev.abs() @ W.T.abs() + b.abs())
    return Z, products + sums + eps * Z.abs()


def softplus(Z: Tensor) -> Tensor:
    """log(1 + exp(Z)), to all digits on both sides of 0: torch's softplus is Z from Z = 20 on."""
    return torch.logaddexp(Z, torch.zeros_like(Z))


def softmax(Z: Tensor) -> Tensor:
    """exp(Z_j) / Σ_k exp(Z_k), shifted by the largest Z of each example."""
    shifted = (Z - Z.amax(dim=1, keepdim=True)).exp()
    return shifted / shifted.sum(dim=1, keepdim=True)


VALUES: dict[str, Callable[[Tensor, Tensor | None], Tensor]] = {
    "sigmoid": lambda Z, slope: torch.special.expit(Z),
    "tanh": lambda Z, slope: torch.tanh(Z),
    "relu": lambda Z, slope: Z.clamp(min=0),
    "leaky_relu": lambda Z, slope: Z.clamp(min=0) + (0.01 if slope is None else slope) * Z.clamp(max=0),
    "identity": lambda Z, slope: Z,
    "softmax": lambda Z, slope: softmax(Z),
}
"""Name of an activation or of an output -> g(Z)."""


def true_function(g: Activation | Output, slope: Tensor | None = None) -> Callable[[Tensor], Tensor] | None:
    """g in float64: the exact reference of this name, or torch's module. None without both."""
    if g.name in VALUES:
        return lambda Z: VALUES[g.name](Z, slope)
    module = g.module
    if module is None:
        return None
    if slope is None:
        return lambda Z: module().double()(Z)
    return lambda Z: functional_call(module().double(), {"weight": slope.reshape(1)}, Z, strict=True)


NO_ENTRY = Text("{name} has no {kind}", "{name} 没有 {kind}")
ENTRY_RAISES = Text("the {kind} of {name} {raises}", "{name} 的 {kind} {raises}")
ENTRY_RETURNS = Text(
    "the {kind} of {name} returns {found}, expected the shape {shape}",
    "{name} 的 {kind} 返回{found}，应当是形状 {shape}",
)


def by_torch(
    name: str, kind: Literal["module", "torch_loss"], compute: Callable[..., Tensor] | None, *arguments: Tensor
) -> Tensor | Text:
    """What the module or the loss of torch computes that an entry names, or why it is no reference."""
    if compute is None:
        return NO_ENTRY.fill(name=name, kind=kind)
    right, Z = tried(partial(compute, *arguments)), arguments[0]
    if isinstance(right, Raised):
        return ENTRY_RAISES.fill(name=name, kind=kind, raises=right.text)
    fits = getattr(right, "shape", None) in (Z.shape, Z.shape[:1])
    returned = {"name": name, "kind": kind, "found": described(right), "shape": tuple(Z.shape)}
    return right if fits else ENTRY_RETURNS.fill(**returned)


def values(g: Activation | Output, Z: Tensor, slope: Tensor | None, dtype: torch.dtype) -> Judged | Text:
    """A = g(Z). softmax takes exp of a difference, whose rounding error grows with the difference.

    tanh may be written as (exp(Z) - exp(-Z)) / (exp(Z) + exp(-Z)): each exp near 1 is rounded by at most ε / 2. A
    function without an exact reference may be written with numbers near 1 and near Z. A probability below the smallest
    number of the dtype may become 0.
    """
    A, limits = by_torch(g.name, "module", true_function(g, slope), Z), torch.finfo(dtype)
    if isinstance(A, Text):
        return A
    spread = Z.amax(dim=1, keepdim=True) - Z if g.name == "softmax" else 0.0
    terms = 0.5 if g.name == "tanh" else 0.0 if g.name in VALUES else 1 + Z.abs()
    return A, limits.eps * ((ULPS + spread) * A.abs() + terms) + limits.tiny


def losses_of_sigmoid(Z: Tensor, Y: Tensor, eps: float) -> Judged:
    """L = Σ Y softplus(-Z) + (1 - Y) softplus(Z).

    The loss may be written with log A and log(1 - A), whose rounding errors are ε and ε / (1 - A) = ε (1 + exp(Z)), or
    as softplus(Z) - Y Z, whose rounding error is ε |Z|. For sure predictions these errors are larger than the loss in
    the dtype, so that any number would pass: no more than the fraction LOST of the loss is allowed.
    """
    losses = Y * softplus(-Z) + (1 - Y) * softplus(Z)
    written_otherwise = eps * (1 + Z.abs() + (1 - Y) * Z.clamp(max=100).exp())
    return losses.sum(dim=1), (eps * ULPS * losses + written_otherwise.minimum(LOST * losses)).sum(dim=1)


def losses_of_softmax(Z: Tensor, Y: Tensor, eps: float) -> Judged:
    """L = Σ_j Y_j (logsumexp(Z) - Z_j).

    torch's log_softmax has the rounding error ε of numbers near 1. A loss that is written as the difference has the
    rounding error of both numbers, but no more than the fraction LOST is allowed.
    """
    total = Z.logsumexp(dim=1, keepdim=True)
    losses = (Y * (total - Z)).sum(dim=1)
    written_otherwise = eps * ULPS * (1 + total.abs() + Z.abs()).amax(dim=1)
    return losses, eps * (1 + ULPS * losses) + written_otherwise.minimum(LOST * losses)


def losses_of_identity(Z: Tensor, Y: Tensor, eps: float) -> Judged:
    """L = ½ Σ (Z - Y)²."""
    error = eps * ULPS * ((Z - Y).abs() * (Z.abs() + Y.abs())).sum(dim=1)
    return (Z - Y).square().sum(dim=1) / 2, error


def losses_of_torch(L: Tensor, Z: Tensor, Y: Tensor, eps: float) -> Judged:
    """L by torch's own loss. The loss may be written with products of Z and Y, with exp and with log.

    As in `losses_of_sigmoid`, these errors count up to the fraction LOST of the loss.
    """
    terms = ((1 + Z.abs()) * (1 + Y.abs()) + Z.abs().clamp(max=100).exp()).sum(dim=1)
    return L, eps * ULPS * L.abs() + (eps * terms).minimum(LOST * L.abs())


def losses(output: Output, Z: Tensor, Y: Tensor, dtype: torch.dtype) -> Judged | Text:
    """L of each example. A loss below the smallest number of the dtype may become 0."""
    limits = torch.finfo(dtype)
    if output.name in LOSSES:
        L, error = LOSSES[output.name](Z, Y, limits.eps)
    elif isinstance(right := by_torch(output.name, "torch_loss", output.torch_loss, Z, Y), Text):
        return right
    else:
        L, error = losses_of_torch(right.reshape(len(Z), -1).sum(dim=1), Z, Y, limits.eps)
    return L, error + limits.tiny


LOSSES = {"sigmoid": losses_of_sigmoid, "softmax": losses_of_softmax, "identity": losses_of_identity}
"""Name of an output -> its losses."""


def total(losses: Tensor, eps: float) -> Judged:
    """m J = Σ L. The sum runs in float32 or better, and J is rounded twice: at the division and to its dtype."""
    sum_eps = min(eps, torch.finfo(torch.float32).eps)
    return losses.sum(), (2 * eps + depth(len(losses)) * sum_eps) * losses.abs().sum()


Tensors = dict[TensorName, Tensor]


def in_order(steps: Sequence[BackwardStep]) -> Tensors:
    """Name -> tensor, from layer L to layer 1. `steps` are the backward steps of layers 1 to L, or their errors."""
    tensors: dict[TensorName, Tensor | None] = {}
    for l, step in reversed(list(enumerate(steps, start=1))):
        tensors |= {
            TensorName("dslope", l): step.gradients.dslope,
            TensorName("dZ", l): step.dZ,
            TensorName("dW", l): step.gradients.dW,
            TensorName("db", l): step.gradients.db,
            TensorName("dA", l - 1): step.dA_prev,
        }
    return {name: tensor for name, tensor in tensors.items() if tensor is not None}


def with_slope_1_at_zero(network: DeepNetwork, caches: Sequence[LayerCache], Y: Num[Tensor, "m n_y"]) -> Tensors:
    """Run the hand-written backward pass with g'(0) = g'(0+), which notes 2.4 allow as well as g'(0) = g'(0-)."""
    tiny = torch.finfo(caches[0].Z.dtype).tiny
    above = [cache._replace(Z=torch.where(cache.Z == 0, tiny, cache.Z)) for cache in caches]
    with torch.no_grad():
        steps = backward_propagation(
            Y, network.layers, above, network.hidden_activation, network.output, m=len(Y), input_derivative=True
        )
    return in_order(steps)


def by_autograd(network: DeepNetwork, X: Float[Tensor, "m n_x"], Y: Num[Tensor, "m n_y"]) -> Tensors:
    """dZ = m · Z.grad, dA = m · A.grad, dW = W.grad, db = b.grad, by torch.autograd (docs/average.md)."""
    network = trainable_copy(network)
    with torch.enable_grad():
        caches = network.caches(X.detach().requires_grad_())
        J = network.output.cost(caches[-1].Z, Y)
    if not J.requires_grad:
        raise InputError(
            "the forward pass: autograd finds no way from any parameter to J; a formula detaches it",
            "正向传播：autograd 找不到从任何参数到 J 的路径；有一个公式断开了它",
        )
    layers = zip(network.layers, caches, strict=True)
    # Each tensor stands where its derivative stands in a step, so its name is that of the derivative.
    inputs = in_order(
        [BackwardStep(cache.Z, LayerGradients(*layer.learned()), cache.A_prev) for layer, cache in layers]
    )
    gradients = dict(zip(inputs, torch.autograd.grad(J, [*inputs.values()], allow_unused=True), strict=True))
    lost = [f"{name.kind[1:]}[{name.layer}]" for name, gradient in gradients.items() if gradient is None]
    if lost:
        raise InputError(
            f"the forward pass: autograd finds no way from {', '.join(lost)} to J; a formula leaves it out",
            f"正向传播：autograd 找不到从 {', '.join(lost)} 到 J 的路径；有一个公式漏掉了它",
        )
    return {name: len(X) * gradient if name.of_loss else gradient for name, gradient in gradients.items()}


def trainable_copy(network: DeepNetwork) -> DeepNetwork:
    """Copy the network without its gradients. Each layer of the copy has trainable parameters of its own.

    A parameter may be frozen, shared or computed in the network.
    """
    layers = nn.ModuleList(own_parameters(layer()) for layer in network.layers)
    return deepcopy(network, {id(network.layers): layers})


RANDOM_B = Text(", seen with random b", "，b 取随机数时可见")


@torch.no_grad()
def with_random_b(network: DeepNetwork, seed: int) -> DeepNetwork:
    """A copy of the network with random b."""
    copy, generator = trainable_copy(network), torch.Generator().manual_seed(seed)
    for layer in copy.layers:
        layer.b.copy_(torch.randn(layer.b.shape, generator=generator))
    return copy


def own_copies(network: DeepNetwork, X: Tensor, Y: Tensor) -> tuple[DeepNetwork, Tensor, Tensor]:
    """Copies that a judged formula may change in place: the caller keeps its network and its examples."""
    return trainable_copy(network), X.detach().clone(), Y.clone()


def own_parameters(tensors: LayerTensors) -> LayerParameters:
    """A layer with copies of these tensors."""
    learned = len(tensors.learned()) == len(LayerGradients._fields)
    layer = LayerParameters.__new__(LayerParameters)
    nn.Module.__init__(layer)  # LayerParameters would draw numbers
    for name, tensor in tensors._asdict().items():
        copy = None if tensor is None else tensor.detach().clone()
        if copy is None or (name == "slope" and not learned):
            layer.register_buffer(name, copy)
        else:
            layer.register_parameter(name, nn.Parameter(copy))
    return layer
