"""The check of a whole file: its options, the flower at the end, and how far a learner is."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from course_torch.errors import InputError
from course_torch.exercises.check import checking
from course_torch.exercises.check.answer import trained
from course_torch.exercises.check.checking import CheckOptions, check_file
from course_torch.exercises.check.progress import NAME, by_section
from course_torch.exercises.check.progress import keep as keep_progress
from course_torch.exercises.check.whole_pass import demonstrate, run_pass
from course_torch.exercises.judge.verdicts import State, Verdict
from course_torch.exercises.sandbox.client import Failure
from course_torch.exercises.sandbox.guards import LIMITS_ONLY
from course_torch.exercises.tasks import CHAPTERS
from course_torch.mistakes.solution import definitions, in_form, replace_in, solution
from tests.exercises.in_this_process import LocalLearner, caller_of
from tests.exercises.judged import LAYERS, as_assignment, check_of, written

NOT_LOADED = Failure("end", "signal 9")


@pytest.fixture
def local(monkeypatch: pytest.MonkeyPatch) -> type[LocalLearner]:
    monkeypatch.setattr(checking, "Learner", LocalLearner)
    return LocalLearner


@pytest.mark.sweep(2)
@pytest.mark.parametrize(("chapter", "lowest"), [("logistic", 0.45), ("shallow", 0.88), ("deep", 0.88)])
@pytest.mark.parametrize("layout", ["rows", "columns"])
def test_a_right_file_separates_the_flower(
    tmp_path: Path, local: type[LocalLearner], chapter: str, layout: str, lowest: float
) -> None:
    check = check_file(written(tmp_path, solution(chapter, "numpy", layout)), CheckOptions(show=True)).first
    assert check.passed
    assert check.trained.accuracy > lowest
    assert check.trained.after < check.trained.before
    (line,) = trained(check, "en")
    assert "on the flower" in line


def linear(A_prev: Tensor, W: Tensor, b: Tensor) -> Tensor:
    """Z = A_prev Wᵀ + b: broken, it leaves b out."""
    return A_prev @ W.T


def linear_backward(dZ: Tensor, A_prev: Tensor, m: float) -> tuple[Tensor, Tensor]:
    """dW = (1/m) dZᵀ A_prev: broken, it is transposed."""
    return A_prev.T @ dZ / m, dZ.sum(dim=0, keepdim=True) / m


@pytest.mark.slow
@pytest.mark.parametrize(
    ("broken", "named"), [(linear, "first wrong: Z[1] in the forward pass"), (linear_backward, "first wrong: dW[2]")]
)
def test_a_broken_formula_of_the_package_is_named_in_place_of_a_verdict(
    broken: Callable[..., object], named: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise a right file would be called wrong, or the judge would end in a traceback."""
    for module in ("formulas.layers", "network.propagation", "network.autograd_bridge"):
        monkeypatch.setattr(f"course_torch.{module}.{broken.__name__}", broken, raising=False)
    with pytest.raises(InputError, match=r"^course_torch: a formula of the package itself is wrong") as caught:
        check_file(written(tmp_path, solution("deep", "numpy", "rows")))
    assert named in str(caught.value)
    assert "\n" not in str(caught.value)


DEEP = solution("deep", "numpy", "columns")
HEAD = 'import numpy as np\nCHAPTER = "deep"\nLIBRARY = "numpy"\nLAYOUT = "columns"\n'
WRONG = HEAD + "def relu(Z):\n    return 2 * Z\n"


def test_without_options_a_file_is_judged_without_hint_and_training(tmp_path: Path, local: type[LocalLearner]) -> None:
    state = torch.get_rng_state()
    check = check_file(written(tmp_path, DEEP))
    assert torch.equal(torch.get_rng_state(), state)
    assert (check.passed, check.language, check.assignments) == (True, "en", (check.first,))
    first = check.first
    assert (first.hint, first.trained, first.first_wrong) == ([], None, None)
    assert (first.chapter.name, first.printed, first.limits, first.failure) == ("deep", "said \ufffd", ["memory"], None)
    assert 0 < first.seconds < 60
    assert local.given["guard"] is LIMITS_ONLY


