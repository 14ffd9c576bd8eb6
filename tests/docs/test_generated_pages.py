"""docs/benchmarks.md and docs/mistakes.md, in both languages, are what their tools write."""

import json
import re
from typing import Any

import pytest

from benchmarks import page as tool
from benchmarks.contenders import AUTO, BRIDGE, EAGER, EMPTY
from benchmarks.page import NAMES
from benchmarks.start import GOALS, IMPORT
from course_torch.language import LANGUAGES, Language
from course_torch.mistakes import RECORDS
from tests.docs.texts import DOCS
from tools.build_mistakes_page import PAGES, measured
from tools.build_mistakes_page import page as mistakes_page

RECORD = json.loads((DOCS / "benchmarks.json").read_text(encoding="utf-8"))
languages = pytest.mark.parametrize("language", LANGUAGES)


@languages
def test_a_page_is_the_text_of_its_tool(language: Language) -> None:
    """The tools get the committed times, and the counts on the page of mistakes, which has every record once."""
    assert tool.PAGES[language].read_text(encoding="utf-8") == tool.page(RECORD, language)
    text = mistakes_in(language)
    assert text == mistakes_page(counts_on(text), language), "write the page: python -m tools.build_mistakes_page"
    keys = re.findall(r"^`([^`]+)`.*[.。?？]$", text, flags=re.MULTILINE)
    assert sorted(keys) == sorted(record.key for record in RECORDS)
    prose = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    assert re.findall(r"\S*\{\w*", prose) == 2 * ['f"W{l'], "what a learner should write, and no placeholder"


def test_the_committed_times_are_those_of_the_programs_and_contenders_of_today() -> None:
    assert list(RECORD["start"]) == [IMPORT, *GOALS]
    assert {tool.AUTO, *tool.SHORT} >= {name for row in RECORD["rows"] for name in row["seconds"]}
    assert {"processor", "cores", "threads", "versions"} <= RECORD["machine"].keys()
    workloads = [f"{row['workload']}, {row['dtype']}" for row in RECORD["rows"]]
    text = json.dumps([RECORD, workloads], ensure_ascii=False)
    assert [name for name in NAMES if name not in text] == [], "names that have a Chinese form"


SECONDS = {AUTO: 2e-6, BRIDGE: 1.2e-5, EMPTY: 5e-6, EAGER: 8e-6, "JAX, jit": 1e-5}


@pytest.fixture
def record() -> dict[str, Any]:
    """A run of a single row: the step takes 2 µs with `auto`. NumPy misses its goal of 60."""
    goal = {"row": "cats, float64", "what": "NumPy / auto", "measured": 54.0, "limit": 60.0, "unit": ""}
    sizes = {"m": 50, "n_x": 32, "n_1": 1, "iterations": 10}
    return {
        "machine": {
            "processor": "a chip",
            "system": "Linux",
            "device": "cpu",
            "versions": {},
            "cores": 2,
            "threads": 2,
        },
        "rows": [{"workload": "cats", "dtype": "float64", "limit": 1e-3, "seconds": SECONDS}],
        "pipelines": {"a step": {"Lightning": 0.0009, "bare loop": 0.0003}},
        "start": {"import torch": 1.5, "course-torch check": 3.0},
        "crossover": [sizes | {"fused": 0.001, "gram": 0.002, "chosen": "gram", "ratio": 2.0}],
        "growth": [{"quantity": "m", "sizes": [512, 8192], "seconds": [1.0, 16.0], "slope": 1.0}],
        "goals": [goal | {"at_least": True, "reached": False}],
    }


@pytest.mark.parametrize(("reached", "word"), [(False, "missed"), (None, "not judged"), (True, "reached")])
def test_a_goal_is_missed_not_judged_or_reached(record: dict[str, Any], reached: bool | None, word: str) -> None:
    """A goal may be meant for another machine. Below: 12 µs, of which an empty Function takes 5, the rest 7."""
    record["goals"][0]["reached"] = reached
    text = tool.page(record, "en")
    listed = "- cats, float64: NumPy / auto is 54.00, the goal is at least 60.\n"
    assert f"| cats, float64 | NumPy / auto | 54.00 | at least 60 | {word} |" in text
    assert ("Goals that were not reached" in text) == (reached is False)
    assert (listed in text) == (reached is not True)
    assert (f"a cache holds X.\n\n{listed}" in text) == (reached is None)
    assert ("| cats, float64 | 12 | 5 | 7 | 8 |" in text) == (reached is False)


def test_ratios_divide_by_the_first_column_of_their_table(record: dict[str, Any]) -> None:
    text = tool.page(record, "en")
    assert "| cats, float64 | 2.0 | 1,000.0 | 6.00 | 2.50 | 4.00 | 5.00 |" in text
    assert "| Lightning | 0.0009 | 3.00 |" in text
    assert "| `course-torch check` | 3.00 | 2.00 |" in text
    assert "| m | 512 | 8192 | 1.00 |" in text
    assert "| 50 | 32 | 1 | 10 | 1.00 | 2.00 | gram | 2.00 |" in text


def mistakes_in(language: Language) -> str:
    return PAGES[language].read_text(encoding="utf-8")


def counts_on(text: str) -> list[tuple[int, ...]]:
    """The rows of the table, without their names."""
    rows = re.findall(r"^\| [^|]+((?:\| \d+ )+)\|$", text, flags=re.MULTILINE)
    return [tuple(map(int, re.findall(r"\d+", row))) for row in rows]


def test_an_edit_is_shown_as_the_right_and_the_wrong_formula_with_the_name_of_a_function() -> None:
    """Of `1 left out`, made in two activations; and an epsilon in the loss has more ways than the page shows."""
    text = mistakes_in("en")
    assert (
        "`1 left out` (notes 2.4): the 1 is left out: tanh has 1 - A², sigmoid has A (1 - A).\n\n"
        "```diff\n- dZ = dA * (1 - A**2)  # tanh\n+ dZ = dA * A**2\n"
        "- dZ = dA * A * (1 - A)  # sigmoid\n+ dZ = dA * A * A\n```\n"
    ) in text
    assert "\n+ …\n" in text
    assert (
        "`+ for - in W` (notes 2.5): the weights go uphill: subtract α dW.\n\n"
        "```diff\n@@ update_parameters @@\n"
        '- new[f"W{l}"] = parameters[f"W{l}"] - learning_rate * grads[f"dW{l}"]\n'
        '+ new[f"W{l}"] = parameters[f"W{l}"] + learning_rate * grads[f"dW{l}"]\n```\n'
    ) in text


def test_both_languages_have_the_same_counts_and_none_misleads() -> None:
    english, chinese = (counts_on(mistakes_in(language)) for language in LANGUAGES)
    assert english == chinese
    recorded, others = english
    assert [row[-1] for row in english] == [0, 0]
    assert recorded[1] == recorded[2] == recorded[3] == recorded[4] + recorded[5]
    assert recorded[0] + others[0] >= 60
    assert others[4] == 0


@pytest.mark.slow
def test_the_counts_on_the_page_are_those_of_the_hold_out_mistakes() -> None:
    """Another processor rounds otherwise, which may change the name of a few runs."""
    for row, on_page in zip(measured(), counts_on(mistakes_in("en")), strict=True):
        assert row[:2] == on_page[:2]
        assert max(abs(a - b) for a, b in zip(row, on_page, strict=True)) <= 3
