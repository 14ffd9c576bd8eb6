"""Measure how much vectorisation saves: one step of logistic regression with two, one and no loops (notes 1.6)."""

from collections.abc import Callable
from statistics import median
from time import perf_counter

import torch

from course_torch.formulas.logistic_regression import step_with_one_loop, step_with_two_loops, step_without_loops
from course_torch.language import Text

ALPHA = 0.01
WAYS = {"two loops": "两个循环", "one loop": "一个循环", "no loop": "没有循环"}


def time_steps(m: int, n_x: int, seed: int = 1) -> dict[str, float]:
    """Median seconds of one step on the same m examples of n_x features, for each implementation.

    The two loops run on Python floats, because indexing tensors number by number would be a hundred times slower and
    exaggerate the ratio. The tensors are float32, the usual dtype of training. If an accelerator is available, the
    version without loops is timed on the accelerator too.
    """
    generator = torch.Generator().manual_seed(seed)
    X, Y = torch.randn(m, n_x, generator=generator), torch.randint(2, (m, 1), generator=generator).float()
    w, b = torch.zeros(n_x, 1), torch.zeros(1, 1)
    floats = X.tolist(), Y.flatten().tolist(), w.flatten().tolist(), b.item()
    seconds = {
        "two loops": median_seconds(lambda: step_with_two_loops(*floats, ALPHA), runs=3),
        "one loop": median_seconds(lambda: step_with_one_loop(X, Y, w, b, ALPHA), runs=5),
        "no loop": median_seconds(lambda: step_without_loops(X, Y, w, b, ALPHA), runs=100),
    }
    if torch.accelerator.is_available():
        device = torch.accelerator.current_accelerator()
        X, Y, w, b = (tensor.to(device) for tensor in (X, Y, w, b))

        def step_on_accelerator() -> None:
            step_without_loops(X, Y, w, b, ALPHA)
            torch.accelerator.synchronize()

        seconds[f"no loop on {device}"] = median_seconds(step_on_accelerator, runs=100)
    return seconds


def in_words(way: str) -> Text:
    """A way of `time_steps` in both languages: "no loop on cuda" is "没有循环，cuda" in Chinese."""
    loops, _, device = way.partition(" on ")
    return Text(way, WAYS[loops] + (f"，{device}" if device else ""))


def median_seconds(action: Callable[[], object], runs: int) -> float:
    """Median seconds of `runs` calls, after one warm-up call."""
    action()
    times = []
    for _ in range(runs):
        start = perf_counter()
        action()
        times.append(perf_counter() - start)
    return median(times)
