"""Every number and formula of docs/backprop.md is what plain loops and the package compute, in both languages."""

import re
from math import exp, log, tanh
from typing import NamedTuple

import numpy as np
import pytest
import torch

from course_torch import DeepNetwork, LayerGradients
from course_torch.formulas import shallow_network
from tests.conftest import MakeProblem, assert_equal
from tests.docs.texts import ROOT, Matrix, as_python, both, code_blocks, evaluate, prose, tables

TEXT, CHINESE = both("docs/backprop")
"""The page. Its formulas and numbers are the same in both languages (tests/test_readme.py)."""
GIVEN = {
    **{"X": [[1, 2], [2, -1], [-1, 1]], "Y": [[1], [0], [1]]},
    **{"W[1]": [[0.5, -0.2], [0.3, 0.4]], "b[1]": [[0.2, -0.3]], "W[2]": [[2, -1]], "b[2]": [[0.5]]},
}


def one_by_one(X: list, Y: list, W1: list, b1: list, W2: list, b2: list) -> dict[str, Matrix]:
    """Every result of sections 2 and 3 by plain loops over examples and units, in the manner of notes 1.5."""
    names = ("Z[1]", "A[1]", "Z[2]", "A[2]", "L", "dA[2]", "g'(Z[2])", "dZ[2]", "dA[1]", "g'(Z[1])", "dZ[1]")
    rows: dict[str, list] = {name: [] for name in names}
    dW1, db1, dW2, db2, J = [[0.0, 0.0], [0.0, 0.0]], [0.0, 0.0], [0.0, 0.0], 0.0, 0.0
    for x, (y,) in zip(X, Y, strict=True):
        z1 = [W1[j][0] * x[0] + W1[j][1] * x[1] + b1[0][j] for j in (0, 1)]
        a1 = [tanh(z) for z in z1]
        z2 = W2[0][0] * a1[0] + W2[0][1] * a1[1] + b2[0][0]
        a2 = 1 / (1 + exp(-z2))
        loss = -log(a2) if y == 1 else -log(1 - a2)
        da2, g2 = (-1 / a2 if y == 1 else 1 / (1 - a2)), exp(-z2) / (1 + exp(-z2)) ** 2
        dz2 = da2 * g2
        da1 = [dz2 * W2[0][j] for j in (0, 1)]
        g1 = [1 - tanh(z) ** 2 for z in z1]
        dz1 = [da1[j] * g1[j] for j in (0, 1)]
        for name, row in zip(names, (z1, a1, [z2], [a2], [loss], [da2], [g2], [dz2], da1, g1, dz1), strict=True):
            rows[name].append(row)
        J, db2 = J + loss / len(X), db2 + dz2 / len(X)
        for j in (0, 1):
            dW2[j] += dz2 * a1[j] / len(X)
            db1[j] += dz1[j] / len(X)
            for k in (0, 1):
                dW1[j][k] += dz1[j] * x[k] / len(X)
    sums = {"J": J, "dW[2]": [dW2], "db[2]": [[db2]], "dW[1]": dW1, "db[1]": [db1]}
    return {name: np.array(value, dtype=float) for name, value in (rows | sums).items()}


def expected_results() -> dict[str, Matrix]:
    """All results of the page, without rounding."""
    values = one_by_one(*GIVEN.values())
    alpha = 0.5
    updated = [np.array(GIVEN[name]) - alpha * values[f"d{name}"] for name in ("W[1]", "b[1]", "W[2]", "b[2]")]
    (dz_1,), (dz_2,), (dz_3,) = values["dZ[2]"]
    more = {
        "α": alpha,
        "J(W, b)": values["J"],
        "J(W − α dW, b − α db)": one_by_one(GIVEN["X"], GIVEN["Y"], *updated)["J"],
        "Z[2].grad": values["dZ[2]"] / 3,
        "rank 0: db[2]": (dz_1 + dz_2) * 2 / 3,
        "rank 1: db[2]": dz_3 * 2 / 3,
        "mean: db[2]": (dz_1 + dz_2 + dz_3) / 3,
        "mean of own means: db[2]": dz_1 / 4 + dz_2 / 4 + dz_3 / 2,
    }
    return {name: np.array(value, dtype=float) for name, value in (GIVEN | values | more).items()}


EXPECTED = expected_results()
PRINTED = {f"{abs(number):.4f}": abs(number) for value in EXPECTED.values() for number in value.flat}


class Result(NamedTuple):
    """`name = formula = … = value`, where value is a printed literal, with the worked entries that follow it."""

    name: str
    formulas: list[str]
    value: str
    entries: list[tuple[int, int, str, str]]  # row, column, arithmetic, printed value


def results(text: str) -> list[Result]:
    """All results of the blocks marked `text`; a line that starts with a space continues the line before it."""
    found: list[Result] = []
    for block in code_blocks(text, "text"):
        for statement in re.sub(r"\n +", " ", block).split("\n"):
            if entry := re.fullmatch(r"\((\d), (\d)\): (.+) = (.+)", statement):
                row, column, arithmetic, value = entry.groups()
                found[-1].entries.append((int(row) - 1, int(column) - 1, arithmetic, value))
            elif statement:
                name, *formulas, value = statement.split(" = ")
                found.append(Result(name, formulas, value, []))
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
    assert [result.name for result in found if result.name in GIVEN] == list(GIVEN)
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


