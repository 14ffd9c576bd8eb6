"""The rules of the course's own grader on right results, and the epsilons of a text."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from course_torch.exercises.judge.course_grader import RULES, Right, noted, with_graders_notes
from course_torch.exercises.judge.epsilons import FORMS, edits_with, epsilons
from course_torch.exercises.judge.verdicts import Verdict
from course_torch.exercises.sandbox.source import Piece, Source
from course_torch.exercises.tasks import CHAPTERS
from course_torch.exercises.tasks.task import Call
from course_torch.language import Text
from course_torch.mistakes.solution import changed, solution
from tests.exercises.in_this_process import judge_of
from tests.exercises.judged import verdict_by, verdict_on

CASE = CHAPTERS["deep"].smallest_case()


def said(name: str, result: Any, text: str = "", *, chapter: str = "deep", small: Iterable[float] = (),
         **call: Any) -> list[str]:  # fmt: skip
    """What the course's grader says of a result: the keys of the notes and what the sentences end with."""
    made = Call(call.pop("arguments", {}), call.pop("right", {}), CASE)
    notes = RULES[name](Right(made, result, chapter, name, text, list(small)))
    return [f"{note.key}: {note.text.en}" for note in notes]


def assert_said(found: list[str], *words: str) -> None:
    assert [text[: len(part)] for text, part in zip(found, words, strict=True)] == [*words]


def drawn(seed: int, *scales: float, how: str = "randn") -> dict[str, np.ndarray]:
    """W1, b1, W2, b2 with weights that are drawn one after the other."""
    state = np.random.RandomState(seed)
    weights = [scale * getattr(state, how)(2, 3) for scale in scales]
    return {f"{name}{l}": part for l, W in enumerate(weights, start=1) for name, part in (("W", W), ("b", 0 * W))}


SEED_2, SEED_3 = "np.random.seed(2)", "np.random.seed(3)"


@pytest.mark.parametrize(
    ("start", "text", "words"),
    [
        (drawn(2, 0.01, 0.01), SEED_2, []),
        (drawn(1, 0.01, 0.01), "", []),  # the seed before every call
        (drawn(2, 0.01, 0.01), f"{SEED_3}\n{SEED_2}", []),  # the last one counts
        (drawn(2, 0.01, 0.01), f"{SEED_2}\n{SEED_3}", ["other draws"]),
        (drawn(2, 0.01, 1.0), SEED_2, ["another scale"]),
        (drawn(2, 0.01, 0.01 * (1 + 2e-6)), SEED_2, ["another scale"]),
        (drawn(2, 0.01, 0.01 * (1 + 5e-7)), SEED_2, []),
        (drawn(2, 0.01, 0.01, how="rand"), SEED_2, ["another scale"]),
        (drawn(5, 0.01, 0.01), SEED_2, ["other draws"]),
    ],
)
def test_initial_weights_are_a_hundredth_of_the_templates_draws(
    start: dict[str, np.ndarray], text: str, words: list[str]
) -> None:
    assert_said(said("initialize_parameters", start, text, chapter="basics"), *words)


def test_the_scale_and_the_draws_of_each_layer_are_told() -> None:
    (found,) = said("initialize_parameters", drawn(2, 0.01, 0.5), SEED_2, chapter="basics")
    assert "here W1 = 0.01 * randn, W2 = 0.5 * randn" in found


@pytest.mark.parametrize(
    ("chapter", "name", "text", "note"),
    [
        ("deep", "initialize_parameters", "np.random.seed(1) # YOUR CODE STARTS HERE", ""),
        ("deep", "initialize_parameters", "np.random.seed(2) # YOUR CODE STARTS HERE", "np.random.seed(1)"),
        ("deep", "initialize_parameters", "np.random.seed(2)", ""),  # no template
        ("deep", "initialize_parameters_deep", "### START CODE HERE ###", "np.random.seed(3)"),
        ("shallow", "initialize_parameters", "### START CODE HERE ###", "np.random.seed(2)"),
        ("shallow", "initialize_parameters", "# YOUR CODE STARTS HERE", ""),  # the newer template has no seed
        ("basics", "initialize_parameters", "### START CODE HERE ###", ""),
    ],
)
def test_the_seed_is_that_of_the_template(chapter: str, name: str, text: str, note: str) -> None:
    seed = int(text[len("np.random.seed(")]) if text.startswith("np") else 1
    found = said(name, drawn(seed, 0.01), text, chapter=chapter)
    assert len(found) == bool(note)
    assert all(part.startswith("another seed: ") and note in part for part in found)


def test_the_last_of_several_seeds_counts() -> None:
    for other in (3, 1):
        text = f"np.random.seed({other})\nnp.random.seed(1) # YOUR CODE STARTS HERE"
        assert said("initialize_parameters", drawn(1, 0.01), text) == []