@pytest.mark.parametrize(
    ("options", "language", "first"),
    [
        ({}, "zh", []),
        ({"hint": 1}, "zh", ["提示 1/3"]),
        ({"hint": 2, "language": "en"}, "en", ["hint 2 of 3"]),
        ({"show": True}, "zh", []),
    ],
)
def test_a_hint_is_given_on_a_wrong_file_in_its_language_if_no_other_is_asked_for(
    tmp_path: Path, local: type[LocalLearner], options: dict[str, Any], language: str, first: list[str]
) -> None:
    check = check_file(written(tmp_path, f'LANGUAGE = "zh"\n{WRONG}'), CheckOptions(**options))
    assert (check.language, check.first.hint[:1]) == (language, first)
    assert check.first.trained is None, "the flower is shown only for a right file"
    assert check_file(written(tmp_path, f'LANGUAGE = "zh"\n{DEEP}'), CheckOptions(**options)).first.hint == []


@pytest.mark.parametrize(("options", "seed"), [({}, 1), ({"seed": 2}, 2)])
def test_the_seed_draws_the_examples(
    tmp_path: Path, local: type[LocalLearner], options: dict[str, int], seed: int
) -> None:
    X = check_file(written(tmp_path, WRONG), CheckOptions(**options)).first.first_wrong.call.case.X
    assert any(torch.equal(X, case.X) for case in CHAPTERS["deep"].cases(seed))


def test_a_file_that_is_not_python_where_the_functions_may_have_been_is_rejected(
    tmp_path: Path, local: type[LocalLearner]
) -> None:
    with pytest.raises(InputError, match=r"mine\.py: it is not Python: line 5: invalid syntax"):
        check_file(written(tmp_path, f"{HEAD}x = = 1\n\ndef helper(x):\n    return x\n"))
    assert check_file(written(tmp_path, f"{WRONG}x = = 1\n")).first.first_wrong is not None


def assignment(*chapters: str) -> str:
    """The solutions of chapters as one file of the course."""
    return "".join(as_assignment(solution(chapter, "numpy", "columns")) for chapter in chapters)


def test_a_chapter_that_is_asked_for_is_judged_alone(tmp_path: Path, local: type[LocalLearner]) -> None:
    """A file with the assignments of weeks 2 and 3."""
    path = written(tmp_path, assignment("logistic", "shallow"))
    (one,) = check_file(path, CheckOptions(CHAPTERS["logistic"])).assignments
    assert one.chapter.name == "logistic"
    both = check_file(path)
    assert [assignment.chapter.name for assignment in both.assignments] == ["shallow", "logistic"]
    assert {verdict.state for verdict in both.verdicts} == {"right"}
    assert both.passed
    wrong = check_file(written(tmp_path, assignment("logistic", "shallow").replace("(dim, 1)", "(1, dim)")))
    assert wrong.first.passed
    assert not wrong.passed


def test_functions_of_the_other_part_of_an_assignment_are_judged_beside_its_own(
    tmp_path: Path, local: type[LocalLearner]
) -> None:
    path = written(tmp_path, assignment("deep") + LAYERS.format("parameters"))
    right = check_file(path)
    assert {verdict.state for verdict in right.verdicts} == {"right", "missing"}
    assert right.verdicts[-1].task.name == "L_layer_model"
    alone = check_file(path, CheckOptions(CHAPTERS["deep"]))
    assert [verdict.task.name for verdict in right.verdicts[:-1]] == [verdict.task.name for verdict in alone.verdicts]
    uphill = path.read_text(encoding="utf-8").replace("- learning_rate *", "+ learning_rate *")
    assert check_file(written(tmp_path, uphill)).verdicts[-1].state == "right", "with a right update_parameters"


def test_a_function_of_another_assignment_that_calls_a_wrong_function_is_judged_with_a_right_one(
    tmp_path: Path, local: type[LocalLearner]
) -> None:
    """Both assignments of week 4 in one file: `update_parameters` belongs to the first, the model to the second."""
    both = assignment("deep", "application").replace("- learning_rate *", "+ learning_rate *")
    found = {verdict.task.name: verdict for verdict in check_file(written(tmp_path, both)).verdicts}
    assert {name for name, verdict in found.items() if verdict.state == "wrong"} == {"update_parameters"}
    assert "with a right update_parameters in place of yours" in found["L_layer_model"].symptom.en


