"""`course-torch vectorization`: time loops against vectorized code, as in notes 1.6."""

from rich.console import Console

from course_torch.errors import InputError, check_count
from course_torch.published.vectorization import time_steps
from course_torch.reports.tables import filled

LARGEST = 10**8  # features in all examples. The two loops would take minutes for more.


def vectorization(examples: int = 1000, features: int = 1000) -> int:
    """Time one step of logistic regression with two loops, with one loop and without loops, on the same data.

    Args:
        examples: number of examples m, at least 1
        features: number of features n_x, at least 1
    """
    for name, value in (("examples", examples), ("features", features)):
        check_count(name, value, 1)
    if examples * features > LARGEST:
        raise InputError(
            f"examples, features: found {examples} × {features}, expected a product of at most {LARGEST:,}",
            f"examples、features：得到 {examples} × {features}，乘积至多为 {LARGEST:,}",
        )
    seconds = time_steps(examples, features)
    first, columns = next(iter(seconds.values())), ("way", "seconds", "times as fast")
    rows = ((way, f"{value:.6f}", f"{first / value:,.1f}") for way, value in seconds.items())
    title = f"one step, {examples} examples of {features} features"
    Console().print(filled(columns, rows, right=columns[1:], title=title))
    return 0
