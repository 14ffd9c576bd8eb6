"""The formulas of docs/backprop.md hold for L layers, its code runs, and both languages say the same."""

import contextlib
import io
import re
from collections.abc import Callable

import numpy as np
import pytest
import torch

from course_torch import DeepNetwork
from tests.conftest import Problem
from tests.docs.page import ROOT, Matrix, code_blocks, evaluate, pages_of, prose, tables

PAGES = pages_of("backprop")
ENGLISH, CHINESE = PAGES.values()
pages = pytest.mark.parametrize("text", PAGES.values(), ids=PAGES)
NUMBER = r"\d+(?:\.\d+)?(?:e-\d+)?"


def spans(text: str) -> list[str]:
    """What stands in backquotes outside the blocks."""
    return re.findall(r"`([^`\n]+)`", prose(text))


@pages
@pytest.mark.parametrize("layout", ["rows", "columns"])
def test_the_formulas_for_l_layers_are_the_networks(
    text: str, layout: str, make_problem: Callable[..., Problem]
) -> None:
    """Section 4's table, run as a program for L = 3: its cells are the only formulas here."""
    net, X, Y = make_problem((4, 6, 3, 1), hidden_activation="tanh")

    def layout_of(tensor: torch.Tensor) -> Matrix:
        return tensor.detach().numpy() if layout == "rows" else tensor.detach().numpy().T

    cells = [row[1 if layout == "rows" else 2].strip("`").split(" = ") for row in tables(text)[0]]
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


@pages
def test_both_bookkeepings_give_the_same_gradients(text: str, make_problem: Callable[..., Problem]) -> None:
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
    cells = [span for row in tables(text)[1] for cell in row for span in re.findall(r"`([^`]+)`", cell)]
    formulas = dict(cell.split(" = ") for cell in cells if " = " in cell)
    assert set(formulas) == set(expected)
    for name, formula in formulas.items():
        np.testing.assert_allclose(evaluate(formula, values), expected[name], rtol=1e-12, err_msg=name)


@pages
def test_the_code_runs_and_prints_what_its_comments_say(text: str) -> None:
    (code,) = code_blocks(text, "python")
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(code, {})
    assert printed.getvalue().splitlines() == re.findall(r"^print\(.*\)  # (.*)$", code, flags=re.MULTILINE)


@pages
def test_the_code_that_the_page_names_exists(text: str) -> None:
    named = spans(text)
    paths = [span for span in named if span.startswith("course_torch/")]
    assert [path.rsplit("/")[-1] for path in paths] == ["average.py", "layers.py", "autograd_bridge.py"]
    assert all((ROOT / path).is_file() for path in paths)
    methods = re.findall(r"net\.(\w+)", " ".join(named))
    assert set(methods) == {"backward_steps", "manual_gradients", "cost"}
    assert all(hasattr(DeepNetwork, method) for method in methods)


def test_both_languages_hold_the_same_code_formulas_and_numbers() -> None:
    assert code_blocks(ENGLISH) == code_blocks(CHINESE)
    assert sorted(spans(ENGLISH)) == sorted(spans(CHINESE))
    sections = [prose(text).split("\n## ") for text in PAGES.values()]
    for english, chinese in zip(*sections, strict=True):
        assert re.findall("^#+ [0-9]?", english, re.MULTILINE) == re.findall("^#+ [0-9]?", chinese, re.MULTILINE)
        assert set(re.findall(NUMBER, english)) == set(re.findall(NUMBER, chinese))
    for table, table_zh in zip(tables(ENGLISH), tables(CHINESE), strict=True):
        assert [len(row) for row in table] == [len(row) for row in table_zh]
        for row, row_zh in zip(table, table_zh, strict=True):
            assert re.findall("`.+?`", str(row)) == re.findall("`.+?`", str(row_zh))


@pages
def test_the_links_lead_to_the_other_language(text: str) -> None:
    (link,) = re.findall(r"\]\(([^)]+)\)", text)
    assert PAGES[link] != text
