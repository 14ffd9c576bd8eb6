"""Code with placeholders matches code, and is filled with what it found."""

import ast

import pytest

from course_torch.exercises.explain.confusions import places_in
from course_torch.exercises.explain.patterns import filled, match, pattern_of
from course_torch.exercises.explain.repair_table import LIKELY, SURE


@pytest.mark.parametrize(
    ("written", "meant", "code", "right"),
    [
        ("_f(_z) + _name", "_f(_z + _name)", "sigmoid(W @ A) + b", "sigmoid(W @ A + b)"),
        ("_f(_z) + _name", "", "sigmoid(W @ A) + 1", None),
        ("_f(_z) + _name", "", "sigmoid(W, A) + b", None),
        ("_x._word._word", "_x._word", "X.shape.shape", "X.shape"),
        ("_x._word._word", "", "X.T.shape", None),
        ("_x + _x", "2 * _x", "A[0] + A[0]", "2 * A[0]"),
        ("_x + _x", "", "A[0] + A[1]", None),
        ("_np.zeros(_a, _b, *_more)", "_np.zeros((_a, _b, *_more))", "np.zeros(n, 1)", "np.zeros((n, 1))"),
        ("_np.zeros(_a, _b, *_more)", "_np.zeros((_a, _b, *_more))", "np.zeros(n, 1, m)", "np.zeros((n, 1, m))"),
        ("_np.zeros(_a, _b, *_more)", "", "np.zeros(n)", None),
        ("_f(*_before, _call(_x))", "_f(*_before, _call, _x)", "dot(W, f(A)(Z))", "dot(W, f(A), Z)"),
        ("_f(*_x, **_words, _w=_v / _m)", "_f(*_x, **_words, _w=_v) / _m", "s(Z, a=1, k=2 / m)", "s(Z, a=1, k=2) / m"),
        ("_text + _x", "grads[_text + _x]", "'dW' + str(l)", "grads['dW' + str(l)]"),
        ("_text + _x", "", "3 + str(l)", None),
        ("_whole * 2", "", "0.5 * 2", None),
        ("_number", "m", "7", "m"),
        ("_number", "", "1", None),
        ("1", "l", "1", "l"),
        ("1", "", "1.0", None),
        ("1", "", "True", None),
        ("_name._word", "_name * _word", "learning_rate.dw", "learning_rate * dw"),
        ("_a @ _b", "_a.T @ _b", "X.T @ Z", "X @ Z"),
    ],
)  # fmt: skip
def test_a_pattern_matches_and_is_filled(written: str, meant: str, code: str, right: str | None) -> None:
    found = match(pattern_of(written), pattern_of(code))
    assert (ast.unparse(filled(pattern_of(meant), found)) if found is not None else None) == right


def test_a_name_in_what_is_meant_is_a_name_of_the_function() -> None:
    """In `f` the number 7 may stand for m, and not for num_iterations, which f does not have."""
    function = ast.parse("def f(X, m):\n    return X / 7").body[0]
    assert isinstance(function, ast.FunctionDef)
    (seven,) = (place for place in places_in(function) if ast.unparse(place.node) == "7")
    others = {ast.unparse(other) for group in (*SURE, *LIKELY) for kind in group for other in kind.others(seven)}
    assert "m" in others
    assert others.isdisjoint({"num_iterations", "learning_rate"})
