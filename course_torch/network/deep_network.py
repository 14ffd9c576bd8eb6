"""A network of L layers: its parameters, cost, predictions, and its gradients by hand and by autograd (notes 3.2)."""

from collections.abc import Sequence
from typing import cast

import torch
from jaxtyping import Float, Int, Num
from torch import Tensor, nn

from course_torch.errors import check_name
from course_torch.formulas.activations import ACTIVATIONS
from course_torch.formulas.costs import OUTPUTS, cost
from course_torch.formulas.layers import LayerCache
from course_torch.network.autograd_bridge import network_cost
from course_torch.network.dimensions import check_batch, check_layer_sizes
from course_torch.network.parameters import INITIALIZATIONS, LayerParameters
from course_torch.network.predictions import labels
from course_torch.network.propagation import (
    BackwardStep,
    LayerGradients,
    backward_propagation,
    forward_propagation,
)


class DeepNetwork(nn.Module):
    """A[0] = X, A[l] = g(A[l-1] W[l]ᵀ + b[l]), ŷ = A[L]; the last g is sigmoid or softmax. L = 1: logistic regression.

    layer_sizes         [n_x, n_1, …, n_y]
    hidden_activation   a name in ACTIVATIONS; `slope` is the leaky ReLU's, learned if `learn_slope`
    output              a name in OUTPUTS
    initialization      a name in INITIALIZATIONS, drawn from `generator` (torch's global one if None)

    Raises InputError for sizes or names that make no network.
    """

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
        generator: torch.Generator | None = None,
    ) -> None:
        super().__init__()
        check_name("hidden_activation", hidden_activation, ACTIVATIONS)
        check_name("output", output, OUTPUTS)
        check_name("initialization", initialization, INITIALIZATIONS)
        check_layer_sizes(layer_sizes, output)
        self.layer_sizes = list(layer_sizes)
        self.hidden_activation = hidden_activation
        self.output = output
        L = len(layer_sizes) - 1
        layers = nn.ModuleList(
            LayerParameters(
                layer_sizes[l - 1],
                layer_sizes[l],
                initialization=initialization,
                slope=slope if hidden_activation == "leaky_relu" and l < L else None,
                learn_slope=learn_slope,
                dtype=dtype,
                generator=generator,
            )
            for l in range(1, L + 1)
        )
        self.layers = cast(list[LayerParameters], layers)  # layer l is layers[l - 1]

    def forward(self, X: Float[Tensor, "m n_x"]) -> Float[Tensor, "m n_y"]:
        """ŷ = A[L], the probability of each output."""
        return self.caches(X)[-1].A

    def caches(self, X: Float[Tensor, "m n_x"]) -> list[LayerCache]:
        """A[l-1], Z[l] and A[l] of every layer, layer 1 first. Raises InputError where X does not fit."""
        check_batch(self.layer_sizes, X, dtype=self.layers[0].W.dtype)
        return forward_propagation(X, self.layers, self.hidden_activation, self.output)

    def cost(self, X: Float[Tensor, "m n_x"], Y: Num[Tensor, "m n_y"], m: float | None = None) -> Float[Tensor, ""]:
        """J = (1/m) Σ L, where m is the number of examples unless told otherwise; J.backward() runs the formulas.

        Raises InputError where X or Y does not fit.
        """
        check_batch(self.layer_sizes, X, Y, dtype=self.layers[0].W.dtype)
        return network_cost(X, Y, self.layers, self.hidden_activation, self.output, m)

    def autograd_cost(
        self, X: Float[Tensor, "m n_x"], Y: Num[Tensor, "m n_y"], m: float | None = None
    ) -> Float[Tensor, ""]:
        """The same J, left to autograd: no hand-written derivative takes part in its backward pass."""
        check_batch(self.layer_sizes, X, Y)
        return self.cost_of(self.caches(X), Y, m)

    def cost_of(
        self, caches: Sequence[LayerCache], Y: Num[Tensor, "m n_y"], m: float | None = None
    ) -> Float[Tensor, ""]:
        """J of a forward pass that has been made."""
        return cost(OUTPUTS[self.output].losses(caches[-1].Z, Y), m or len(Y))

    @torch.no_grad()
    def backward_steps(
        self, X: Float[Tensor, "m n_x"], Y: Num[Tensor, "m n_y"], *, input_derivative: bool = False
    ) -> list[BackwardStep]:
        """The hand-written backward pass, every tensor of it, layer 1 first; dA[0] if `input_derivative`."""
        check_batch(self.layer_sizes, X, Y)
        return backward_propagation(
            Y, self.layers, self.caches(X), self.hidden_activation, m=len(X), input_derivative=input_derivative
        )

    def manual_gradients(self, X: Float[Tensor, "m n_x"], Y: Num[Tensor, "m n_y"]) -> list[LayerGradients]:
        """dW, db and, where a slope is learned, dslope of each layer by the formulas, layer 1 first."""
        return [step.gradients for step in self.backward_steps(X, Y)]

    def autograd_gradients(self, X: Float[Tensor, "m n_x"], Y: Num[Tensor, "m n_y"]) -> list[LayerGradients]:
        """The same gradients by torch.autograd on a plain forward pass."""
        with torch.enable_grad():
            J = self.autograd_cost(X, Y)
        gradients = iter(torch.autograd.grad(J, [tensor for layer in self.layers for tensor in layer.learned()]))
        return [LayerGradients(*(next(gradients) for _ in layer.learned())) for layer in self.layers]

    def predict(self, X: Float[Tensor, "m n_x"]) -> Int[Tensor, "m n_y"]:
        """Labels in the form of Y: 1 where ŷ > 0.5 (sigmoid), or 1 at the most probable class of a row (softmax)."""
        return labels(self(X), self.output)
