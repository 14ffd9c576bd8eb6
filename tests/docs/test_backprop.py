"""Every number of docs/backprop.md is what its formulas, plain loops and the package compute."""

import re

import numpy as np
import pytest
import torch

from course_torch import DeepNetwork
from course_torch.formulas import shallow_network
from tests.conftest import assert_equal
from tests.docs.backprop_numbers import EXPECTED, GIVEN, PRINTED
from tests.docs.page import Matrix, as_python, evaluate, literal, pages_of, prose, results

PAGES = pages_of("backprop")
pages = pytest.mark.parametrize("text", PAGES.values(), ids=PAGES)


def unrounded(arithmetic: str) -> str:
    """The arithmetic with each number of four decimals replaced by the result that it abbreviates."""
    return re.sub(r"\d+\.\d{4}", lambda number: repr(float(PRINTED[number[0]])), arithmetic)


def python_values() -> dict[str, object]:
    """The results by the names that `as_python` gives them, and m."""
    return {as_python(name): value for name, value in EXPECTED.items() if ":" not in name} | {"m": 3}


def as_printed(value: Matrix) -> list[str]:
    return [f"{number:.4f}" for number in value.flat]


@pages
def test_every_result_is_printed_to_its_last_digit(text: str) -> None:
    found = results(text)
    assert [result.name for result in found if result.name in GIVEN] == list(GIVEN)
    assert {result.name for result in found} == set(EXPECTED)
    for result in found:
        assert literal(result.value).shape == EXPECTED[result.name].shape, result.name
        assert as_printed(literal(result.value)) == as_printed(EXPECTED[result.name]), result.name


@pages
def test_every_formula_leads_to_its_result(text: str) -> None:
    for result in results(text):
        for formula in result.formulas:
            value = np.broadcast_to(evaluate(unrounded(formula), python_values()), EXPECTED[result.name].shape)
            np.testing.assert_allclose(value, EXPECTED[result.name], rtol=1e-13, err_msg=f"{result.name}: {formula}")


@pages
def test_every_worked_entry_leads_to_the_entry_of_its_result(text: str) -> None:
    found = [(result.name, *entry) for result in results(text) for entry in result.entries]
    assert len(found) == text.count("\n(1, ") + text.count("\n(2, ")
    for name, row, column, arithmetic, value in found:
        entry = EXPECTED[name][row, column]
        assert evaluate(unrounded(arithmetic), {}) == pytest.approx(entry, rel=1e-12), arithmetic
        assert value.replace("−", "-") == f"{entry:.4f}", arithmetic


def test_a_number_of_four_decimals_abbreviates_one_result_only() -> None:
    for value in EXPECTED.values():
        for number in value.flat:
            assert PRINTED[f"{abs(number):.4f}"] == pytest.approx(abs(number), rel=1e-12)


@pages
def test_the_sentences_quote_results_and_the_limits_of_float16(text: str) -> None:
    sentences = prose(text)
    assert set(re.findall(r"\d+\.\d{4}", sentences)) == {f"{EXPECTED['A[2]'][1, 0]:.4f}"}
    assert EXPECTED["L"].argmax() == 1
    assert all(number in sentences for number in ("65504", "70000", "2.9e-8", "65536"))
    half = torch.tensor([65504, 70000, 2.9e-8, 3.0e-8], dtype=torch.float16)
    assert half[0] == torch.finfo(torch.float16).max
    assert half[1].isinf()
    assert half[2] == 0
    assert half[3] > 0
    assert torch.amp.GradScaler("cpu").get_scale() == 65536


@pytest.mark.usefixtures("float64")
def test_the_package_computes_the_results() -> None:
    X, Y, *parameters = (torch.tensor(value, dtype=torch.float64) for value in GIVEN.values())
    net = DeepNetwork([2, 2, 1], "tanh")
    with torch.no_grad():
        for own, given in zip(net.parameters(), parameters, strict=True):
            own.copy_(given)
    values = shallow_network.forward(X, shallow_network.Parameters(*parameters))
    course = shallow_network.backward(X, Y, values, shallow_network.Parameters(*parameters))
    steps, gradients = net.backward_steps(X, Y), net.manual_gradients(X, Y)
    J = net.cost(X, Y)
    J.backward()
    by_package = {
        **{f"{name[:-1]}[{name[-1]}]": value for name, value in (values._asdict() | course._asdict()).items()},
        "dA[1]": steps[1].dA_prev,
        "J": J.detach(),
    }
    assert len(by_package) == 12
    for name, value in by_package.items():
        assert_equal(name, value, torch.from_numpy(EXPECTED[name]))
    for l in (1, 2):
        expected = {name: torch.from_numpy(EXPECTED[f"{name}[{l}]"]) for name in ("dZ", "dW", "db")}
        assert_equal(f"dZ[{l}]", steps[l - 1].dZ, expected["dZ"])
        assert_equal(f"dW[{l}]", gradients[l - 1].dW, expected["dW"])
        assert_equal(f"db[{l}]", gradients[l - 1].db, expected["db"])
        assert_equal(f"W[{l}].grad", net.layers[l - 1].W.grad, expected["dW"])
        assert_equal(f"b[{l}].grad", net.layers[l - 1].b.grad, expected["db"])