def test_a_hint_on_such_a_function_has_an_example_of_its_own_chapter(tmp_path: Path, local: type[LocalLearner]) -> None:
    wrong = check_file(written(tmp_path, assignment("deep") + LAYERS.format("7")), CheckOptions(hint=3))
    assert [verdict.task.name for verdict in wrong.verdicts if verdict.state == "wrong"] == ["L_layer_model"]
    sizes = CHAPTERS["application"].smallest_case().network.layer_sizes
    assert f"layers_dims = {list(sizes)}" in wrong.first.hint


def test_a_file_that_cannot_be_loaded_has_no_verdicts(
    tmp_path: Path, local: type[LocalLearner], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local, "ready", lambda learner: NOT_LOADED)
    check = check_file(
        written(tmp_path, assignment("deep") + LAYERS.format("7")), CheckOptions(hint=1, show=True)
    ).first
    assert (check.failure, check.verdicts, check.hint, check.trained) == (NOT_LOADED, [], [], None)
    assert not check.passed


RELU = CHAPTERS["deep"].tasks[0]


def verdicts_of(*states: State) -> list[Verdict]:
    return [Verdict(RELU, state) for state in states]


def test_the_first_function_to_mend_is_wrong_or_else_not_judged() -> None:
    for states, first in (
        (("right", "not judged", "wrong", "wrong"), 2),
        (("right", "missing", "not judged", "not judged"), 2),
        (("right", "missing"), None),
    ):
        check = check_of(HEAD, "deep", verdicts=verdicts_of(*states))
        assert check.first.first_wrong is (None if first is None else check.verdicts[first])


@pytest.mark.parametrize("result", ["None", "{}, costs", "(parameters,)[:0]", '{**parameters, "W1": "text"}, costs',
                                    '{**parameters, "W1": X}, costs', "1 / 0"])  # fmt: skip
def test_a_training_without_its_parameters_shows_nothing(result: str) -> None:
    """A training that is right on small networks may fail on the flower."""
    text = replace_in(DEEP, "train", "return parameters, costs", f"return {result}")
    learner = caller_of(text.replace("range(iterations)", "range(1)"), "deep").learner
    assert demonstrate(learner, CHAPTERS["deep"]) is None


def test_the_network_of_the_flower_has_the_trained_parameters() -> None:
    text = replace_in(
        DEEP, "train", "return parameters, costs", "return {k: 0 * v for k, v in parameters.items()}, costs"
    )
    flower = demonstrate(caller_of(text.replace("range(iterations)", "range(1)"), "deep").learner, CHAPTERS["deep"])
    assert all(not parameter.any() for parameter in flower.network.parameters())
    assert flower.after == pytest.approx(0.6931471805599453)  # log 2
    assert flower.before == pytest.approx(CHAPTERS["deep"].flower_network().cost(flower.X, flower.Y).item())


PASS = """import numpy as np
CHAPTER = "deep"
LIBRARY = "numpy"
LAYOUT = "{layout}"
def course_torch_pass(X, Y, parameters):
    # J is a sum of cubes, so that a one-sided difference and a large nudge show
    J = sum((n + 1) * (value**3).sum() for n, value in enumerate(parameters.values()))
    grads = {{f"d{{name}}": 3 * (n + 1) * value**2 for n, (name, value) in enumerate(parameters.items())}}
    return {{"cost": J, **grads}}
"""


