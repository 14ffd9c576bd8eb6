"""Broadcasting: a small tensor is repeated along the axes in which its size is 1 (notes 1.7)."""

import torch
from jaxtyping import Bool, Float
from torch import Tensor

CALORIES = torch.tensor([[56.0, 0.0, 4.4, 68.0], [1.2, 104.0, 52.0, 8.0], [1.8, 135.0, 99.0, 0.9]])
"""The lecture's table: calories of 100 g of apples, beef, eggs, potatoes (columns) from carbohydrates, protein, fat."""


def percentages(table: Float[Tensor, "rows columns"]) -> Float[Tensor, "rows columns"]:
    """100 · table / (sum of each column): the sums along axis 0, kept as a row (1, columns), are repeated downwards."""
    return 100 * table / table.sum(dim=0, keepdim=True)


def as_column(vector: Float[Tensor, " n"]) -> Float[Tensor, "n 1"]:
    """(n,) -> (n, 1), the reshape that the notes ask for: now its transpose is a row, and sums with it are columns."""
    return vector.reshape(-1, 1)


def compared_with_rank_1(predicted: Bool[Tensor, "m 1"], label: Bool[Tensor, " m"]) -> Bool[Tensor, "m m"]:
    """What goes wrong: predictions (m, 1) == labels (m,) compares each with each and makes a table (m, m).

    Its mean looks like an accuracy and is none: with shares p of predictions and q of labels that are 1 it is
    p q + (1 - p)(1 - q), whichever examples are right. `course_torch.network.dimensions.check_batch` refuses such Y.
    """
    return predicted == label