COST = CASE.cost.item()


def test_the_cost_is_a_number_without_an_epsilon() -> None:
    assert said("compute_cost", COST) == said("propagate", ({}, COST)) == said("compute_cost", np.array(COST)) == []
    assert_said(said("compute_cost", np.array([[COST]])), "cost as an array: the cost is an array of shape (1, 1)")
    assert_said(said("propagate", ({}, np.array([COST]))), "cost as an array: the cost is an array of shape (1,)")
    found = said("compute_cost", COST * (1 + 3e-6), small=[1e-6, 1e-7])
    assert_said(found, "epsilon in the cost: the epsilon 1e-06 in the logarithm changes the cost by 3e-06")
    assert_said(said("propagate", ({}, COST * (1 - 3e-6)), small=[1e-6]), "epsilon in the cost: ")
    assert_said(said("compute_cost", COST * (1 + 5e-7), small=[1e-9]), "tiny epsilon: ")
    assert_said(said("compute_cost", np.array([COST]), small=[1e-9]), "cost as an array: ", "tiny epsilon: ")


def test_an_epsilon_changes_the_gradients_of_the_weights() -> None:
    right = {"dW2": torch.tensor([[2.0, 4.0]]), "db2": torch.tensor([[1.0]]), "dW1": torch.tensor([[1.0]])}
    exact = {name: tensor.numpy().astype(float) for name, tensor in right.items()}
    for change, small, words in (
        ({}, [1e-6], []),
        ({"dW2": exact["dW2"] + [[0, 4e-5]]}, [1e-6], ["epsilon in the gradients: the epsilon 1e-06 in dAL changes"]),
        ({"dW1": exact["dW1"] * (1 + 1e-5)}, [1e-6], ["epsilon in the gradients: "]),
        ({"dW1": exact["dW1"] * (1 - 1e-5)}, [1e-6], ["epsilon in the gradients: "]),
        ({"dW1": exact["dW1"] * (1 + 1e-5)}, [], []),
        ({"dW1": exact["dW1"] * (1 + 1e-13)}, [1e-6], []),
        ({"db2": 2 * exact["db2"]}, [1e-6], []),
    ):
        assert_said(said("L_model_backward", {**exact, **change}, small=small, right=right), *words)
    (found,) = said("L_model_backward", {**exact, "dW2": exact["dW2"] + [[0, 4e-5]]}, small=[1e-6], right=right)
    assert "the gradients by 1e-05 of their size" in found


@pytest.mark.parametrize(
    ("iterations", "costs", "words"),
    [
        (3, [0.5], []),
        (3, [0.5, 0.4], ["every cost: 2 costs are recorded in 3 iterations"]),
        (100, [0.5], []),
        (100, [0.5, 0.4], ["every cost: 2 costs are recorded in 100 iterations"]),
        (101, [0.5, 0.4], []),
        (3, [], []),
    ],
)
def test_the_costs_are_those_of_each_100th_iteration(iterations: int, costs: list[float], words: list[str]) -> None:
    arguments = {"num_iterations": iterations}
    assert_said(said("optimize", ({}, {}, costs), arguments=arguments), *words)
    assert_said(said("model", {"costs": costs}, arguments=arguments), *words)


def test_a_result_without_costs_has_no_note() -> None:
    arguments = {"num_iterations": 3}
    assert said("optimize", ({}, {}), arguments=arguments) == said("model", {}, arguments=arguments) == []
    assert_said(said("optimize", ({}, {}, 0.5), arguments=arguments), "cost for costs: ")
    assert said("model", {"costs": 0.5}, arguments=arguments) == []


def test_the_labels_of_week_2_are_numbers() -> None:
    week_2, week_3 = {"w": 1, "b": 0, "X": 1}, {"parameters": {}, "X": 1}
    assert_said(said("predict", np.array([[True]]), arguments=week_2), "labels as bool: ")
    assert said("predict", np.array([[1.0]]), arguments=week_2) == []
    assert said("predict", np.array([[True]]), arguments=week_3) == []


COSTS = """import numpy as np
def compute_cost(AL, Y):
    cost = -np.mean(Y * np.log(AL + {}) + (1 - Y) * np.log(1 - AL))
    return {}
def relu(Z):
    return np.maximum(Z, 0)
"""


def note_on(epsilon: str, returned: str, function: str = "compute_cost", **change: Any) -> Verdict:
    judge = judge_of(COSTS.format(epsilon, returned), "deep")
    return noted(judge, replace(verdict_by(judge, function), **change), "deep")