@pytest.mark.parametrize("layout", ["rows", "columns"])
@pytest.mark.parametrize(
    ("old", "new", "runs"),
    [
        ("", "", True),
        ('"cost": J, ', "", False),
        ('"cost": J', '"cost": np.array([J, J])', False),
        ('"cost": J', '"cost": np.array([J])', True),
        ("**grads", "**{**grads, 'dW2': None}", False),
        ("**grads", "**{**grads, 'dW2': grads['dW1']}", False),
        ("    return", "    return 7\n    return", False),
        ("    return", "    1 / 0\n    return", False),
    ],
)
def test_the_whole_pass_returns_the_cost_and_every_gradient_or_says_why_not(
    layout: str, old: str, new: str, runs: bool
) -> None:
    caller = caller_of(PASS.format(layout=layout).replace(old, new, 1), "deep")
    case = caller.cases[0]
    found = run_pass(caller.learner, case.X, case.Y, case.parameters)
    assert isinstance(found, dict) is runs


@pytest.mark.parametrize("layout", ["rows", "columns"])
@pytest.mark.parametrize("mistakes", [[], [("/ m\n", "\n")]], ids=["right", "no 1/m"])
def test_the_functions_of_an_assignment_show_whether_rows_are_examples(
    tmp_path: Path, local: type[LocalLearner], layout: str, mistakes: list[tuple[str, str]]
) -> None:
    text = as_assignment(solution("shallow", "numpy", layout)).replace(f'LAYOUT = "{layout}"\n', "")
    for old, new in mistakes:
        text = text.replace(old, new, 1)
    check = check_file(written(tmp_path, text)).first
    assert check.source.layout == layout
    assert [one.task.name for one in check.verdicts if one.state == "wrong"] == ["compute_cost"] * len(mistakes)


SECTIONS = {"sigmoid": "1.2", "relu": "2.3", "linear_forward": "3.1", "linear_backward": "3.2"}


def keep(folder: Path, name: str, *right: str, chapter: str = "deep", sections: dict[str, str] = SECTIONS) -> None:
    (folder / name).touch()
    keep_progress(folder / name, chapter, sections, [*right])


def test_the_functions_are_counted_by_their_section(tmp_path: Path) -> None:
    keep(tmp_path, "deep.py", "relu", "linear_forward")
    assert by_section(tmp_path) == {"1.2": (0, 1), "2.3": (1, 1), "3.1": (1, 1), "3.2": (0, 1)}


def test_the_best_file_of_a_chapter_counts_and_chapters_add_up(tmp_path: Path) -> None:
    keep(tmp_path, "first_try.py", "relu")
    keep(tmp_path, "deep.py", "relu", "sigmoid")
    keep(tmp_path, "logistic.py", chapter="logistic", sections={"sigmoid": "1.2", "propagate": "1.5"})
    assert by_section(tmp_path) == {"1.2": (1, 2), "1.5": (0, 1), "2.3": (1, 1), "3.1": (0, 1), "3.2": (0, 1)}


def test_a_file_that_is_gone_does_not_count(tmp_path: Path) -> None:
    keep(tmp_path, "deep.py", "relu")
    (tmp_path / "deep.py").unlink()
    assert by_section(tmp_path) == {}


@pytest.mark.parametrize("text", ["{damaged", "[]", '{"deep.py": {"chapter": "deep", "right": []}}', "\xff"])
def test_a_damaged_state_counts_nothing(text: str, tmp_path: Path) -> None:
    (tmp_path / NAME).write_text(text, encoding="latin-1")
    assert by_section(tmp_path) == {}


@pytest.mark.parametrize("arguments", ["layer_dims", "layer_dims, scale=0.01, seed=3"])
def test_a_function_that_is_right_in_another_chapter_is_not_judged_in_this_chapter(
    arguments: str, tmp_path: Path, local: type[LocalLearner]
) -> None:
    """Both weeks have initialize_parameters, and the file defines that of week 4 alone."""
    week_4 = assignment("deep").replace("initialize_parameters_deep(layer_dims", f"initialize_parameters({arguments}")
    of_week_3 = in_form(definitions("shallow", ["forward_propagation", "backward_propagation"]), "numpy", "columns")
    checked = check_file(written(tmp_path, week_4 + of_week_3))
    states = [{verdict.task.name: verdict.state for verdict in one.verdicts} for one in checked.assignments]
    assert len(states) == 2
    assert states[0]["initialize_parameters"] == "right"
    assert "initialize_parameters" not in states[1]
    assert {*states[1].values()} == {"right", "missing"}
