"""The widgets of lessons 2.5 and 3.1 to 3.3 by keyboard: their tensors are those of autograd and of plain NumPy."""

import re
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from course_torch import DeepNetwork
from course_torch.data.planar import flower_points
from tests.docs.conftest import Open
from tests.docs.texts import number

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def gradients() -> dict[str, torch.Tensor]:
    """The derivatives of lesson 2.5 by autograd, from the inputs on its page."""
    net = DeepNetwork([2, 2, 1], "tanh", dtype=torch.float64)
    given = ([[0.5, -0.2], [0.3, 0.4]], [[0.2, -0.3]], [[2.0, -1.0]], [[0.5]])
    with torch.no_grad():
        for own, rows in zip(net.parameters(), given, strict=True):
            own.copy_(torch.tensor(rows))
    X = torch.tensor([[1.0, 2.0], [2.0, -1.0]], dtype=torch.float64)
    Y = torch.tensor([[1.0], [0.0]], dtype=torch.float64)
    first, second = net.autograd_gradients(X, Y)
    return {"dW2": second.dW, "db2": second.db, "dW1": first.dW, "db1": first.db}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_six_equations_by_keyboard(open_page: Open, language: str) -> None:
    """The first entry of each result, then its last entry by the arrow keys. The arithmetic leads to its result."""
    page = open_page(f"{language}/lessons/2.5.html")
    expected, seen = gradients(), []
    page.focus("course-six-equations .next")
    for step in range(6):
        result = page.get_attribute("course-six-equations .step:not([hidden])", "aria-label")
        assert result is not None
        seen.append(result)
        for place in (0, -1):
            arithmetic = page.inner_text("course-six-equations .arithmetic")
            assert arithmetic.startswith(f"{result}(")
            if result in expected:
                assert number(arithmetic) == pytest.approx(expected[result].flatten()[place].item(), abs=5e-5)
            sum_ = re.sub("²", "**2", arithmetic.split(" = ")[1]).replace("·", "*").replace("−", "-")
            assert eval(sum_) == pytest.approx(number(arithmetic), abs=3e-4)
            page.focus("course-six-equations td.chosen")
            for key in ("ArrowRight", "ArrowDown"):
                page.keyboard.press(key)
        if step < 5:
            page.focus("course-six-equations .next")
            page.keyboard.press("Enter")
    assert seen == ["dZ2", "dW2", "db2", "dZ1", "dW1", "db1"]
    assert page.is_disabled("course-six-equations .next")


def test_the_factors_of_an_entry_are_marked(open_page: Open) -> None:
    page = open_page("en/lessons/2.5.html")
    page.click("course-six-equations .next")
    page.click('.step:not([hidden]) [data-cell="dW2 0 1"]')
    used = page.eval_on_selector_all(
        ".step:not([hidden]) td.used", "all => all.map(each => each.getAttribute('data-cell'))"
    )
    assert used == ["dZ2 0 0", "dZ2 1 0", "A1 0 1", "A1 1 1"]


Shapes = dict[str, tuple[int, ...]]
DIMENSIONS = "course-dimensions"


def expected(sizes: list[int], m: int) -> Shapes:
    """The shapes of a pass without the package: autograd gives each derivative."""
    A = torch.ones(m, sizes[0], requires_grad=True)
    tensors = {"A 0": A}
    for l, (n_in, n_out) in enumerate(pairwise(sizes), start=1):
        W, b = torch.ones(n_out, n_in, requires_grad=True), torch.ones(1, n_out, requires_grad=True)
        Z = A @ W.T + b
        A = torch.tanh(Z)
        tensors |= {f"W {l}": W, f"b {l}": b, f"Z {l}": Z, f"A {l}": A}
    derivatives = torch.autograd.grad(A.sum(), list(tensors.values()))
    shapes = {name: tuple(tensor.shape) for name, tensor in tensors.items()}
    shapes |= {f"d{name}": tuple(each.shape) for name, each in zip(tensors, derivatives, strict=True)}
    del shapes[f"dA {len(sizes) - 1}"]  # dZ[L] = A[L] - Y needs none
    return shapes


