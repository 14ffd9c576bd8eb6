"""What the extension finds wrong with a docstring, and what it adds."""

from typing import NamedTuple

import pytest

from tests.docs.reference.extension import module_of_extension

docstrings = module_of_extension("reference.docstrings")


def function(X: int, alpha: float = 1) -> None: ...


class Cache(NamedTuple):
    A_prev: int  # (m, n_in)
    Z: int = 1  # (m, n_out)
    plain: int = 2


class Options:
    scale: int

    def __init__(self, sizes: list[int]) -> None: ...


@pytest.mark.parametrize(
    ("shown", "docstring", "mistake"),
    [
        (function, "", "found no docstring"),
        (function, "The `X.", "odd number of backticks"),
        (function, "X    a row\nbeta    the rate", "found beta, expected"),
        (Options, "sizes    widths\nscales    what divides", "found scales, expected"),
        (Cache, "Z    the sums\nA    the values", "found A, expected"),
    ],
)
def test_a_wrong_docstring(shown: object, docstring: str, mistake: str) -> None:
    assert mistake in docstrings.mistake_in(shown, docstring)


@pytest.mark.parametrize(
    ("shown", "docstring"),
    [
        (function, "X, alpha    a row, the rate"),
        (function, "alpha    the rate"),
        (function, "plain    a method\nfused    another method"),  # a list of values, not of parameters
        (Options, "sizes    widths\nscale    what divides"),
        ({"a": 1}, "a    a key\nb    no key"),
    ],
)
def test_a_right_docstring(shown: object, docstring: str) -> None:
    assert docstrings.mistake_in(shown, docstring) is None


def test_the_comments_on_fields_are_added() -> None:
    assert docstrings.additions(Cache).split("\n") == ["", "", "A_prev   (m, n_in)", "Z   (m, n_out)"]
    assert docstrings.additions({"relu": 1, "tanh": 2}) == "\n\nNames: `relu`, `tanh`."
    assert docstrings.additions(function) == ""
