"""The implementations of full-batch gradient descent that the benchmark compares."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from benchmarks.workloads import Workload, synchronize
from course_torch.network.deep_network import DeepNetwork
from course_torch.network.gradient_descent import gradient_descent

LEARNING_RATE = 0.001
TORCH_ACTIVATIONS = {"relu": nn.ReLU, "tanh": nn.Tanh}


class Contender(NamedTuple):
    """An implementation to time. `run(n)` makes n steps; `steps` is the number of steps in one timing."""

    name: str
    steps: int
    run: Callable[[int], None]


def own_network(workload: Workload, dtype: torch.dtype, device: str) -> DeepNetwork:
    generator = torch.Generator().manual_seed(1)
    network = DeepNetwork(workload.layer_sizes, workload.hidden_activation, dtype=dtype, generator=generator)
    return network.to(device)


def descent(workload: Workload, X: Tensor, Y: Tensor, method: str, steps: int) -> Contender:
    """`gradient_descent` by one method, including its set-up."""
    network = own_network(workload, X.dtype, X.device.type)

    def run(steps: int) -> None:
        gradient_descent(
            network, X, Y, learning_rate=LEARNING_RATE, iterations=steps, record_every=steps, method=method
        )
        synchronize(X.device.type)

    return Contender(f"gradient_descent, {method}", steps, run)


def through_autograd(
    name: str, parameters: list[Tensor], cost: Callable[[], Tensor], device: str, steps: int
) -> Contender:
    """A loop of J.backward() and torch's SGD, for any function that computes J."""
    optimizer = torch.optim.SGD(parameters, lr=LEARNING_RATE)

    def run(steps: int) -> None:
        for _ in range(steps):
            optimizer.zero_grad()
            cost().backward()
            optimizer.step()
        synchronize(device)

    return Contender(name, steps, run)


def bridge(workload: Workload, X: Tensor, Y: Tensor, steps: int) -> Contender:
    """The hand-written backward pass as an autograd.Function, as Lightning trains it."""
    network = own_network(workload, X.dtype, X.device.type)
    return through_autograd(
        "autograd.Function, SGD", list(network.parameters()), lambda: network.cost(X, Y), X.device.type, steps
    )


def empty_function(workload: Workload, X: Tensor, Y: Tensor, steps: int) -> Contender:
    """An autograd.Function that computes nothing: the cost of the hand-written pass without its formulas.

    It has the arguments, saved tensors and gradients of NetworkCost, all of them ready.
    """
    network = own_network(workload, X.dtype, X.device.type)
    with torch.no_grad():
        caches = network.caches(X)
        ready = [*(cache.Z for cache in caches), *(cache.A for cache in caches)]
        J = network.output.cost(caches[-1].Z, Y)
        tensors = [tensor for layer in network.tensors() for tensor in layer]
        gradients = [None if tensor is None else torch.zeros_like(tensor) for tensor in tensors]

    class EmptyCost(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, X: Tensor, Y: Tensor, *arguments: Any) -> Tensor:
            ctx.save_for_backward(X, Y, *arguments[3:], *ready)
            return J.view(())

        @staticmethod
        def backward(ctx: Any, dJ: Tensor) -> tuple[Tensor | None, ...]:
            assert len(ctx.saved_tensors) > 0
            return None, None, None, None, None, *gradients

    def cost() -> Tensor:
        parameters = [tensor for layer in network.tensors() for tensor in layer]
        return EmptyCost.apply(X, Y, None, network.hidden_activation, network.output, *parameters)

    return through_autograd("autograd.Function, empty", list(network.parameters()), cost, X.device.type, steps)


def eager(workload: Workload, X: Tensor, Y: Tensor, steps: int, compiled: bool = False) -> Contender:
    """Usual PyTorch code: nn.Sequential, BCEWithLogitsLoss and SGD; with torch.compile if `compiled`."""
    layers: list[nn.Module] = []
    for n_in, n_out in pairwise(workload.layer_sizes):
        layers += [nn.Linear(n_in, n_out, dtype=X.dtype), TORCH_ACTIVATIONS[workload.hidden_activation]()]
    model, loss = nn.Sequential(*layers[:-1]).to(X.device), nn.BCEWithLogitsLoss()

    def cost() -> Tensor:
        return loss(model(X), Y)

    name = "PyTorch, torch.compile" if compiled else "PyTorch, eager"
    forward = torch.compile(cost) if compiled else cost
    return through_autograd(name, list(model.parameters()), forward, X.device.type, steps)


