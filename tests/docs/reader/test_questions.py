"""Questions with numbers: their answers by other ways, what a wrong answer is told, and what the reader does."""

import json
import re
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

import course_torch
from course_torch import DeepNetwork
from course_torch.data.data_set import pictures_to_rows
from course_torch.formulas.activations import leaky_relu, relu, sigmoid, tanh
from course_torch.formulas.average import average
from course_torch.formulas.broadcasting import percentages
from course_torch.formulas.computation_graph import ComputationGraph, course_graph, slope_by_nudge
from course_torch.formulas.costs import sigmoid_cross_entropy
from course_torch.formulas.layers import BackwardStep, linear
from course_torch.formulas.logistic_regression import step_without_loops
from course_torch.formulas.shallow_network import node_by_node
from course_torch.formulas.update import update
from course_torch.mistakes import MISTAKES
from course_torch.reports.page import classic
from tests.docs.conftest import Open
from tests.docs.texts import DOCS, PAGES, SECTIONS, module_of_extension, text_of
from tests.support.browser import Page, both_looks, keep, progress, violations

QUESTIONS = module_of_extension("_questions").QUESTIONS
made, written = (module_of_extension(f"_questions.{name}") for name in ("question", "written"))
directive = module_of_extension("lessons.questions")
ASKED = re.compile(r"^```\{question\} (.*)\n((?:.*\n)*?)```$", re.MULTILINE)
VALUE = re.compile(r"\\value\{([^{}]+)\}")
WEB, STATIC = Path(course_torch.__file__).with_name("web"), DOCS / "_static"
EQUALS = re.compile(r"\\value\{([^{}]+)\}\s*(?:\\\\\s*&?)?=\s*\\value\{right\}")
named = pytest.mark.parametrize("name", QUESTIONS)


def asked(language: str) -> dict[str, tuple[str, list[str]]]:
    """Question -> its page, and its question, hint and solution as they are written."""
    return {
        name: (page.removesuffix(".md"), text.split("\n+++\n"))
        for page in PAGES
        for name, text in ASKED.findall(text_of(language, page))
    }


def test_every_question_stands_on_its_page_in_both_languages() -> None:
    for language in ("en", "zh"):
        pages = {name: page.rpartition("/")[2] for name, (page, _) in asked(language).items()}
        assert pages == {name: name.rpartition("-")[0] for name in QUESTIONS}
        assert {lesson for lesson in SECTIONS if [*pages.values()].count(lesson) < 3} == set()


@named
def test_the_solution_computes_the_right_answer(name: str, language: str) -> None:
    """The arithmetic that it shows, as numbers."""
    _, parts = asked(language)[name]
    values = {key: np.array(value) for key, value in QUESTIONS[name].given.items() if not callable(value)}
    arithmetic = EQUALS.findall(parts[2])
    assert arithmetic or name.endswith(("shape", "leaky_slope")), "these are read off"
    for expression in arithmetic:
        np.testing.assert_allclose(np.atleast_2d(eval(expression, {}, values)), QUESTIONS[name].right, rtol=1e-12)
    assert "right" in VALUE.findall(parts[2])
    assert "right" not in VALUE.findall("".join(parts[:2])), "the question or the hint tells the answer"
    assert "\\value" not in "".join(directive.question_parts(name, "\n+++\n".join(parts)))


def test_numbers_with_which_a_wrong_formula_is_right_are_refused() -> None:
    with pytest.raises(AssertionError, match="a wrong formula gives the right answer"):
        made.own("2 * w", ("w**2", "", ""), w=2.0)


number, zeros = partial(torch.tensor, dtype=torch.float64), partial(torch.zeros, dtype=torch.float64)


def tensors(given: Mapping[str, Any]) -> dict[str, Tensor]:
    return {name: number(value) for name, value in given.items() if name != "m"}


def derivative(total: Callable[[Tensor], Tensor], at: Tensor) -> Tensor:
    """The derivative of a sum, by autograd."""
    at = at.clone().requires_grad_()
    return torch.autograd.grad(total(at), at)[0]