def test_every_worked_entry_leads_to_the_entry_of_its_result() -> None:
    found = [(result.name, *entry) for result in results(TEXT) for entry in result.entries]
    assert len(found) == TEXT.count("\n(1, ") + TEXT.count("\n(2, ")
    for name, row, column, arithmetic, value in found:
        entry = EXPECTED[name][row, column]
        assert evaluate(unrounded(arithmetic), {}) == pytest.approx(entry, rel=1e-12), arithmetic
        assert value.replace("−", "-") == f"{entry:.4f}", arithmetic


def test_a_number_of_four_decimals_abbreviates_one_result_only() -> None:
    for value in EXPECTED.values():
        for number in value.flat:
            assert PRINTED[f"{abs(number):.4f}"] == pytest.approx(abs(number), rel=1e-12)


def test_the_sentences_quote_results_and_the_limits_of_float16() -> None:
    for sentences in (prose(TEXT), prose(CHINESE)):
        assert set(re.findall(r"\d+\.\d{4}", sentences)) == {f"{EXPECTED['A[2]'][1, 0]:.4f}"}
        assert all(number in sentences for number in ("65504", "70000", "2.9e-8", "65536"))
    assert EXPECTED["L"].argmax() == 1
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
        dZ, dW, db = (torch.from_numpy(EXPECTED[f"{name}[{l}]"]) for name in ("dZ", "dW", "db"))
        assert_equal(f"dZ[{l}]", steps[l - 1].dZ, dZ)
        for found in (gradients[l - 1], LayerGradients(net.layers[l - 1].W.grad, net.layers[l - 1].b.grad)):
            assert_equal(f"dW[{l}]", found.dW, dW)
            assert_equal(f"db[{l}]", found.db, db)


@pytest.mark.parametrize("layout", ["rows", "columns"])
def test_the_formulas_for_l_layers_are_the_networks(layout: str, make_problem: MakeProblem) -> None:
    """Section 4's table, run as a program for L = 3: its cells are the only formulas here."""
    net, X, Y = make_problem((4, 6, 3, 1), hidden_activation="tanh")

    def layout_of(tensor: torch.Tensor) -> Matrix:
        return tensor.detach().numpy() if layout == "rows" else tensor.detach().numpy().T

    cells = [row[1 if layout == "rows" else 2].strip("`").split(" = ") for row in tables(TEXT)[0]]
    formulas = dict(cells)
    assert list(formulas) == ["Z", "A", "dZ", "dW", "db", "dA_prev"]
    axis = 0 if layout == "rows" else 1
    A = [layout_of(X)]
    for layer, cache in zip(net.layers, net.caches(X), strict=True):
        values = {"A_prev": A[-1], "W": layer.W.detach().numpy(), "b": layout_of(layer.b)}
        Z = evaluate(formulas["Z"], values)
        np.testing.assert_allclose(Z, layout_of(cache.Z), rtol=1e-12)
        g = np.tanh if layer is not net.layers[-1] else lambda Z: 1 / (1 + np.exp(-Z))
        A.append(evaluate(formulas["A"], {"g": g, "Z": Z}))
    dZ = A[-1] - layout_of(Y)
    for l in (3, 2, 1):
        values = {"dZ": dZ, "W": net.layers[l - 1].W.detach().numpy(), "A_prev": A[l - 1], "m": 7}
        gradients = net.manual_gradients(X, Y)[l - 1]
        np.testing.assert_allclose(evaluate(formulas["dW"], values, axis), gradients.dW.numpy(), rtol=1e-12)
        np.testing.assert_allclose(evaluate(formulas["db"], values, axis), layout_of(gradients.db), rtol=1e-12)
        dA = evaluate(formulas["dA_prev"], values)
        dZ = evaluate(formulas["dZ"], {"dA": dA, "g": 1 - A[l - 1] ** 2})


def test_both_bookkeepings_give_the_same_gradients(make_problem: MakeProblem) -> None:
    """Section 5's first table, both columns on the last layer of a network, and autograd's own tensors."""
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
    cells = [span for row in tables(TEXT)[1] for cell in row for span in re.findall(r"`([^`]+)`", cell)]
    formulas = dict(cell.split(" = ") for cell in cells if " = " in cell)
    assert set(formulas) == set(expected)
    for name, formula in formulas.items():
        np.testing.assert_allclose(evaluate(formula, values), expected[name], rtol=1e-12, err_msg=name)


def test_the_code_runs_and_prints_what_its_comments_say(capsys: pytest.CaptureFixture[str]) -> None:
    (code,) = code_blocks(TEXT, "python")
    exec(code, {})
    assert capsys.readouterr().out.splitlines() == re.findall(r"^print\(.*\)  # (.*)$", code, flags=re.MULTILINE)


def test_the_code_that_the_page_names_exists() -> None:
    named = re.findall(r"`([^`\n]+)`", prose(TEXT))
    paths = [span for span in named if span.startswith("course_torch/")]
    assert [path.rsplit("/")[-1] for path in paths] == ["average.py", "layers.py", "autograd_bridge.py"]
    assert all((ROOT / path).is_file() for path in paths)
    methods = re.findall(r"net\.(\w+)", " ".join(named))
    assert set(methods) == {"backward_steps", "manual_gradients", "cost"}
    assert all(hasattr(DeepNetwork, method) for method in methods)