def numpy_columns(workload: Workload, X: Tensor, Y: Tensor, steps: int) -> Contender:
    """The course's implementation: NumPy with examples as columns."""
    A0, targets, m = X.T.numpy().copy(), Y.T.numpy().copy(), len(X)
    generator = np.random.default_rng(1)
    sizes = workload.layer_sizes
    W = [(generator.standard_normal((n, k)) / k**0.5).astype(A0.dtype) for k, n in pairwise(sizes)]
    b = [np.zeros((n, 1), A0.dtype) for n in sizes[1:]]
    tanh = workload.hidden_activation == "tanh"

    def run(steps: int) -> None:
        for _ in range(steps):
            A = [A0]
            for l in range(len(W) - 1):
                Z = W[l] @ A[-1] + b[l]
                A.append(np.tanh(Z) if tanh else np.maximum(Z, 0))
            Z = W[-1] @ A[-1] + b[-1]
            dZ = 1 / (1 + np.exp(-Z)) - targets
            for l in range(len(W) - 1, -1, -1):
                dW, db = dZ @ A[l].T / m, dZ.sum(axis=1, keepdims=True) / m
                if l > 0:
                    dZ = W[l].T @ dZ * (1 - A[l] ** 2 if tanh else A[l] > 0)
                W[l] -= LEARNING_RATE * dW
                b[l] -= LEARNING_RATE * db

    return Contender("NumPy, the course's form", steps, run)


def jax_jit(workload: Workload, X: Tensor, Y: Tensor, steps: int) -> Contender | None:
    """JAX: one jitted function for the gradient of the cost and the update. None if JAX is not installed."""
    try:
        import jax
        import jax.numpy as jnp
    except ImportError:
        return None
    jax.config.update("jax_enable_x64", X.dtype == torch.float64)
    examples, targets = jnp.asarray(X.numpy()), jnp.asarray(Y.numpy())
    generator, sizes = np.random.default_rng(1), workload.layer_sizes
    shapes = list(pairwise(sizes))
    parameters = [
        (jnp.asarray(generator.standard_normal((k, n)) / k**0.5, examples.dtype), jnp.zeros((1, n), examples.dtype))
        for k, n in shapes
    ]
    activation = jnp.tanh if workload.hidden_activation == "tanh" else jax.nn.relu

    def cost(parameters: list) -> object:
        A = examples
        for W, b in parameters[:-1]:
            A = activation(A @ W + b)
        Z = A @ parameters[-1][0] + parameters[-1][1]
        return jnp.mean(jax.nn.softplus(Z) - targets * Z)

    @jax.jit
    def step(parameters: list) -> list:
        gradients = jax.grad(cost)(parameters)
        return jax.tree.map(lambda parameter, gradient: parameter - LEARNING_RATE * gradient, parameters, gradients)

    def run(steps: int) -> None:
        nonlocal parameters
        for _ in range(steps):
            parameters = step(parameters)
        jax.block_until_ready(parameters)

    return Contender("JAX, jit", steps, run)


def scikit_learn(workload: Workload, X: Tensor, Y: Tensor, steps: int) -> Contender | None:
    """MLPClassifier by full-batch SGD without momentum. None for logistic regression, which it does not support."""
    if len(workload.layer_sizes) == 2:
        return None
    from sklearn.neural_network import MLPClassifier

    examples, label = X.numpy(), Y[:, 0].numpy().astype(int)

    def run(steps: int) -> None:
        MLPClassifier(
            workload.layer_sizes[1:-1],
            activation=workload.hidden_activation,
            solver="sgd",
            alpha=0,
            momentum=0,
            batch_size=len(examples),
            learning_rate_init=LEARNING_RATE,
            max_iter=steps,
            tol=0,
            n_iter_no_change=steps + 1,
            shuffle=False,
        ).fit(examples, label)

    return Contender("scikit-learn MLPClassifier", steps, run)
