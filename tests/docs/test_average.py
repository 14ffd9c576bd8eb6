"""Every number and formula of docs/average.md is what NumPy and the package compute, in both languages."""

import re
from typing import NamedTuple

import numpy as np
import pytest
import torch

from tests.conftest import MakeProblem
from tests.docs.texts import Matrix, as_python, both, code_blocks, evaluate, prose, tables

TEXT, CHINESE = both("docs/average")
"""The page. Its formulas and numbers are the same in both languages (tests/test_readme.py)."""
GIVEN = {
    **{"X": [[1, 2], [2, -1], [-1, 1]], "Y": [[1], [0], [1]]},
    **{"W[1]": [[0.5, -0.2], [0.3, 0.4]], "b[1]": [[0.2, -0.3]], "W[2]": [[2, -1]], "b[2]": [[0.5]]},
}


def expected_results() -> dict[str, Matrix]:
    """All results of the page by NumPy, without rounding."""
    X, Y, W1, b1, W2, b2 = (np.array(value) for value in GIVEN.values())
    A2 = 1 / (1 + np.exp(-(np.tanh(X @ W1.T + b1) @ W2.T + b2)))
    dZ2 = A2 - Y
    (dz_1,), (dz_2,), (dz_3,) = dZ2
    results = {
        "Y": Y,
        "A[2]": A2,
        "dZ[2]": dZ2,
        "db[2]": dZ2.mean(axis=0, keepdims=True),
        "Z[2].grad": dZ2 / 3,
        "rank 0: db[2]": (dz_1 + dz_2) * 2 / 3,
        "rank 1: db[2]": dz_3 * 2 / 3,
        "mean: db[2]": (dz_1 + dz_2 + dz_3) / 3,
        "mean of own means: db[2]": dz_1 / 4 + dz_2 / 4 + dz_3 / 2,
    }
    return {name: np.array(value, dtype=float) for name, value in results.items()}


EXPECTED = expected_results()
PRINTED = {f"{abs(number):.4f}": abs(number) for value in EXPECTED.values() for number in value.flat}


class Result(NamedTuple):
    """`name = formula = … = value`, where value is a printed literal."""

    name: str
    formulas: list[str]
    value: str


def results(text: str) -> list[Result]:
    """All results of the blocks marked `text`; a line that starts with a space continues the line before it."""
    found: list[Result] = []
    for block in code_blocks(text, "text"):
        for statement in re.sub(r"\n +", " ", block).split("\n"):
            if statement:
                name, *formulas, value = statement.split(" = ")
                found.append(Result(name, formulas, value))
    return found


def literal(value: str) -> Matrix:
    return np.asarray(eval(value.replace("−", "-")), dtype=float)


def unrounded(arithmetic: str) -> str:
    """The arithmetic with each number of four decimals replaced by the result that it abbreviates."""
    return re.sub(r"\d+\.\d{4}", lambda number: repr(float(PRINTED[number[0]])), arithmetic)


def as_printed(value: Matrix) -> list[str]:
    return [f"{number:.4f}" for number in value.flat]


def test_every_result_is_printed_to_its_last_digit() -> None:
    found = results(TEXT)
    assert {result.name for result in found} == set(EXPECTED)
    for result in found:
        assert literal(result.value).shape == EXPECTED[result.name].shape, result.name
        assert as_printed(literal(result.value)) == as_printed(EXPECTED[result.name]), result.name


def test_every_formula_leads_to_its_result() -> None:
    values = {as_python(name): value for name, value in EXPECTED.items() if ":" not in name} | {"m": 3}
    for result in results(TEXT):
        for formula in result.formulas:
            value = np.broadcast_to(evaluate(unrounded(formula), values), EXPECTED[result.name].shape)
            np.testing.assert_allclose(value, EXPECTED[result.name], rtol=1e-13, err_msg=f"{result.name}: {formula}")


def test_the_sentences_quote_results_and_the_limits_of_float16() -> None:
    for sentences in (prose(TEXT), prose(CHINESE)):
        assert all(number in sentences for number in ("65504", "70000", "2.9e-8", "65536"))
    half = torch.tensor([65504, 70000, 2.9e-8, 3.0e-8], dtype=torch.float16)
    assert half[0] == torch.finfo(torch.float16).max
    assert half[1].isinf()
    assert half[2] == 0
    assert half[3] > 0
    assert torch.amp.GradScaler("cpu").get_scale() == 65536


def test_both_bookkeepings_give_the_same_gradients(make_problem: MakeProblem) -> None:
    """The first table, both columns on the last layer of a network, and autograd's own tensors."""
    net, X, Y = make_problem((4, 6, 3, 1), hidden_activation="tanh")
    caches = net.caches(X)
    for cache in caches:
        cache.Z.retain_grad()
        cache.A.retain_grad()
    net.output.cost(caches[-1].Z, Y).backward()
    hidden, last = caches[-2], caches[-1]
    steps = net.backward_steps(X, Y)
    values = {name: getattr(last, name).detach().numpy() for name in ("A_prev", "A")} | {"Y": Y.numpy(), "m": 7}
    values |= {"AL": values["A"], "dZ": steps[-1].dZ.numpy(), "dZl": steps[-2].dZ.numpy()}
    values |= {"dAl": steps[-1].dA_prev.numpy(), "Z_grad": last.Z.grad.numpy()}
    expected = {
        "dZ[L]": values["dZ"],
        "Z[L].grad": values["Z_grad"],
        "Z[l].grad": hidden.Z.grad.numpy(),
        "A[l].grad": hidden.A.grad.numpy(),
        **dict.fromkeys(("dW", "W.grad"), net.layers[-1].W.grad.numpy()),
        **dict.fromkeys(("db", "b.grad"), net.layers[-1].b.grad.numpy()),
    }
    cells = [span for row in tables(TEXT)[0] for cell in row for span in re.findall(r"`([^`]+)`", cell)]
    formulas = dict(cell.split(" = ") for cell in cells if " = " in cell)
    assert set(formulas) == set(expected)
    for name, formula in formulas.items():
        np.testing.assert_allclose(evaluate(formula, values), expected[name], rtol=1e-12, err_msg=name)


def test_the_code_runs_and_prints_what_its_comments_say(capsys: pytest.CaptureFixture[str]) -> None:
    (code,) = code_blocks(TEXT, "python")
    exec(code, {})
    assert capsys.readouterr().out.splitlines() == re.findall(r"^print\(.*\)  # (.*)$", code, flags=re.MULTILINE)
