"""The notation: each name in code exists, and each tensor has the shape that the table gives."""

import re
from inspect import signature

import pytest
import torch

from course_torch import DeepNetwork, gradient_descent
from course_torch.formulas import average, slopes
from tests.docs.lessons import text_of
from tests.docs.page import code_blocks, tables

TEXT = text_of("en", "guides/notation.md")
TENSORS, NUMBERS, MARKS = tables(TEXT)
SIZES = [5, 4, 3, 2]
M = 7
SAME = ["$W^{[l]}$", "$dW^{[l]}$"]
"""The tensors that have the same shape in both layouts, although they have two axes."""


@pytest.fixture
def names() -> dict[str, object]:
    """What the code of the tables may name: a network whose sizes all differ, and its layer l = 2."""
    generator = torch.Generator().manual_seed(1)
    net = DeepNetwork(SIZES, "leaky_relu", learn_slope=True, generator=generator)
    X, Y = torch.randn(M, SIZES[0], generator=generator), torch.ones(M, SIZES[-1])
    sizes = {"m": M, "n_x": SIZES[0], "n_l": SIZES[2], "n_in": SIZES[1], "n_y": SIZES[3]}
    tensors = {"X": X, "Y": Y, "Z": net.caches(X)[-1].Z, "dZ": net.backward_steps(X, Y)[-1].dZ}
    products = {"P": torch.ones(2, 2), "Q": torch.ones(2, 2), "total": tensors["Z"].sum(dim=0)}
    indices = {"net": net, "l": 2, "i": 3, "j": 1}
    names = {"torch": torch, "average": average.average, **indices, **sizes, **tensors, **products}
    (layer_l,) = code_blocks(TEXT, "python")
    exec(layer_l, names)
    return names


def code(cell: str) -> list[str]:
    return re.findall("`([^`]+)`", cell)


def shape_in(cell: str, names: dict[str, object]) -> tuple[int, ...]:
    return eval(cell.strip("$").replace("n_{l-1}", "n_in"), names)


@pytest.mark.parametrize("row", TENSORS, ids=lambda row: row[0])
def test_a_tensor_has_the_shapes_of_the_table(row: list[str], names: dict[str, object]) -> None:
    _, _, rows, columns, (name,) = (*row[:4], code(row[4]))
    shape = tuple(eval(name, names).shape)
    assert shape == shape_in(rows, names)
    turned = (1, M) if shape == (M,) else shape[::-1]
    assert shape_in(columns, names) == (shape if row[0] in SAME else turned)


def test_every_tensor_of_a_pass_is_in_the_table(names: dict[str, object]) -> None:
    code_names = " ".join(row[4] for row in TENSORS)
    assert all(f".{name}`" in code_names for name in ("W", "b", "A_prev", "Z", "A", "dZ", "dA_prev", "dW", "db"))


def test_the_numbers_are_those_of_the_network(names: dict[str, object]) -> None:
    values = {row[0]: eval(code(row[2])[0], {**names, "learning_rate": 0, "nudge": 0}) for row in NUMBERS}
    assert list(values.values()) == [M, 5, 3, 4, 2, 3, 0, 0]
    assert "learning_rate" in signature(gradient_descent).parameters
    assert "nudge" in signature(slopes.slope_from_both_sides).parameters


def test_the_marks_are_python(names: dict[str, object]) -> None:
    for *_, cell in MARKS:
        for each in code(cell):
            eval(f"Y{each}" if each.startswith("[") else each, names)