@pytest.mark.parametrize(
    ("epsilon", "returned", "beginning", "keys"),
    [
        ("0", "cost", "", []),
        ("1e-12", "cost", "right, but the epsilon", ["tiny epsilon"]),
        ("1e-5", "cost", "right here, but the course's own grader compares with fixed numbers and may refuse it: the "
         "epsilon 1e-05 in", ["epsilon in the cost"]),
        ("1e-12", "np.array([cost])", "right here, but the course's own grader compares with fixed numbers and may "
         "refuse it: the cost is an array of shape (1,): np.squeeze makes a number of it; the epsilon 1e-12 in",
         ["cost as an array", "tiny epsilon"]),
    ],
)  # fmt: skip
def test_several_notes_are_one_sentence_with_the_gravest_answer(
    epsilon: str, returned: str, beginning: str, keys: list[str]
) -> None:
    verdict = note_on(epsilon, returned)
    symptom = verdict.symptom or Text("", "")
    assert symptom.en.startswith(beginning)
    assert bool(symptom.en) == bool(beginning)
    assert [finding.key for finding in verdict.findings] == keys
    assert all(finding.text == symptom for finding in verdict.findings)
    assert ("；" in symptom.zh) == (len(keys) > 1)


def test_only_a_right_function_without_another_note_and_with_a_rule_is_noted() -> None:
    for change in ({"state": "wrong"}, {"symptom": Text("seen", "看到")}):
        assert note_on("1e-5", "cost", **change).findings == ()
    assert note_on("1e-5", "cost", "relu").symptom is None


def test_the_notes_are_those_of_an_assignment_in_numpy() -> None:
    def notes(text: str) -> list[bool]:
        judge = judge_of(text, "deep")
        right = [Verdict(task, "right") for task in judge.chapter.tasks if task.name == "compute_cost"]
        return [bool(verdict.symptom) for verdict in with_graders_notes(judge, right, "deep")]

    text = COSTS.format("1e-5", "cost")
    assert notes(text) == [True]
    assert notes(f'CHAPTER = "deep"\n{text}') == [False]
    assert notes(f"import torch\n{text}") == [False]


def test_a_function_that_fails_at_once_more_has_no_note() -> None:
    judge = judge_of(COSTS.format("1e-5", "cost if cost else 1").replace("return cost", "return 1 / 0 * cost"), "deep")
    (task,) = (task for task in judge.chapter.tasks if task.name == "compute_cost")
    assert noted(judge, Verdict(task, "right"), "deep") == Verdict(task, "right")


SMALL = """import numpy as np
EPSILON, LARGE = 1e-6, 1e-3
TINY = 1e-9
def log(A):
    return np.log(A + 1e-7)
def other(A):
    return A + 1e-8
def cost(A, Y):
    return log(A) + 1e-5 + 2e-5 + 0.0 + 1 + 1e-5 + np.log(A + TINY) - 1e-10 + 1j
"""


def test_the_epsilons_of_a_function_are_its_small_numbers_and_those_of_the_functions_that_it_uses() -> None:
    source = Source(Path("mine.py"), (Piece("mine.py", SMALL),))
    found = epsilons(source, "cost")
    assert sorted(found[:2]) == [1e-10, 1e-05]  # its own come first
    assert found[2:] == [1e-07, 1e-09]
    assert epsilons(source, "other") == [1e-08]


def test_an_epsilon_may_be_in_the_cost_in_the_gradients_or_in_both() -> None:
    every = [{edit.place: edit.new for edit in edits} for edits in edits_with(1e-7)]
    assert len(every) == (len(FORMS) + 1) ** 2
    assert every[0] == {}
    assert [[*edits] for edits in every[1:2]] == [["output_gradient", "two_layer_model"]]
    assert "-Y / (AL + 1e-07) + (1 - Y) / (1 - AL + 1e-07)" in every[1]["output_gradient"]
    assert "np.divide(Y, (A2 + 1e-07)) - np.divide(1 - Y, (1 - A2 + 1e-07))" in every[1]["two_layer_model"]
    only_cost = every[len(FORMS) + 1]
    assert "output_gradient" not in only_cost
    assert "Y * np.log((AL + 1e-07)) + (1 - Y) * np.log((1 - AL + 1e-07))" in only_cost.values()


@pytest.mark.parametrize(
    ("old", "new", "state"),
    [
        ("np.log(AL)", "np.log(AL + 1e-6)", "right"),
        ("np.log(AL)", "np.log(AL + 1e-4)", "wrong"),
        ("np.log(AL)", "np.log(AL) + 1e-5", "wrong"),
        ("np.log(1 - AL)", "np.log(1 - AL + 1e-6)", "right"),
        ("np.log(AL)", "np.log(AL - 1e-6)", "wrong"),
    ],
)
@pytest.mark.parametrize("layout", ["rows", "columns"])
def test_a_small_epsilon_in_the_logarithm_is_right(layout: str, old: str, new: str, state: str) -> None:
    text = changed(solution("deep", "numpy", layout), "compute_cost", old, new)
    assert verdict_on(text, "deep", "compute_cost").state == state