def shown(page: "Page", table: str) -> Shapes:
    """The shapes of a table that the reader sees."""
    cells = page.locator(f"{table} tbody tr:not([hidden]) td[data-shape]").all()
    texts = {str(each.get_attribute("data-shape")): each.inner_text() for each in cells}
    return {name: tuple(map(int, re.findall(r"\d+", text))) for name, text in texts.items() if text != "—"}


def pick_in_list(page: "Page", name: str, value: str) -> None:
    """Choose in a list by the arrow keys, until the value is there."""
    field = f"{DIMENSIONS} select[name={name}]"
    page.focus(field)
    for _ in range(40):
        if page.input_value(field) == value:
            return
        page.keyboard.press("ArrowDown")
    for _ in range(40):
        if page.input_value(field) == value:
            return
        page.keyboard.press("ArrowUp")
    raise AssertionError(f"{name} has no {value}")


def test_the_expected_shapes_are_those_worked_out_by_hand() -> None:
    assert expected([2, 3, 1], 7) == {
        **{"A 0": (7, 2), "W 1": (3, 2), "b 1": (1, 3), "Z 1": (7, 3), "A 1": (7, 3)},
        **{"W 2": (1, 3), "b 2": (1, 1), "Z 2": (7, 1), "A 2": (7, 1)},
        **{"dA 0": (7, 2), "dW 1": (3, 2), "db 1": (1, 3), "dZ 1": (7, 3), "dA 1": (7, 3)},
        **{"dW 2": (1, 3), "db 2": (1, 1), "dZ 2": (7, 1)},
    }


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_shapes_of_the_chosen_network(open_page: Open, language: str) -> None:
    page = open_page(f"{language}/lessons/3.1.html")
    table = f"{DIMENSIONS} > .scroll .by-layer"
    assert shown(page, table) == expected([2, 3, 4, 1], 7)
    for name, value in {"L": "4", "n0": "5", "n1": "1", "n2": "4", "n3": "2", "n4": "3", "m": "4"}.items():
        pick_in_list(page, name, value)
    assert shown(page, table) == expected([5, 1, 4, 2, 3], 4)
    pick_in_list(page, "L", "1")
    assert shown(page, table) == expected([5, 1], 4)
    assert not page.is_visible(f"{DIMENSIONS} select[name=n2]")


def test_the_products_of_the_chosen_layer_fit(open_page: Open) -> None:
    page = open_page("en/lessons/3.1.html")
    pick_in_list(page, "layer", "3")
    rows = [
        each.inner_text().split("\t") for each in page.locator(f"{DIMENSIONS} .shapes:not(.by-layer) tbody tr").all()
    ]
    assert rows == [
        ["Z[3] = A[2] W[3]ᵀ + b[3]", "(7, 4) (4, 1) + (1, 1)", "(7, 1)"],
        ["dW[3] = (1/m) dZ[3]ᵀ A[2]", "(1, 7) (7, 4)", "(1, 4)"],
        ["db[3] = (1/m) Σi dZ[3]", "(7, 1)", "(1, 1)"],
        ["dA[2] = dZ[3] W[3]", "(7, 1) (1, 4)", "(7, 4)"],
    ]
    pick_in_list(page, "L", "2")
    assert page.input_value(f"{DIMENSIONS} select[name=layer]") == "2"
    assert page.locator(f"{DIMENSIONS} .shapes:not(.by-layer) tbody tr").first.inner_text().endswith("(7, 4)")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_each_wrong_shape_is_found(open_page: Open, language: str) -> None:
    """Exactly one shape differs from the expected ones. The refusal names both, after the guess and not before it."""
    page = open_page(f"{language}/lessons/3.1.html")
    for puzzle in range(6):
        step = f"{DIMENSIONS} .step:not([hidden])"
        *sizes, m = map(int, re.findall(r"\d+", page.inner_text(f"{step} .above")))
        right = expected(sizes, m)
        right["Y"] = (m, sizes[-1])
        found = shown(page, step)
        assert found.keys() == right.keys()
        (wrong,) = (name for name in right if found[name] != right[name])
        assert page.inner_text(f"{DIMENSIONS} .said") == ""
        other = "dA 0" if wrong != "dA 0" else "A 0"
        for guess in (other, wrong):
            pick_in_list(page, "guess", guess)
            page.focus(f"{DIMENSIONS} .check")
            page.keyboard.press("Enter")
            said = page.inner_text(f"{DIMENSIONS} .said")
            assert ("expected" in said) == (guess == wrong)
            assert re.sub(r" (\d+)", r"[\1]", guess) in said
        assert str(found[wrong]) in said
        assert str(right[wrong]).removeprefix("(") in said.replace("(m, ", f"({m}, ")
        if puzzle < 5:
            page.focus(f"{DIMENSIONS} .next")
            page.keyboard.press("Enter")
    assert page.is_disabled(f"{DIMENSIONS} .next")