def dW(dZ: Tensor, A_prev: Tensor, **_: Tensor) -> Tensor:
    W = torch.zeros(dZ.shape[1], A_prev.shape[1], dtype=dZ.dtype)
    return derivative(lambda W: (dZ * (A_prev @ W.T)).sum() / len(dZ), W)


def db(dZ: Tensor, **_: Tensor) -> Tensor:
    return derivative(lambda b: (dZ * b.expand_as(dZ)).sum() / len(dZ), torch.zeros(1, dZ.shape[1], dtype=dZ.dtype))


def dA(dZ: Tensor, W: Tensor, **_: Tensor) -> Tensor:
    A_prev = torch.zeros(len(dZ), W.shape[1], dtype=dZ.dtype)
    return derivative(lambda A_prev: (dZ * (A_prev @ W.T)).sum(), A_prev)


def dZ_of_tanh(dA: Tensor, A: Tensor, dZ2: Tensor | None = None, W2: Tensor | None = None, **_: Tensor) -> Tensor:
    """The derivative of the loss behind the next layer, if the question gives that layer."""
    if dZ2 is None or W2 is None:
        return derivative(lambda Z: (dA * torch.tanh(Z)).sum(), torch.atanh(A))
    return derivative(lambda Z: (dZ2 * (torch.tanh(Z) @ W2.T)).sum(), torch.atanh(A))


BY_AUTOGRAD: dict[str, Callable[..., Tensor]] = {
    **{"dW": dW, "db": db, "dA": dA, "dZ tanh": dZ_of_tanh},
    "dZ sigmoid": lambda dA, A, **_: derivative(lambda Z: (dA * Z.sigmoid()).sum(), A.logit()),
    "dZ[L] sigmoid": lambda A, Y, **_: derivative(lambda Z: sigmoid_cross_entropy(Z, Y).sum(), A.logit()),
    "logistic weight_gradient": lambda X, dZ: dW(dZ, X).T,
    "logistic bias_gradient": lambda dZ: db(dZ)[0],
}


def parameters_of(sizes: list[int]) -> int:
    """How many parameters the network of the package has."""
    return sum(parameter.numel() for parameter in DeepNetwork(sizes).parameters())


def backward_step(*sizes: int) -> BackwardStep:
    """The step of layer 2 in the backward pass of a network of these layer sizes with the last number of examples."""
    *widths, m = sizes
    network = DeepNetwork(widths, output="softmax")
    Y = torch.eye(widths[-1])[torch.zeros(m, dtype=torch.long)]
    return network.backward_steps(torch.ones(m, widths[0]), Y)[1]


def two_steps(w: Tensor, alpha: float) -> Tensor:
    """w after two steps of gradient descent on w², with the slope by autograd."""
    for _ in range(2):
        w = update(w.clone(), derivative(torch.square, w), alpha)
    return w


def graph_of(a: float, b: float, c: float) -> list[float]:
    """J of the lecture's graph and its derivatives by a, b and c."""
    run = ComputationGraph({"a": a, "b": b, "c": c}, course_graph().formulas)
    *_, J = run.forward()
    for _ in run.backward():
        pass
    return [J.value, *(run.nodes[name].derivative for name in "abc")]


def picture(height: int, width: int) -> Tensor:
    """A colour picture whose numbers count from 0, as a byte does."""
    return (torch.arange(height * width * 3) % 256).to(torch.uint8).reshape(1, height, width, 3)


def place_in_row(pictures: Tensor, *at: int) -> int:
    """Where the row of a picture has the number that stands in the picture at (i, j, c)."""
    return pictures_to_rows(pictures)[0].tolist().index(pictures[(0, *at)].item())


def nine_slopes(
    x1: float, x2: float, a1: float, a2: float, w1: float, w2: float, a: float, y: float, **_: float
) -> Tensor:
    """The slopes of a network 2-2-1 of tanh by autograd: its biases make these values of the units."""
    net, X = DeepNetwork([2, 2, 1], "tanh", dtype=torch.float64), number([[x1, x2]])
    hidden, last = net.layers
    with torch.no_grad():
        last.W.copy_(number([[w1, w2]]))
        hidden.b.copy_(torch.atanh(number([[a1, a2]])) - X @ hidden.W.T)
        last.b.copy_(number([[a]]).logit() - number([[a1, a2]]) @ last.W.T)
    return torch.cat([torch.cat([dW, db.T], dim=1) for dW, db, _ in net.autograd_gradients(X, number([[y]]))])


