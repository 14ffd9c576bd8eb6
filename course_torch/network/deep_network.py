"""A network of L layers: parameters, cost, predictions, score, and gradients by hand and by autograd (notes 3.2)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, cast

import torch
from jaxtyping import Float, Num, Shaped
from torch import Tensor, nn

from course_torch.errors import check_name
from course_torch.formulas.activations import ACTIVATIONS
from course_torch.formulas.average import average
from course_torch.formulas.layers import BackwardStep, LayerCache, LayerGradients
from course_torch.formulas.outputs import OUTPUTS
from course_torch.network.autograd_bridge import autocast_of_forward, autocast_state, network_cost
from course_torch.network.dimensions import (
    as_numbers,
    check_batch,
    check_finite,
    check_labels,
    check_layer_sizes,
    check_m,
)
from course_torch.network.parameters import INITIALIZATIONS, Generator, LayerParameters, LayerTensors
from course_torch.network.propagation import backward_propagation, forward_propagation

TABLES: dict[str, Mapping[str, Any]] = {"hidden_activation": ACTIVATIONS, "output": OUTPUTS}
"""Attribute of a network -> the table that holds its value by name."""
CHECKED, EVERY = 10, 100
"""To check labels takes up to a fifth of a small step, and on an accelerator the CPU waits for the device."""


class DeepNetwork(nn.Module):
    """A[0] = X, A[l] = g(A[l-1] W[l]ᵀ + b[l]), ŷ = A[L]. With L = 1 this is logistic regression.

    layer_sizes         [n_x, n_1, …, n_y]
    hidden_activation   a name in ACTIVATIONS; `slope` is the slope of leaky_relu, learned if `learn_slope`
    output              a name in OUTPUTS: the function g of the last layer and its loss
    initialization      a name in INITIALIZATIONS, drawn from `generator` (torch's global generator if None)

    The attributes `hidden_activation` and `output` are the objects with these names. Raises InputError for invalid
    sizes and unknown names.
    """

    calls = 0
    """Calls of `cost` and of the functions that check numbers as `cost` does."""

    def __init__(
        self,
        layer_sizes: Sequence[int],
        hidden_activation: str = "relu",
        output: str = "sigmoid",
        *,
        initialization: str = "lecun",
        slope: float = 0.01,
        learn_slope: bool = False,
        dtype: torch.dtype | None = None,
        generator: Generator | None = None,
    ) -> None:
        super().__init__()
        check_name("hidden_activation", hidden_activation, ACTIVATIONS)
        check_name("output", output, OUTPUTS)
        check_name("initialization", initialization, INITIALIZATIONS)
        self.hidden_activation, self.output = ACTIVATIONS[hidden_activation], OUTPUTS[output]
        check_layer_sizes(layer_sizes, self.output)
        self.layer_sizes = list(layer_sizes)
        L = len(layer_sizes) - 1
        has_slope = self.hidden_activation.slope_derivative is not None
        layers = nn.ModuleList(
            LayerParameters(
                layer_sizes[l - 1],
                layer_sizes[l],
                initialization=initialization,
                slope=slope if has_slope and l < L else None,
                learn_slope=learn_slope,
                dtype=dtype,
                generator=generator,
            )
            for l in range(1, L + 1)
        )
        self.layers = cast(list[LayerParameters], layers)  # layer l is layers[l - 1]

    def extra_repr(self) -> str:
        """The sizes and the names of the functions, which `print(network)` shows."""
        return f"{self.layer_sizes}, hidden_activation={self.hidden_activation.name}, output={self.output.name}"

    def forward(self, X: Float[Tensor, "m n_x"]) -> Float[Tensor, "m n_y"]:
        """ŷ = A[L]: probabilities, or real numbers if the output is identity."""
        return self.caches(X)[-1].A

    def tensors(self) -> list[LayerTensors]:
        """Return W, b and slope of layers 1 to L."""
        return [layer() for layer in self.layers]

    def caches(self, X: Float[Tensor, "m n_x"]) -> list[LayerCache]:
        """Return A[l-1], Z[l] and A[l] of layers 1 to L. Raises InputError if X does not fit the network."""
        layers = self.tensors()
        check_batch(self.layer_sizes, X, W=layers[0].W)
        return forward_propagation(X, layers, self.hidden_activation, self.output)

    def cost(self, X: Float[Tensor, "m n_x"], Y: Shaped[Tensor, "m n_y"], m: float | None = None) -> Float[Tensor, ""]:
        """J = (1/m) Σ L: J.backward() runs the hand-written formulas. m is the number of examples unless it is given.

        Raises InputError if X or Y does not fit the network, for m = 0, for X that is not finite, and for labels that
        are no classes. The numbers of X are checked in the first call, those of Y in the first CHECKED calls and
        then in each EVERY-th: set `calls = 0` to have the next batch checked.
        """
        layers = self.tensors()
        check_batch(self.layer_sizes, X, Y, W=layers[0].W)
        check_m(X, m)
        self.check_numbers(X, Y)
        return network_cost(X, as_numbers(Y), layers, self.hidden_activation, self.output, m)

    def autograd_cost(
        self, X: Float[Tensor, "m n_x"], Y: Shaped[Tensor, "m n_y"], m: float | None = None
    ) -> Float[Tensor, ""]:
        """J = (1/m) Σ L by a plain forward pass: autograd derives the backward pass, without a hand-written formula."""
        J = self.plain_cost(X, Y, self.tensors(), m)
        self.check_numbers(X, Y)
        return J

    def check_numbers(self, X: Float[Tensor, "m n_x"], Y: Shaped[Tensor, "m n_y"]) -> None:
        """Check X in the first call, and the labels in the first CHECKED calls and each EVERY-th. Raises InputError.

        Batches without values, which torch.compile and the transforms of torch.func pass, do not count.
        """
        if torch.compiler.is_compiling() or torch._C._are_functorch_transforms_active():  # torch has no public function
            return
        if self.calls == 0:
            check_finite(X)
        if self.calls < CHECKED or self.calls % EVERY == 0:
            check_labels(Y, self.output)
        self.calls += 1

    def __getstate__(self) -> dict[str, Any]:
        """The attributes of a copy, which checks its own first batch.

        Activation and output of the tables become names: pickle cannot store torch's operations and lambdas.
        """
        state = {name: value for name, value in self.__dict__.items() if name != "calls"}
        for name, table in TABLES.items():
            if table.get(state[name].name) is state[name]:
                state[name] = state[name].name
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Take the attributes of a copy or of a pickled network."""
        named = {name: table[state[name]] for name, table in TABLES.items() if isinstance(state[name], str)}
        super().__setstate__(state | named)

    def plain_cost(self, X: Tensor, Y: Tensor, layers: Sequence[LayerTensors], m: float | None = None) -> Tensor:
        """J of these layers, with nothing hand-written in its derivative."""
        check_batch(self.layer_sizes, X, Y, W=layers[0].W)
        check_m(X, m)
        caches = forward_propagation(X, layers, self.hidden_activation, self.output)
        return self.output.cost(caches[-1].Z, as_numbers(Y), m)

    @torch.no_grad()
    def backward_steps(
        self,
        X: Float[Tensor, "m n_x"],
        Y: Shaped[Tensor, "m n_y"],
        m: float | None = None,
        *,
        input_derivative: bool = False,
    ) -> list[BackwardStep]:
        """Run the hand-written backward pass: the tensors of layers 1 to L, and dA[0] only with `input_derivative`.

        dZ = dA * g' is a product with g' itself, not torch's operation for both, which `cost` may use. A float16
        network computes in float32 and rounds the results, because a sum over the examples may exceed 65504. For the
        same reason float16 autocast is off.
        """
        layers = self.tensors()
        check_batch(self.layer_sizes, X, Y, W=layers[0].W)
        check_m(X, m)
        dtype = X.dtype
        if dtype == torch.float16:
            layers, X = [layer.alone(torch.float32) for layer in layers], X.float()
        state = autocast_state(X.device.type)
        with autocast_of_forward(state._replace(enabled=state.enabled and state.dtype != torch.float16)):
            steps = backward_propagation(
                as_numbers(Y),
                layers,
                forward_propagation(X, layers, self.hidden_activation, self.output),
                self.hidden_activation.by_product(),
                self.output,
                m=len(X) if m is None else m,
                input_derivative=input_derivative,
            )
        return [step.to(dtype) for step in steps] if X.dtype != dtype else steps

    def manual_gradients(self, X: Float[Tensor, "m n_x"], Y: Shaped[Tensor, "m n_y"]) -> list[LayerGradients]:
        """Compute dW, db and, if the slope is learned, dslope of layers 1 to L by the formulas.

        Checks the numbers of X and Y as `cost` does.
        """
        gradients = [step.gradients for step in self.backward_steps(X, Y)]
        self.check_numbers(X, Y)
        return gradients

    def autograd_gradients(self, X: Float[Tensor, "m n_x"], Y: Shaped[Tensor, "m n_y"]) -> list[LayerGradients]:
        """Compute the same gradients by torch.autograd on a plain forward pass.

        Each layer's W and b count on their own, even if layers share them or if they are frozen.
        """
        layers = [layer.alone() for layer in self.tensors()]
        with torch.enable_grad():
            J = self.plain_cost(X, Y, layers)
        gradients = iter(torch.autograd.grad(J, [tensor for layer in layers for tensor in layer.learned()]))
        return [LayerGradients(*(next(gradients) for _ in layer.learned())) for layer in layers]

    def predict(self, X: Float[Tensor, "m n_x"]) -> Num[Tensor, "m n_y"]:
        """Predict labels in the form of Y: 0 or 1 (sigmoid), one-hot rows (softmax), or ŷ itself (identity)."""
        return self.output.labels(self(X))


class Result(NamedTuple):
    """Cost J, and the score of the output: accuracy or R2 (`Output.score` is its name)."""

    cost: float
    score: float


@torch.no_grad()
def evaluate(network: DeepNetwork, batches: Iterable[tuple[Tensor, Tensor]]) -> Result:
    """Compute J and the score over all examples of the batches (X, Y), with one forward pass for each batch."""
    outputs = [(network.caches(X)[-1].Z, Y) for X, Y in batches]
    Z, Y = (torch.cat(tensors) for tensors in zip(*outputs, strict=True))
    scores = network.output.scores(network.output.value(Z), Y, Y)
    return Result(network.output.cost(Z, Y).item(), average(scores.sum(), len(Y)).item())
