"""The only division by m of all that trains: `tests/formulas/test_average.py` lists where mistakes and figures divide.

docs/average.md explains the two bookkeepings of 1/m.
"""

from typing import TypeVar

from torch import Tensor

Total = TypeVar("Total", float, Tensor)


def average(total: Total, m: float) -> Total:
    """mean = (1/m) · total: divide a sum over examples by m. J, dW, db and dslope are such means (notes 1.2).

    dZ and dA are derivatives of the loss L of each example, so they are not divided; only `J.backward()` divides the
    incoming dJ in place of dW and db (docs/average.md). m is the number of examples. Under DDP m is the global batch
    size / world size: the mean over ranks is then exact, even with uneven shards. With m = 1 the total is returned
    unchanged.
    """
    return total if m == 1 else total / m
