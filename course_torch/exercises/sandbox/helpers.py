"""Functions that the course's notebooks import from files beside them. They take columns or rows, NumPy or torch.

A function here returns its input as the second result, because the notebooks unpack `A, cache = sigmoid(Z)`.
"""

from typing import Any

import numpy as np


def sigmoid_with_cache(Z: Any) -> tuple[Any, Any]:
    """A = 1 / (1 + e^(-Z)), and Z as the cache."""
    return plain_sigmoid(Z), Z


def plain_sigmoid(z: Any) -> Any:
    """1 / (1 + e^(-z)), without an overflow for large negative z."""
    return 0.5 * (1 + np.tanh(0.5 * np.asarray(z)))


def relu_with_cache(Z: Any) -> tuple[Any, Any]:
    """A = max(0, Z), and Z as the cache."""
    return np.maximum(0, Z), Z


def sigmoid_backward(dA: Any, cache: Any) -> Any:
    """dZ = dA * A (1 - A), where A = sigmoid(Z) and `cache` is Z."""
    A = plain_sigmoid(cache)
    return dA * A * (1 - A)


def relu_backward(dA: Any, cache: Any) -> Any:
    """dZ = dA where Z > 0, otherwise 0, where `cache` is Z."""
    return np.where(np.asarray(cache) > 0, dA, 0.0)


HELPERS = {
    "sigmoid": plain_sigmoid,
    "sigmoid with cache": sigmoid_with_cache,
    "relu": relu_with_cache,
    "sigmoid_backward": sigmoid_backward,
    "relu_backward": relu_backward,
}
