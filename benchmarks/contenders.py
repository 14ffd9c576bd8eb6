"""The implementations of full-batch gradient descent that the benchmark times in alternation."""

import warnings
from collections.abc import Callable
from functools import partial
from itertools import pairwise, product
from time import perf_counter
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from benchmarks.timing import WORKLOADS, Workload, alternated, synchronize
from course_torch.console import with_progress
from course_torch.network.deep_network import DeepNetwork
from course_torch.network.gradient_descent import gradient_descent

LEARNING_RATE = 0.001
ROUNDS = 7
TARGET_SECONDS = 0.15  # Approximate duration of one timing. It determines the number of steps of a contender.
AUTO, BRIDGE = "gradient_descent, auto", "autograd.Function, SGD"
EAGER, COMPILED, NUMPY = "PyTorch, eager", "PyTorch, torch.compile", "NumPy, the course's form"

Run = Callable[[int], None]  # make this number of steps, and wait for the device


def own_network(workload: Workload, dtype: torch.dtype, device: str) -> DeepNetwork:
    generator = torch.Generator().manual_seed(1)
    network = DeepNetwork(workload.layer_sizes, workload.hidden_activation, dtype=dtype, generator=generator)
    return network.to(device)


def descent(workload: Workload, X: Tensor, Y: Tensor, method: str) -> Run:
    network = own_network(workload, X.dtype, X.device.type)

    def run(steps: int) -> None:
        options: dict[str, Any] = {"iterations": steps, "record_every": steps, "method": method}
        gradient_descent(network, X, Y, learning_rate=LEARNING_RATE, **options)
        synchronize(X.device.type)

    return run


def through_autograd(module: nn.Module, cost: Callable[[], Tensor], device: str) -> Run:
    """A loop of J.backward() and torch's SGD, for any function that computes J."""
    optimizer = torch.optim.SGD(module.parameters(), lr=LEARNING_RATE)

    def run(steps: int) -> None:
        for _ in range(steps):
            optimizer.zero_grad()
            cost().backward()
            optimizer.step()
        synchronize(device)

    return run


def bridge(workload: Workload, X: Tensor, Y: Tensor) -> Run:
    """The hand-written backward pass as an autograd.Function, as Lightning trains it."""
    network = own_network(workload, X.dtype, X.device.type)
    return through_autograd(network, lambda: network.cost(X, Y), X.device.type)


def eager(workload: Workload, X: Tensor, Y: Tensor, compiled: bool = False) -> Run:
    """Usual PyTorch code: nn.Sequential, BCEWithLogitsLoss and SGD; with torch.compile if `compiled`."""
    activation = {"relu": nn.ReLU, "tanh": nn.Tanh}[workload.hidden_activation]
    layers: list[nn.Module] = []
    for n_in, n_out in pairwise(workload.layer_sizes):
        layers += [nn.Linear(n_in, n_out, dtype=X.dtype), activation()]
    model, loss = nn.Sequential(*layers[:-1]).to(X.device), nn.BCEWithLogitsLoss()

    def cost() -> Tensor:
        return loss(model(X), Y)

    return through_autograd(model, torch.compile(cost) if compiled else cost, X.device.type)


def numpy_columns(workload: Workload, X: Tensor, Y: Tensor) -> Run:
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

    return run


def scikit_learn(workload: Workload, X: Tensor, Y: Tensor) -> Run | None:
    """MLPClassifier by full-batch SGD without momentum. None for logistic regression, which it does not support."""
    if len(workload.layer_sizes) == 2:
        return None
    from sklearn.neural_network import MLPClassifier

    examples, label = X.numpy(), Y[:, 0].numpy().astype(int)
    options = {"solver": "sgd", "alpha": 0, "momentum": 0, "batch_size": len(examples), "tol": 0, "shuffle": False}
    options |= {"activation": workload.hidden_activation, "learning_rate_init": LEARNING_RATE}

    def run(steps: int) -> None:
        limits = {"max_iter": steps, "n_iter_no_change": steps + 1}
        MLPClassifier(workload.layer_sizes[1:-1], **options, **limits).fit(examples, label)

    return run


CONTENDERS: dict[str, Callable[[Workload, Tensor, Tensor], Run | None]] = {
    AUTO: partial(descent, method="auto"),
    "gradient_descent, fused": partial(descent, method="fused"),
    "gradient_descent, plain": partial(descent, method="plain"),
    BRIDGE: bridge,
    EAGER: eager,
    COMPILED: partial(eager, compiled=True),
    NUMPY: numpy_columns,
    "scikit-learn MLPClassifier": scikit_learn,
}
"""Name -> function that prepares the contender for X and Y, or returns None if it cannot run them."""
CPU_ONLY = (NUMPY, "scikit-learn MLPClassifier")


class Row(NamedTuple):
    """Median seconds of a step by contender."""

    workload: str
    dtype: str
    seconds: dict[str, float]


def time_contenders(workload: Workload, dtype: torch.dtype, device: str) -> dict[str, float]:
    """Median seconds of a step of each contender that can run. AUTO makes the iterations of the course, with set-up."""
    X, Y = (tensor.to(device) for tensor in workload.examples(dtype))
    able = {name: make for name, make in CONTENDERS.items() if device == "cpu" or name not in CPU_ONLY}
    runs = {name: run for name, make in able.items() if (run := make(workload, X, Y)) is not None}
    steps = {name: workload.iterations if name == AUTO else calibrated(run) for name, run in runs.items()}
    seconds = alternated({name: partial(run, steps[name]) for name, run in runs.items()}, ROUNDS)
    return {name: seconds[name] / steps[name] for name in runs}


def first_compiled_step(workload: Workload) -> float:
    """Seconds of the first step through torch.compile, which compiles it, without what earlier runs have kept."""
    X, Y = workload.examples(torch.float64)
    with torch._inductor.config.patch(force_disable_caches=True):
        run, start = eager(workload, X, Y, compiled=True), perf_counter()
        run(1)
    return perf_counter() - start


def calibrated(run: Run) -> int:
    run(2)
    start = perf_counter()
    run(3)
    return max(3, min(2000, int(3 * TARGET_SECONDS / (perf_counter() - start))))


def time_workloads(device: str) -> list[Row]:
    """Time every workload in float64 and float32 (only float32 on an accelerator)."""
    dtypes = (torch.float64, torch.float32) if device == "cpu" else (torch.float32,)
    rows = []
    for workload, dtype in with_progress([*product(WORKLOADS, dtypes)], "timing"):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # scikit-learn warns that it has not converged, as intended
            seconds = time_contenders(workload, dtype, device)
        rows.append(Row(workload.name, str(dtype).removeprefix("torch."), seconds))
    return rows
