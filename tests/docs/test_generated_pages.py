"""docs/average.md, docs/benchmarks.md and docs/mistakes.md have, in both languages, the numbers that are computed."""

import json
import re
from typing import Any, NamedTuple

import numpy as np
import pytest
import torch

from benchmarks import page as tool
from benchmarks.contenders import AUTO, BRIDGE, COMPILED, EAGER
from benchmarks.page import NAMES
from benchmarks.timing import FLOWER
from course_torch.language import LANGUAGES, Language
from course_torch.mistakes import RECORDS
from tests.conftest import MakeProblem
from tests.docs.texts import DOCS, Matrix, as_python, both, code_blocks, counts_on, evaluate, prose, tables
from tools.build_mistakes_page import PAGES, entry
from tools.build_mistakes_page import page as mistakes_page

RECORD = json.loads((DOCS / "benchmarks.json").read_text(encoding="utf-8"))
languages = pytest.mark.parametrize("language", LANGUAGES)


@languages
def test_a_page_is_the_text_of_its_tool(language: Language) -> None:
    """The tools get the committed times, and the counts on the page of mistakes, which has every record once."""
    assert tool.PAGES[language].read_text(encoding="utf-8") == tool.page(RECORD, language)
    text = mistakes_in(language)
    assert text == mistakes_page(counts_on(text), language), "write the page: python -m tools.build_mistakes_page"
    lines = text.split("## ", 1)[1].rpartition("## ")[0].count("\n- ")
    assert lines == len({entry(record, language) for record in RECORDS})
    assert re.findall(r"\S*\{\w*", text) == 2 * ['f"W{l'], "what a learner should write, and no placeholder"


def test_the_committed_times_are_those_of_the_contenders_of_today() -> None:
    assert {tool.AUTO, *tool.SHORT} >= {name for row in RECORD["rows"] for name in row["seconds"]}
    assert {"processor", "cores", "threads", "versions"} <= RECORD["machine"].keys()
    workloads = [f"{row['workload']}, {row['dtype']}" for row in RECORD["rows"]]
    text = json.dumps([RECORD, workloads], ensure_ascii=False)
    assert [name for name in NAMES if name not in text] == [], "names that have a Chinese form"


SECONDS = {AUTO: 2e-6, BRIDGE: 1.2e-5, EAGER: 8e-6}
FLOWERS = {AUTO: 2e-5, COMPILED: 1.6e-4}


@pytest.fixture
def record() -> dict[str, Any]:
    """A step of the cats takes 2 µs with `auto`, and a step of the flower 20 µs."""
    return {
        "machine": dict.fromkeys(("processor", "system", "device", "cores", "threads"), "any") | {"versions": {}},
        "rows": [
            {"workload": "cats", "dtype": "float64", "seconds": SECONDS},
            {"workload": FLOWER.name, "dtype": "float64", "seconds": SECONDS | FLOWERS},
        ],
        "first_compiled_step": 4.0,
        "pipelines": {"a step": {"Lightning": 0.0009, "bare loop": 0.0003}},
    }


def test_ratios_divide_by_the_first_column_of_their_table(record: dict[str, Any]) -> None:
    text = tool.page(record, "en")
    assert "| cats, float64 | 2.0 | 6.00 | 4.00 |  |" in text
    assert re.search(r"8\.0 times as long.*?\s4\.0 s, and all 10,000 steps .*? 0\.20 s\.", text, re.DOTALL)
    assert "| Lightning | 0.0009 | 3.00 |" in text


def mistakes_in(language: Language) -> str:
    return PAGES[language].read_text(encoding="utf-8")


def test_a_line_says_what_was_written_what_is_wrong_and_where_the_notes_say_it() -> None:
    """A mistake in a function has no formula of the two passes."""
    text = mistakes_in("en")
    assert "\n- `dZ = dA * A**2`: the 1 is left out: tanh has 1 - A², sigmoid has A (1 - A) (2.4)\n" in text
    assert "\n- the weights go uphill: subtract α dW (2.5)\n" in text


def test_both_languages_have_the_same_counts_and_none_misleads() -> None:
    english, chinese = (counts_on(mistakes_in(language)) for language in LANGUAGES)
    assert english == chinese
    recorded, others = english
    assert [row[-1] for row in english] == [0, 0]
    assert recorded[1] == recorded[2] == recorded[3] == recorded[4] + recorded[5]
    assert recorded[0] + others[0] >= 60
    assert others[4] == 0


TEXT, CHINESE = both("docs/average")
"""docs/average.md. Its formulas and numbers are the same in both languages (tests/test_readme.py)."""
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