def behind_two(first: float, second: float, behind: float) -> float:
    """The derivative of the end of a graph by a number that two nodes use."""
    formulas = {"u": ("multiply", "x", first), "v": ("multiply", "x", second), "s": ("add", "u", "v")}
    graph = ComputationGraph({"x": 1.0}, {**formulas, "J": ("multiply", "s", behind)})
    assert [*graph.forward(), *graph.backward()]
    return graph.nodes["x"].derivative


BY_PACKAGE: dict[str, Callable[..., object]] = {
    "slope-derivative": lambda w: derivative(lambda w: w**2, number(w)),
    "graph-twice": behind_two,
    "neuron-dw": lambda x, a, y: derivative(
        lambda w: sigmoid_cross_entropy((w * x)[None, None], number([[y]])).sum(), number(a).logit() / x
    ),
    "backward-nine": nine_slopes,
    "layer-z": lambda A_prev, W, b, m: linear(*map(number, (A_prev, W, b))),
    "1.1-features": lambda height, width: pictures_to_rows(picture(height, width)).shape[1],
    "1.1-place": lambda i, j, c, height, width: place_in_row(picture(height, width), i, j, c),
    "1.1-shape": lambda m, height, width: pictures_to_rows(picture(height, width).repeat(m, 1, 1, 1)).shape,
    "1.2-z": lambda x1, x2, w1, w2, b: linear(number([[x1, x2]]), number([[w1, w2]]), number([[b]])),
    "1.2-loss": lambda a, y, **logs: sigmoid_cross_entropy(number([[a]]).logit(), number([[y]])).numpy().round(3),
    "1.2-cost": lambda **losses: average(sum(losses.values()), len(losses)),
    "1.3-step": lambda w, alpha: update(number(w), derivative(lambda w: (w - 3) ** 2, number(w)), alpha),
    "1.3-fall": lambda dw, db, alpha: sum(each * update(zeros(()), number(each), alpha) for each in (dw, db)),
    "1.3-best": lambda curve: 1 / derivative(lambda w: curve * (w - 3), number(5.0)),
    "1.4-slope": slope_by_nudge,
    "1.4-rise": lambda slope, h: h * slope,
    "1.4-J": lambda **given: graph_of(**given)[0],
    "1.4-dJ": lambda **given: graph_of(**given)[1:],
    "1.5-step": lambda w, dw, learning_rate, **_: update(number(w), number(dw), learning_rate),
    "1.6-Z": lambda X, w, b: linear(number(X), number(w).T, number([[b]])),
    "1.6-shape": lambda m, n: step_without_loops(*map(torch.ones, ((m, n), (m, 1), (n, 1), (1, 1))), 0.0).dw.shape,
    "1.6-count": lambda m, n: sum(1 for _ in range(m) for _ in range(n)),
    "1.7-percent": lambda table: percentages(number(table).T).T,
    "1.7-shape": lambda A, B: (torch.zeros(A) + torch.zeros(B)).shape,
    "2.1-node": lambda a_prev, W, b: node_by_node(*map(number, (a_prev, W, b))),
    "2.1-layer": lambda a_prev, W, b: linear(*map(number, (a_prev, W, b))),
    "2.1-count": lambda n_0, n_1, n_2: parameters_of([n_0, n_1, n_2]),
    "2.2-Z": lambda A_prev, W, b, m: linear(*map(number, (A_prev, W, b))),
    "2.2-entry": lambda X, W, b: linear(*map(number, (X, W, b)))[2, 1],
    "2.2-shape": lambda m, n_0, n_1: linear(*map(torch.ones, ((m, n_0), (n_1, n_0), (1, n_1)))).shape,
    "2.3-leaky": lambda Z: leaky_relu(number(Z), number(0.01)),
    "2.3-sigma": lambda a: sigmoid(-number(a).logit()),
    "2.3-tanh": lambda s: tanh(number(s).logit() / 2),
    "2.3-linear": lambda W1, W2: (
        linear(linear(number([[1, 0], [0, 1]]), number(W1), zeros(1, 2)), number(W2), zeros(1, 1)).T
    ),
    "2.4-relu": lambda dA, Z: derivative(lambda Z: (number(dA) * relu(Z)).sum(), number(Z)),
    "2.4-leaky_slope": lambda Z: derivative(lambda Z: leaky_relu(Z, number(0.01)).sum(), number(Z)),
    "3.1-W_shape": lambda n_0, n_1, n_2, m: DeepNetwork([n_0, n_1, n_2]).layers[1].W.shape,
    "3.1-dA_shape": lambda n_0, n_1, n_2, m: backward_step(n_0, n_1, n_2, m).dA_prev.shape,
    "3.1-db_shape": lambda n_0, n_1, n_2, m: backward_step(n_0, n_1, n_2, m).gradients.db.shape,
    "3.2-A": lambda A_prev, W, b, activation: relu(linear(*map(number, (A_prev, W, b)))),
    "3.2-dZ": lambda dA, Z: derivative(lambda Z: (number(dA) * relu(Z)).sum(), number(Z)),
    "3.3-count": lambda **sizes: parameters_of([*sizes.values()]),
    "3.3-update": lambda w, dw, learning_rate, **_: update(number(w), number(dw), learning_rate),
    "3.3-steps": lambda w, alpha: two_steps(number(w), alpha),
    "1.7-back": lambda D: derivative(lambda b: (number(D) * (torch.zeros(2, 3) + b)).sum(), number([[0.0, 0.0, 0.0]])),
}
"""Question that asks for no tensor of the backward pass -> its answer by the formulas of the package."""