def test_without_a_script_the_answers_are_folded(open_page: Open) -> None:
    page = open_page("en/lessons/3.1.html", java_script_enabled=False)
    answers = page.locator(f"{DIMENSIONS} .step details")
    assert answers.count() == 6
    answers.last.locator("summary").click()
    assert "dA[1]: shape (6, 3), expected (6, 4)" in answers.last.inner_text()


Matrix = NDArray[np.float64]
BLOCKS = "course-blocks"


def by_hand() -> dict[str, Matrix]:
    """All tensors of the lesson in plain NumPy, from the inputs on its page."""
    W = {1: [[1, -1], [0, 1], [1, 1]], 2: [[1, 0.5, 0], [-1, 0, 0.5]], 3: [[0.5, -2]]}
    b = {1: [[0, 0, 1]], 2: [[1, -1]], 3: [[1]]}
    t: dict[str, Matrix] = {"A[0]": np.array([[1.0, 2.0], [2.0, -1.0]]), "Y": np.array([[1.0], [0.0]])}
    for l in (1, 2, 3):
        t[f"W[{l}]"], t[f"b[{l}]"] = np.array(W[l], float), np.array(b[l], float)
        t[f"Z[{l}]"] = t[f"A[{l - 1}]"] @ t[f"W[{l}]"].T + t[f"b[{l}]"]
        t[f"A[{l}]"] = np.maximum(t[f"Z[{l}]"], 0) if l < 3 else 1 / (1 + np.exp(-t[f"Z[{l}]"]))
    t["dZ[3]"] = t["A[3]"] - t["Y"]
    for l in (3, 2, 1):
        t[f"dW[{l}]"] = np.mean([np.outer(*pair) for pair in zip(t[f"dZ[{l}]"], t[f"A[{l - 1}]"], strict=True)], axis=0)
        t[f"db[{l}]"] = t[f"dZ[{l}]"].mean(axis=0, keepdims=True)
        t[f"dA[{l - 1}]"] = t[f"dZ[{l}]"] @ t[f"W[{l}]"]
        if l > 1:
            t[f"dZ[{l - 1}]"] = np.where(t[f"Z[{l - 1}]"] > 0, t[f"dA[{l - 1}]"], 0)
    return t


def test_the_computation_is_that_of_paper() -> None:
    """Worked out by hand: the output of example 1 is sigmoid(0), and unit 1 of example 1 is off."""
    t = by_hand()
    assert t["A[3]"][0, 0] == 0.5
    assert t["dA[1]"][0].tolist() == [-1.25, -0.125, 0.5]
    assert t["dZ[1]"][0].tolist() == [0, -0.125, 0.5]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_each_step_shows_the_numbers_of_its_block(open_page: Open, language: str) -> None:
    page, expected, seen = open_page(f"{language}/lessons/3.2.html"), by_hand(), []
    for step in range(1, 8):
        shown = page.locator(f"{BLOCKS} .step:not([hidden]) table.matrix").all()
        for table in shown:
            name = table.locator("caption").inner_text().split(" ")[0]
            rows = [
                [number(each) for each in row.split("\t")] for row in table.locator("tbody").inner_text().split("\n")
            ]
            np.testing.assert_allclose(rows, expected[name], atol=5e-5)
            seen.append(name)
        assert page.locator(f"{BLOCKS} .block.now").count() == 1
        if step < 7:
            page.focus(f"{BLOCKS} .next")
            page.keyboard.press("Enter")
    assert set(seen) == set(expected)
    assert page.is_disabled(f"{BLOCKS} .next")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_backward_block_uses_the_cache_of_its_own_layer(open_page: Open, language: str) -> None:
    page = open_page(f"{language}/lessons/3.2.html")
    used = []
    for _ in range(7):
        used.append(page.eval_on_selector_all(f"{BLOCKS} .cache.used", "all => all.map(each => each.dataset.step)"))
        said = page.inner_text(f"{BLOCKS} .said")
        assert re.findall(r"cache (\d)", said) == used[-1]
        page.focus(f"{BLOCKS} .next")
        page.keyboard.press("Enter")
    assert used == [["1"], ["2"], ["3"], [], ["3"], ["2"], ["1"]]


