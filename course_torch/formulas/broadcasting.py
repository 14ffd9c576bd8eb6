"""Broadcasting: a small tensor is repeated along the axes in which its size is 1 (notes 1.7)."""

import torch
from jaxtyping import Bool, Float
from torch import Tensor

CALORIES = torch.tensor([[56.0, 0.0, 4.4, 68.0], [1.2, 104.0, 52.0, 8.0], [1.8, 135.0, 99.0, 0.9]])
"""The lecture's table: calories of 100 g of apples, beef, eggs, potatoes (columns) from carbohydrates, protein, fat."""


def percentages(table: Float[Tensor, "rows columns"]) -> Float[Tensor, "rows columns"]:
    """P = 100 · table / Σ_rows table: percentages of the columns.

    The sums along axis 0 are a row (1, columns), repeated downwards.
    """
    return 100 * table / table.sum(dim=0, keepdim=True)


def as_column(vector: Float[Tensor, " n"]) -> Float[Tensor, "n 1"]:
    """(n,) -> (n, 1): a vector as a column, as the notes recommend. The transpose of a column is a row."""
    return vector.reshape(-1, 1)


def compared_with_rank_1(predicted: Bool[Tensor, "m 1"], label: Bool[Tensor, " m"]) -> Bool[Tensor, "m m"]:
    """(m, 1) == (m,) -> (m, m): the mistake of comparing predictions with labels of rank 1. It compares all pairs.

    The mean of the table looks like an accuracy but is not. If a fraction p of the predictions and a fraction q of the
    labels are 1, the mean is p q + (1 - p)(1 - q), whichever examples are right.
    `course_torch.network.dimensions.check_batch` rejects labels of shape (m,).
    """
    return predicted == label