@named
def test_the_right_answer_is_that_of_autograd_or_of_the_package(name: str) -> None:
    question = QUESTIONS[name]
    if question.asked in BY_AUTOGRAD:
        expected = BY_AUTOGRAD[question.asked](**tensors(question.given))
    else:
        expected = BY_PACKAGE[name](**question.given)
    np.testing.assert_allclose(question.right, np.atleast_2d(np.asarray(expected, dtype=float)), rtol=1e-12)


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("a", "−2"),
        ("b + a", "3 + (−2)"),
        ("a - a", "−2 − (−2)"),
        ("b - (a + b)", "3 − (−2 + 3)"),
        ("a * b + 1", r"(−2) \cdot 3 + 1"),
        ("1 - a**2", "1 − (−2)^{2}"),
        ("(a + b) * b", r"(−2 + 3) \cdot 3"),
        ("(a + 1) / b", r"\frac{−2 + 1}{3}"),
        ("b * M", r"\begin{bmatrix}3 \cdot 1 & 3 \cdot (−0.5)\end{bmatrix}"),
        ("M @ M.T", r"1 \cdot 1 + (−0.5) \cdot (−0.5)"),
        ("M.sum()", "1 + (−0.5)"),
        ("[a, 2 * M[0][1]]", r"\begin{bmatrix}−2 & 2 \cdot (−0.5)\end{bmatrix}"),
    ],
)
def test_arithmetic_is_written_out(expression: str, text: str) -> None:
    values = {"a": -2.0, "b": 3, "M": [[1.0, -0.5]], "f": np.sin}
    assert written.filled(rf"$\value{{{expression}}}$", values) == f"${text}$"


