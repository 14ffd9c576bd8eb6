"""Functions with a backward of their own, right and with one mistake each, and what is said of the mistake.

Each case is a `torch.autograd.Function` whose backward is given as a function of what the forward saves.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import torch
from torch import Tensor


def made(forward: Callable[..., Any], backward: Callable[..., Any]) -> type[torch.autograd.Function]:
    """A Function with this forward of its inputs, and this backward of grad_output and the inputs."""

    class Made(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, *inputs: Any) -> Any:
            ctx.save_for_backward(*inputs)
            return forward(*inputs)

        @staticmethod
        def backward(ctx: Any, *grads: Any) -> Any:
            return backward(*grads, *ctx.saved_tensors)

    return Made


class Case(NamedTuple):
    """A forward, its right backward, wrong ones with a piece of what is said of each, and the shapes of the inputs."""

    forward: Callable[..., Any]
    right: Callable[..., Any]
    wrong: dict[str, Callable[..., Any]]
    shapes: tuple[tuple[int, ...], ...]


def softmax(X: Tensor) -> Tensor:
    return X.softmax(dim=1)


def of_softmax(g: Tensor, X: Tensor) -> Tensor:
    A = softmax(X)
    return A * (g - (g * A).sum(dim=1, keepdim=True))


def centred(X: Tensor) -> Tensor:
    return (X - X.mean(dim=1, keepdim=True)) / X.std(dim=1, keepdim=True, unbiased=False)


def of_centred(g: Tensor, X: Tensor) -> Tensor:
    N, s = centred(X), X.std(dim=1, keepdim=True, unbiased=False)
    return (g - g.mean(dim=1, keepdim=True) - N * (g * N).mean(dim=1, keepdim=True)) / s


CASES = {
    "linear": Case(
        lambda A, W, b: A @ W.T + b,
        lambda g, A, W, b: (g @ W, g.T @ A, g.sum(dim=0, keepdim=True)),
        {
            "it is 0.2 times the right one, and 5 is the size of axis 0": lambda g, A, W, b: (
                g @ W, g.T @ A / len(A), g.sum(dim=0, keepdim=True)),
            "it has the wrong sign": lambda g, A, W, b: (-g @ W, g.T @ A, g.sum(dim=0, keepdim=True)),
            "the backward returns None for input 1": lambda g, A, W, b: (g @ W, None, g.sum(dim=0, keepdim=True)),
            "all its entries are 0": lambda g, A, W, b: (g @ W, 0 * W, g.sum(dim=0, keepdim=True)),
            "has the shape (3, 4), and input 1 (4, 3): it is transposed": lambda g, A, W, b: (
                g @ W, A.T @ g, g.sum(dim=0, keepdim=True)),
            "has the shape (4, 3), that of input 1": lambda g, A, W, b: (g.T @ A, g @ W, g.sum(dim=0, keepdim=True)),
        },
        ((5, 3), (4, 3), (1, 4)),
    ),
    "product": Case(
        lambda A, B: A * B,
        lambda g, A, B: (g * B, g * A),
        {
            "the gradients of input 0 and input 1 are exchanged": lambda g, A, B: (g * A, g * B),
            "it is the gradient of input 1": lambda g, A, B: (g * A, g * A),
            "it lacks the factor input 1": lambda g, A, B: (g, g * A),
            "it does not depend on grad_output: multiply by grad_output": lambda g, A, B: (B, A),
        },
        ((3, 4), (3, 4)),
    ),
    "relu": Case(
        lambda X: X.clamp(min=0),
        lambda g, X: g * (X > 0),
        {
            "exactly where input 0 < 0": lambda g, X: g,
            "it should be 0 in the wrong entries": lambda g, X: g,
            "it is not linear in grad_output": lambda g, X: g * (X > 0) * (g > 0),
            "it is grad_output * (input 0 < 0)": lambda g, X: g * (X < 0),
        },
        ((5, 4),),
    ),
    "square matrix": Case(
        lambda X: X.exp(),
        lambda g, X: g * X.exp(),
        {
            "it is the transpose of the right one": lambda g, X: (g * X.exp()).T,
            "in reversed order along axis 1": lambda g, X: (g * X.exp()).flip(1),
            "it has the right numbers in another order within each slice along axis 0":
                lambda g, X: (g * X.exp())[[1, 2, 0]],
            "the term grad_output * input 0 is too many": lambda g, X: g * X.exp() + g * X,
            "it contains nan or inf": lambda g, X: g * X.exp() / 0,
        },
        ((3, 3),),
    ),
    "softmax": Case(
        softmax,
        of_softmax,
        {
            "it is grad_output * output (1 - output)": lambda g, X: g * softmax(X) * (1 - softmax(X)),
            "(output * grad_output).sum(axis=1, keepdims=True) is too many":
                lambda g, X: softmax(X) * (g + (g * softmax(X)).sum(dim=1, keepdim=True)),
        },
        ((4, 3),),
    ),
    "normalised rows": Case(
        centred,
        of_centred,
        {
            "for each index of axis 0 it is a number times the right one":
                lambda g, X: of_centred(g, X) * X.std(dim=1, keepdim=True),
            "all its entries are off by the same number": lambda g, X: (
                (g - centred(X) * (g * centred(X)).mean(dim=1, keepdim=True))
                / X.std(dim=1, keepdim=True, unbiased=False)),
            "it is off by a number times input 0 plus a number": lambda g, X: (
                (g - g.mean(dim=1, keepdim=True)) / X.std(dim=1, keepdim=True, unbiased=False)),
        },
        ((4, 6),),
    ),
    "two outputs": Case(
        lambda X: (X.square(), X.sin()),
        lambda g, h, X: g * 2 * X + h * X.cos(),
        {
            "the part through output 1 is left out": lambda g, h, X: g * 2 * X,
            "the part through output 1 is wrong: it has the wrong sign": lambda g, h, X: g * 2 * X - h * X.cos(),
        },
        ((3, 4),),
    ),
    "sum of rows": Case(
        lambda X: (X.square()).sum(dim=0),
        lambda g, X: 2 * X * g,
        {"only in 2 of axis 0": lambda g, X: torch.cat([(2 * X * g)[:2], 0 * X[2:]])},
        ((3, 5),),
    ),
    "layer": Case(
        lambda A, W: (A @ W.T).tanh(),
        lambda g, A, W: ((g * (1 - (A @ W.T).tanh() ** 2)) @ W, (g * (1 - (A @ W.T).tanh() ** 2)).T @ A),
        {
            "it is grad_output @ input 1": lambda g, A, W: (g @ W, g.T @ A),
            "grad_output is handed on without the factor (1 + output)": lambda g, A, W: (
                (g * (1 - (A @ W.T).tanh())) @ W, (g * (1 - (A @ W.T).tanh())).T @ A),
        },
        ((5, 3), (4, 3)),
    ),
    "weights": Case(
        lambda X, W: X @ W,
        lambda g, X, W: (g @ W.T, X.T @ g),
        {"it is what index 3 of axis 0 of grad_output contributes alone": lambda g, X, W: (g @ W.T, X[3:].T @ g[3:])},
        ((4, 3), (3, 2)),
    ),
    "correlation": Case(
        lambda X, W: torch.nn.functional.conv1d(X, W),
        lambda g, X, W: (torch.nn.functional.conv_transpose1d(g, W), torch.nn.functional.conv1d(X, g)),
        {
            "it is right for input 1 in reversed order": lambda g, X, W: (
                torch.nn.functional.conv_transpose1d(g, W.flip(2)), torch.nn.functional.conv1d(X, g)),
        },
        ((1, 1, 7), (1, 1, 3)),
    ),
}  # fmt: skip