def test_a_number_stands_on_its_arrow_as_soon_as_it_is_computed(open_page: Open) -> None:
    page, expected = open_page("en/lessons/3.2.html"), by_hand()
    for step, name in enumerate(("A[1]", "A[2]", "A[3]", "dZ[3]", "dA[2]", "dA[1]", "dA[0]"), start=1):
        texts = page.locator(f"{BLOCKS} svg g[data-step='{step}'] text")
        assert texts.first.is_visible()
        rows = [[number(each) for each in text.split()] for text in texts.all_text_contents()]
        np.testing.assert_allclose(rows, expected[name], atol=5e-5)
        if step < 7:
            assert not page.locator(f"{BLOCKS} svg g[data-step='{step + 1}'] text").first.is_visible()
            page.focus(f"{BLOCKS} .next")
            page.keyboard.press("Enter")
    page.focus(f"{BLOCKS} .back")
    page.keyboard.press("Enter")
    assert not page.locator(f"{BLOCKS} svg g[data-step='7'] text").first.is_visible()


def test_on_a_phone_the_drawing_scrolls_to_the_block_at_work(open_page: Open) -> None:
    page = open_page("en/lessons/3.2.html", width=390)
    page.focus(f"{BLOCKS} .next")
    for _ in range(7):
        box, block = (page.locator(f"{BLOCKS} {each}").bounding_box() for each in (".scroll", ".block.now"))
        assert box is not None
        assert block is not None
        assert box["x"] <= block["x"]
        assert block["x"] + block["width"] <= box["x"] + box["width"]
        page.keyboard.press("Enter")


def test_without_a_script_and_in_print_everything_is_there(open_page: Open) -> None:
    still, printed = open_page("en/lessons/3.2.html", java_script_enabled=False), open_page("en/lessons/3.2.html")
    printed.emulate_media(media="print")
    for page in (still, printed):
        assert all(each.is_visible() for each in page.locator(f"{BLOCKS} .step, {BLOCKS} svg text").all())


CHOICES = "course-choices"
G = {
    "tanh": (np.tanh, lambda A: 1 - A**2),
    "relu": (lambda Z: np.maximum(Z, 0), lambda A: A > 0),
    "sigmoid": (lambda Z: 1 / (1 + np.exp(-Z)), lambda A: A * (1 - A)),
}
TRAININGS = [("4", "tanh", "1.2", "1000"), ("", "tanh", "0.1", "100"), ("8", "relu", "0.1", "100")]
TRAININGS += [("4-4", "sigmoid", "1.2", "1000"), ("4-4", "tanh", "10", "10")]


def forward(X: Matrix, parameters: list[Matrix], activation: str) -> list[Matrix]:
    """A[0] to A[L]."""
    A, last = [X], len(parameters) // 2 - 1
    for l in range(last + 1):
        Z = A[-1] @ parameters[2 * l].T + parameters[2 * l + 1]
        A.append(G[activation if l < last else "sigmoid"][0](Z))
    return A