GIVEN = {"dZ": (4, 2), "A_prev": (4, 3), "W": (2, 3), "dA": (4, 2), "A": (4, 2)}
HOLD_OUT: list[tuple[str, str, Callable[..., object], str]] = [
    ("dW", "dZ A_prev", lambda dZ, A_prev: dZ.T @ A_prev, "no 1/m"),
    ("dW", "dZ A_prev", lambda dZ, A_prev: dZ.T @ A_prev / 16, "1/m twice"),
    ("dW", "dZ A_prev", lambda dZ, A_prev: dZ.T @ A_prev / 3, "m of the features"),
    ("dW", "dZ A_prev", lambda dZ, A_prev: -dZ.T @ A_prev / 4, "sign"),
    ("dW", "dZ A_prev", lambda dZ, A_prev: dZ[:3].T @ A_prev[:3] / 4, "an example lost"),
    ("db", "dZ", lambda dZ: dZ.sum(axis=0, keepdims=True), "no 1/m"),
    ("db", "dZ", lambda dZ: np.full((1, 2), dZ.sum() / 4), "all entries summed"),
    ("dA", "dZ W", lambda dZ, W: dZ @ W / 4, "1/m in dA"),
    ("dZ tanh", "dA A", lambda dA, A: dA, "no g'"),
    ("dZ tanh", "dA A", lambda dA, A: dA * A**2, "1 left out"),
    ("dZ tanh", "dA A", lambda dA, A: dA * A, "A for g'"),
]
"""What is asked, what is given, a mistake in NumPy, and the key of its record."""


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("name", "given", "wrong", "key"), HOLD_OUT)
def test_other_numbers_are_answered_and_explained_as_well(
    name: str, given: str, wrong: Callable[..., object], key: str, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(made, "LARGEST", (4, 3))
    generator = np.random.default_rng(seed)
    numbers = {each: generator.uniform(-0.9, 0.9, GIVEN[each]) for each in given.split()}
    question = made.tensor(*name.split(), **{each: matrix.tolist() for each, matrix in numbers.items()})
    np.testing.assert_allclose(question.right, BY_AUTOGRAD[name](**tensors(numbers)), rtol=1e-12)
    (sentences,) = [texts for answer, texts in question.sentences() if np.allclose(answer, wrong(**numbers))]
    assert MISTAKES[key].sentence in sentences
    assert not any(np.allclose(answer, question.right) for answer, _ in question.sentences())


def uniform(*shape: int) -> list[list[float]]:
    return np.random.default_rng(sum(shape)).uniform(0.1, 0.9, shape).tolist()


OF_FUNCTIONS: list[tuple[str, dict[str, Any], Callable[..., object], str]] = [
    ("tensors slope_by_nudge", {"f": np.sin, "a": 0.7, "nudge": 0.3}, lambda f, a, nudge: f(1.0) - f(0.7),
     "not divided by the nudge"),
    ("tensors percentages", {"table": uniform(2, 3)}, lambda table: 100 * table / table.sum(axis=0),
     "wrong axis of the table"),
    ("tensors weighted_sums", {"X": uniform(2, 3), "w": uniform(3, 1), "b": 0.4}, lambda X, w, b: X @ w - b,
     "bias subtracted"),
    ("logistic weight_gradient", {"X": uniform(7, 2), "dZ": uniform(7, 1)}, lambda X, dZ: X.T @ dZ, "no 1/m"),
    ("logistic bias_gradient", {"dZ": uniform(7, 1)}, lambda dZ: dZ.sum(), "no 1/m"),
    ("shallow leaky_relu_derivative", {"Z": [[-0.3, 0.7]]}, lambda Z: np.where(Z > 0, Z, 0.01 * Z),
     "function for its derivative"),
    ("deep relu_backward", {"dA": [[-0.3, 0.7]], "Z": [[0.4, -0.2]]}, lambda dA, Z: dA * (dA > 0), "mask of dA"),
]  # fmt: skip
"""The same for functions of the exercises."""


@pytest.mark.parametrize(("name", "given", "wrong", "key"), OF_FUNCTIONS)
def test_a_mistake_in_a_function_is_explained_on_other_numbers(
    name: str, given: dict[str, Any], wrong: Callable[..., object], key: str
) -> None:
    question = made.function(name, **given)
    numbers = {each: np.array(value) if isinstance(value, list) else value for each, value in given.items()}
    (sentences,) = [texts for answer, texts in question.sentences() if np.allclose(answer, wrong(**numbers))]
    assert MISTAKES[key].sentence in sentences


browser = pytest.mark.browser
PLACES = ["row 1, column 1", "row 1, column 2", "row 2, column 1", "row 2, column 2"]


@pytest.fixture
def judging(new_page: Open) -> Page:
    """A page that judges answers: `judge(data, typed)` with the typed texts, row by row."""
    page = new_page()
    page.add_script_tag(content=classic("progress.js"))
    page.add_script_tag(path=STATIC / "questions.js")
    page.evaluate(
        "(places) => { window.judge = (data, typed) => verdict(typed.map(readNumber), data, places); }", PLACES
    )
    return page


def typed(answer: Any, digits: int = 17) -> list[str]:
    """A matrix as somebody types it."""
    return [f"{value:.{digits}g}".replace("-", "−") for value in np.ravel(answer)]


def judged(page: Page, data: dict[str, Any], texts: list[str]) -> dict[str, Any]:
    return page.evaluate("([data, typed]) => judge(data, typed)", [data, texts])


@browser
def test_right_answers_are_right_and_every_known_mistake_is_told(judging: Page, language: str) -> None:
    for name, question in QUESTIONS.items():
        data = directive.data_of(question, language)
        for digits in (17, 6, 4, 3):
            assert judged(judging, data, typed(question.right, digits)).get("right"), name
        for answer, sentences in question.sentences():
            said, texts = judged(judging, data, typed(answer)), [sentence.say(language) for sentence in sentences]
            assert not said.get("right"), (name, answer)
            if len(texts) > 1:
                assert said["list"] == texts
            else:
                before, _, after = ANSWER[language].partition("{}")
                assert said["line"].startswith(before)
                assert said["line"].endswith(texts[0] + after), name


ANSWER = {"en": "Not yet: {}.", "zh": "还不对：{}。"}
TIMES = {"en": "Not yet: every number is 3 times the right one: {}.", "zh": "还不对：每个数都是正确值的 3 倍：{}。"}
RIGHT = [[3.0, -2.0], [1.0, 1 / 3]]
EXCHANGED = "Not yet: the right numbers, but exchanged: "


@browser
@pytest.mark.parametrize(
    ("right", "texts", "words"),
    [
        (RIGHT, ["3", "-2", "1", "1/3"], "Right."),
        (RIGHT, ["3.00", "−2", " 1 ", "0.333"], "Right."),
        (RIGHT, ["3", "-2", "1", "0.33"], "Nearly: type at least three digits, or a fraction such as 1/3."),
        (RIGHT, ["3", "-2", "1", "0.3"], "Not yet: the numbers are right except in row 2, column 2."),
        (RIGHT, ["3", "2", "1", "1/3"], "Not yet: the numbers are right except for the sign in row 1, column 2."),
        (RIGHT, ["3", "2", "5", "1/3"], "Not yet: the numbers are right except in row 1, column 2; row 2, column 1."),
        (RIGHT, ["-3", "2", "-1", "-1/3"], "Not yet: the sign is turned around."),
        (RIGHT, ["6", "-4", "2", "2/3"], "Not yet: every number is 2 times the right one."),
        (RIGHT, ["-1.5", "1", "-0.5", "-1/6"], "Not yet: every number is −1/2 times the right one."),
        (RIGHT, ["3", "1", "-2", "1/3"], "Not yet: the right numbers, with rows and columns exchanged."),
        (RIGHT, ["-2", "3", "1", "1/3"], EXCHANGED + "row 1, column 1; row 1, column 2."),
        ([[0.5, -0.25]], ["-0.25", "0.5"], EXCHANGED + "row 1, column 1; row 1, column 2."),
        (RIGHT, ["9", "9", "9", "9"], "Not yet: none of the numbers is right."),
        (RIGHT, ["0", "0", "0", "0"], "Not yet: none of the numbers is right."),
        (0.25, ["0.5"], "Not yet: that is 2 times the right number."),
        (0.25, ["-0.25"], "Not yet: the sign is turned around."),
        (0.25, ["0.31"], "Not yet: the number is too large."),
        (0.25, ["-7.77"], "Not yet: the number is too small."),
        (0.0, ["1"], "Not yet: the number is too large."),
        (2.5, ["3"], "Not yet: the number is too large."),
    ],
)
def test_an_answer_that_no_known_mistake_gives_is_described(
    judging: Page, right: object, texts: list[str], words: str
) -> None:
    question = made.question("", {}, right, [])
    assert judged(judging, directive.data_of(question, "en"), texts)["line"] == words


@browser
@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("-0.5", -0.5),
        ("−0.5", -0.5),
        ("–.5", -0.5),
        (" - 1 / 3 ", -1 / 3),
        ("2/-4", -0.5),
        ("+3.", 3.0),
        ("1e-3", 0.001),
        ("－１．５", -1.5),
        *(
            (text, None)
            for text in ("", " ", "0,5", "1 2", "1/0", "1/2/3", "½", "3²", "x", ".", "-", "1/", "0x1", "Infinity")
        ),
    ],
)
def test_what_is_typed_is_read_as_a_number_or_not_at_all(judging: Page, text: str, value: float | None) -> None:
    assert judging.evaluate("(text) => readNumber(text)?.value ?? null", text) == value


