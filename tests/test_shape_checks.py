"""The checker of the annotations compares the shapes of all arguments and of the result, for each call anew."""

from dataclasses import dataclass

import pytest
import torch
from jaxtyping import Float
from torch import Tensor

from tests import checked, jaxtyped


def column(X: Float[Tensor, "m n_x"], Y: Float[Tensor, "m 1"], wrong: bool = False) -> Float[Tensor, "m 1"]:
    return Y.T if wrong else Y


def pair(X: Float[Tensor, "m n_x"], Y: Float[Tensor, "m 1"]) -> tuple[Float[Tensor, "m 1"], Float[Tensor, "k 1"]]:
    """Call a function with another m."""
    return Y, column_checked(torch.ones(9, 2), torch.ones(9, 1))


column_checked = jaxtyped(column, typechecker=checked)
pair_checked = jaxtyped(pair, typechecker=checked)


@dataclass
class Batch:
    X: Float[Tensor, "m n_x"]
    Y: Float[Tensor, "m 1"]
    size: int


BatchChecked = jaxtyped(Batch, typechecker=checked)


def test_arguments_of_equal_m_are_accepted_and_every_call_has_its_own_m() -> None:
    for m in (3, 4):
        assert column_checked(torch.ones(m, 2), Y=torch.ones(m, 1)).shape == (m, 1)
    assert [each.shape[0] for each in pair_checked(torch.ones(3, 2), torch.ones(3, 1))] == [3, 9]


@pytest.mark.parametrize(
    ("X", "Y", "wrong", "message"),
    [
        (torch.ones(3, 2), torch.ones(4, 1), False, "parameter Y="),
        (torch.ones(3, 2), torch.ones(3), False, "parameter Y="),
        (torch.ones(3, 2), torch.ones(3, 1, dtype=torch.int64), False, "parameter Y="),
        (torch.ones(6), torch.ones(3, 1), False, "parameter X="),
        (torch.ones(3, 2), torch.ones(3, 1), 2, "parameter wrong="),
        (torch.ones(3, 2), torch.ones(3, 1), True, "return"),
    ],
)
def test_a_wrong_shape_or_type_is_rejected(X: Tensor, Y: Tensor, wrong: bool, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        column_checked(X, Y, wrong)


def test_the_fields_of_a_dataclass_are_checked_together() -> None:
    assert BatchChecked(torch.ones(3, 2), torch.ones(3, 1), 3).size == 3
    with pytest.raises(TypeError, match="parameter Y="):
        BatchChecked(torch.ones(3, 2), torch.ones(4, 1), 3)
    with pytest.raises(TypeError, match="parameter size="):
        BatchChecked(torch.ones(3, 2), torch.ones(3, 1), "3")