@cache
def trained(hidden: str, activation: str, alpha: str, iterations: str) -> tuple[list[Matrix], list[float]]:
    """The parameters after the training, and J, the accuracy in the flower and in another flower in percent."""
    sizes = [2, *map(int, filter(None, hidden.split("-"))), 1]
    drawn = DeepNetwork(sizes, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    parameters = [each.detach().numpy().copy() for each in drawn.parameters()]
    (X, Y), (X_new, Y_new) = ([each.numpy().astype(float) for each in flower_points(seed)] for seed in (1, 2))
    for _ in range(int(iterations)):
        A = forward(X, parameters, activation)
        dZ = A[-1] - Y
        for l in range(len(A) - 2, -1, -1):
            W, dW, db = parameters[2 * l].copy(), dZ.T @ A[l] / len(X), dZ.mean(axis=0, keepdims=True)
            parameters[2 * l] -= float(alpha) * dW
            parameters[2 * l + 1] -= float(alpha) * db
            dZ = dZ @ W * G[activation][1](A[l])
    A_L = forward(X, parameters, activation)[-1]
    J = -np.mean(np.log(np.where(Y == 1, A_L, 1 - A_L)))
    new = forward(X_new, parameters, activation)[-1]
    return parameters, [J, 100 * np.mean((A_L > 0.5) == Y), 100 * np.mean((new > 0.5) == Y_new)]


def pick(page: "Page", name: str, value: str) -> None:
    """Choose a radio button by the arrow keys."""
    for _ in range(5):
        chosen = f"{CHOICES} [name=choice-{name}]:checked"
        if page.input_value(chosen) == value:
            return
        page.focus(chosen)
        page.keyboard.press("ArrowRight")
    raise AssertionError(f"{name} has no {value}")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_each_training_is_repeated(open_page: Open, language: str) -> None:
    page = open_page(f"{language}/lessons/3.3.html")
    for training in TRAININGS:
        for name, value in zip(("hidden", "activation", "alpha", "iterations"), training, strict=True):
            pick(page, name, value)
        parameters, (J, seen, new) = trained(*training)
        values = {
            name: page.inner_text(f"{CHOICES} [data-value={name}]") for name in ("parameters", "J", "seen", "new")
        }
        assert int(values["parameters"]) == sum(each.size for each in parameters)
        assert float(values["J"]) == pytest.approx(J, abs=6e-5)
        assert float(values["seen"]) == pytest.approx(seen)
        assert float(values["new"]) == pytest.approx(new)
        rows = [
            each.inner_text().split("\t") for each in page.locator(f"{CHOICES} .learned tbody tr:not([hidden])").all()
        ]
        assert [re.findall(r"\d+", row[1]) for row in rows] == [list(map(str, each.shape)) for each in parameters]
        assert [int(row[2]) for row in rows] == [each.size for each in parameters]
        assert [number(row[4]) for row in rows] == pytest.approx([each.flat[0] for each in parameters], abs=6e-5)


def test_the_point_lies_on_the_curve_at_the_chosen_iterations(open_page: Open) -> None:
    page = open_page("en/lessons/3.3.html")
    heights = []
    for iterations in ("1000", "10", "100"):
        pick(page, "iterations", iterations)
        x, y = (float(page.get_attribute(f"{CHOICES} .point", name) or "nan") for name in ("cx", "cy"))
        points = dict(each.split(",") for each in (page.get_attribute(f"{CHOICES} polyline", "points") or "").split())
        assert float(points[f"{x:.1f}"]) == y
        heights.append((trained("4", "tanh", "1.2", iterations)[1][0], y))
    zero, scale = 200, 170 / 1.2  # the drawing's y of J = 0, and its length of 1
    assert [y for _, y in heights] == pytest.approx([zero - J * scale for J, _ in heights], abs=0.06)


def test_without_a_script_the_networks_are_compared(open_page: Open) -> None:
    page = open_page("en/lessons/3.3.html", java_script_enabled=False)
    for row, hidden in zip(
        page.locator(f"{CHOICES} table.values:not(.learned) tbody tr").all(), ("", "4"), strict=False
    ):
        parameters, (J, seen, new) = trained(hidden, "tanh", "1.2", "1000")
        count, *cells = row.inner_text().split("\t")[1:]
        assert int(count) == sum(each.size for each in parameters)
        assert [float(each.rstrip("%")) for each in cells] == pytest.approx([J, seen, new], abs=6e-5)


@pytest.mark.parametrize(("language", "reason"), [("en", "without effect"), ("zh", "不起作用")])
def test_without_hidden_layers_no_activation_can_be_chosen(open_page: Open, language: str, reason: str) -> None:
    page = open_page(f"{language}/lessons/3.3.html")
    fieldset = page.locator(f"{CHOICES} fieldset:has([name=choice-activation])")
    for hidden, idle in (("4", False), ("", True), ("8", False)):
        pick(page, "hidden", hidden)
        assert [each.is_disabled() for each in fieldset.locator("input").all()] == [idle] * 3
        assert (reason in fieldset.inner_text()) == idle
