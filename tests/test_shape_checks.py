"""The checker of the annotations compares the shapes of all arguments and of the result, for each call anew."""

from dataclasses import dataclass

import pytest
import torch
from jaxtyping import Bool, Float, Float64, Int, Shaped
from jaxtyping._storage import get_shape_memo
from torch import Tensor
from torch.nn import Parameter

from tests import by_jaxtyping, checked, fits, jaxtyped, own_axes


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


# The faster check of a tensor gives jaxtyping's answers

SHAPES = ["m n", "m m", "m 1", "1 n", "_ n", "", "m", "*shape", "*shape n", "...", "... n", "#m n", "m+1 n", "rows=3 n"]
VALUES = [
    *(torch.ones(3, 4), torch.ones(3, 3), torch.ones(3, 1), torch.ones(1, 4), torch.ones(4), torch.ones(())),
    *(torch.ones(2, 3, 4), torch.ones(0, 4), torch.ones(3, 4).double(), torch.ones(3, 4).bool(), torch.ones(3).int()),
    *(Parameter(torch.ones(3, 4)), torch.ones(3, 4).numpy(), torch.ones(3, 4, dtype=torch.bfloat16), 1.0, None),
]


def after(check: object, annotation: object, value: object) -> tuple:
    """What a check says, and the sizes that it knows then; m is 3, and a shape is known."""
    with own_axes:
        sizes, shapes, *_ = get_shape_memo()
        sizes["m"], shapes["known"] = 3, (False, (3, 4))
        answers = [check(annotation, value), check(annotation, value)]
        sizes, shapes, *_ = get_shape_memo()
        return answers, dict(sizes), dict(shapes)


@pytest.mark.parametrize("kind", [Float, Float64, Int, Bool, Shaped])
@pytest.mark.parametrize("shape", [*SHAPES, "*known", "known m"])
def test_every_check_has_the_answer_and_the_sizes_of_jaxtyping(kind: object, shape: str) -> None:
    annotation = kind[Tensor, shape]
    for value in VALUES:
        assert after(fits, annotation, value) == after(by_jaxtyping, annotation, value)


def test_a_name_used_twice_in_a_shape_has_one_size() -> None:
    with own_axes:
        assert not isinstance(torch.ones(3, 4), Float[Tensor, "k k"])
        assert isinstance(torch.ones(4, 4), Float[Tensor, "k k"])
        assert not isinstance(torch.ones(5, 5), Float[Tensor, "k k"])