CHECKED = {
    "en": ("Type a number first.", "“0,3” is not a number.", "Right."),
    "zh": ("请先填一个数。", "“0,3”不是一个数。", "正确。"),
}


@browser
@both_looks
def test_the_reader_types_is_told_why_and_is_remembered(open_page: Open, language: str, scheme: str) -> None:
    page = open_page(f"{language}/lessons/2.5.html", width=390, color_scheme=scheme)
    keep(page, "tasks/zeros")
    box = page.locator(".question").first
    fields, said, done = box.locator("input"), box.locator(".said"), box.locator(".done")
    empty, unreadable, right = CHECKED[language]
    assert said.get_attribute("role") == "status"
    fields.first.press("Enter")
    assert said.inner_text() == empty
    assert fields.first.evaluate("field => field === document.activeElement && field.ariaInvalid") == "true"
    page.keyboard.type("0.9")
    page.keyboard.press("Tab")
    page.keyboard.type("0,3")
    page.keyboard.press("Enter")
    assert said.inner_text().startswith(unreadable)
    assert violations(page) == []
    fields.nth(1).fill("−0.36")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # the button
    assert said.inner_text() == TIMES[language].format(MISTAKES["no 1/m"].sentence.say(language))
    fields.nth(0).fill("0.2")
    fields.nth(1).fill("−0.14")
    fields.nth(1).press("Enter")
    assert not done.is_visible()
    assert progress(page) == {"tasks": {"zeros": True}, **known_of_the_lesson(page)}
    fields.nth(0).fill("3/10")
    fields.nth(1).fill("−0.120")
    fields.nth(1).press("Enter")
    assert said.inner_text() == right
    assert violations(page) == []
    assert progress(page)["questions"] == {"2.5-dW": True}
    assert progress(page)["tasks"] == {"zeros": True}
    fields.nth(1).fill("7")
    fields.nth(1).press("Enter")
    assert done.is_hidden(), "the answer that stands there is wrong"
    page.reload()
    assert done.is_visible()
    assert page.locator(".done").nth(1).is_hidden()


def known_of_the_lesson(page: Page) -> dict[str, object]:
    """What the page keeps of the lesson before a question is answered."""
    return {key: value for key, value in progress(page).items() if key in ("lessons", "read", "predictions")}


@browser
def test_without_a_script_question_and_solution_are_there(open_page: Open, language: str) -> None:
    page = open_page(f"{language}/lessons/2.5.html", java_script_enabled=False)
    box = page.locator(".question").first
    assert not box.locator("input, button").first.is_visible()
    box.locator("summary").last.click()
    assert box.locator(".formula").last.is_visible()


def test_a_notebook_asks_with_the_same_numbers_and_folds_the_solution(site: Path, language: str) -> None:
    cells = json.loads((site / language / "lessons" / "2.5.ipynb").read_text(encoding="utf-8"))["cells"]
    (text,) = ["".join(cell["source"]) for cell in cells if "−0.12" in "".join(cell["source"])]
    question, hint, solution = re.split("<details>", text)
    assert r"\begin{bmatrix}0.6 \\ −0.3 \\ 0.9\end{bmatrix}" in question
    assert "−0.12" not in question + hint
    assert r"\value" not in text
    assert solution.rstrip().endswith("</details>")
