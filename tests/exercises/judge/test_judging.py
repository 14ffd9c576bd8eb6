"""The verdict on one function: what is asked in which order, what a failed call says, and what waits for what."""

import re
from dataclasses import replace
from types import ModuleType
from typing import Any, NoReturn
from unittest.mock import Mock

import pytest

from course_torch.exercises.judge import calling, judging
from course_torch.exercises.judge.answer import as_record, message
from course_torch.exercises.judge.judging import Judge, in_order
from course_torch.exercises.judge.verdicts import State, Verdict
from course_torch.exercises.sandbox.process import Answer, Failure
from course_torch.exercises.tasks import CHAPTERS
from course_torch.exercises.tasks.task import Task
from course_torch.mistakes.solution import changed, solution
from tests.conftest import said_for_people
from tests.exercises.in_this_process import judge_of
from tests.exercises.judged import (
    Case,
    as_assignment,
    assert_answer,
    cases_of,
    check_of,
    judged,
    verdict_by,
    verdict_on,
)

DEEP = solution("deep", "numpy", "columns")
NUMPY = "import numpy as np\n"
RELU = "def relu(Z):\n    return {}\n"


def task_of(function: str, chapter: str = "deep") -> Task:
    return next(task for task in CHAPTERS[chapter].tasks if task.name == function)


def spied(judge: Judge) -> Mock:
    """The calls of a judge's learner."""
    spy = Mock(wraps=judge.learner.call)
    judge.learner.call = spy  # type: ignore[method-assign]
    return spy


def verdict_if(failure: Failure, text: str, absent: dict[str, Failure] | None = None) -> Verdict:
    """The verdict on relu if the process answers each call with a failure. `absent` are the names without a value."""
    judge = judge_of(text, "deep")
    judge.learner.call = Mock(return_value=failure)  # type: ignore[method-assign]
    judge.learner.absent = absent or {}
    return verdict_by(judge, "relu")


def keys(verdict: Verdict) -> list[str]:
    return [finding.key for finding in verdict.findings]


def test_a_function_that_the_file_does_not_have_is_missing() -> None:
    verdict = verdict_on(NUMPY, "deep", "relu")
    assert (verdict.state, message(verdict, "en")) == ("missing", "relu: the file does not define it.")


SEARCHES = {
    calling: ("of_exception", "of_result", "of_text"),
    judging: ("by_tensor", "explain", "is_blank", "of_assertion", "of_sizes", "repairs", "shown", "that_raise"),
}
"""Module of the judge -> its searches for a cause."""
WRONG_IN_MANY_WAYS = (
    ("relu", "Z * (Z > 0)", "Z * (Z < 0)"),
    ("sigmoid", "np.exp(-Z)", "np.exp(Z) * np.cos(Z)"),
    ("linear_forward", "W @ A + b", "A @ W + b"),
    ("compute_cost", "m = Y.shape[1]", "m = Y.shape[1]; assert AL.shape == (9, 9)"),
    ("linear_backward", "dA_prev, dW, db", "dW, dA_prev, db"),
    ("relu_backward", "dA * (Z > 0)", "dA * undefined"),
    ("update_parameters", "- learning_rate", "- 0.1"),
)


@pytest.mark.parametrize(("module", "name"), [(module, name) for module, names in SEARCHES.items() for name in names])
def test_a_search_for_a_cause_that_raises_costs_no_verdict(
    module: ModuleType, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = DEEP
    for change in WRONG_IN_MANY_WAYS:
        text = changed(text, *change)
    states = [(verdict.task.name, verdict.state) for verdict in judged(text, "deep")]

    def broken(*arguments: Any, **options: Any) -> NoReturn:
        raise OverflowError("cannot convert float infinity to integer")

    monkeypatch.setattr(module, name, broken)
    for each in SEARCHES:
        monkeypatch.setattr(each, "trouble", said_for_people)
    judge = judge_of(text, "deep")
    assert [(verdict.task.name, verdict.state) for verdict in in_order(judge, judge.chapter.tasks)] == states
    assert judge.troubles
    line = r"OverflowError: cannot convert float infinity to integer \(test_judging.py:\d+\)"
    assert all(re.fullmatch(line, trouble) for trouble in judge.troubles)
    record = as_record(check_of(text, "deep", troubles=tuple(judge.troubles)))
    assert record["troubles"] == judge.troubles


@pytest.mark.parametrize("value", ["1e308 * np.tanh(Z)", "np.sign(Z) * 1.7e308", "Z * 1e160"])
def test_numbers_near_the_largest_are_judged(value: str) -> None:
    text = changed(solution("shallow", "numpy", "columns"), "sigmoid", "1 / (1 + np.exp(-Z))", value)
    states = {verdict.task.name: verdict.state for verdict in judged(text, "shallow")}
    assert states["sigmoid"] == "wrong"
    assert verdict_on(text, "shallow", "nn_model").state == "wrong"  # its caller, with the learner's own sigmoid


def test_the_first_two_calls_are_made_twice() -> None:
    judge = judge_of(DEEP, "deep")
    spy, calls = spied(judge), judge.calls(task_of("linear_forward"))
    assert verdict_by(judge, "linear_forward").state == "right"
    twice = [call.kwargs["twice"] for call in spy.call_args_list]
    assert twice == [True, True, *[False] * (len(calls) - 2)]


def test_arguments_are_not_to_be_changed_but_by_the_functions_that_may() -> None:
    text = changed(DEEP, "relu", "    return", "    Z *= Z > 0\n    return")
    assert keys(verdict_on(text, "deep", "relu")) == ["arguments changed"]
    judge = judge_of(text, "deep")
    spy = spied(judge)
    verdict_by(judge, "relu")
    verdict_by(judge, "update_parameters")
    asked = {call.args[0]: call.kwargs["arguments_back"] for call in spy.call_args_list}
    assert asked == {"relu": True, "update_parameters": False}


def test_a_changed_argument_is_named_although_the_function_reads_its_own_cache() -> None:
    text = changed(DEEP, "linear_forward", "(A, W, b)", "(A, W)")
    text = changed(text, "linear_backward", "A_prev, W, _ = cache", "A_prev, W = cache[:2]\n    dZ *= 1.0")
    text = changed(text, "linear_backward", "    m =", "    dZ += 1\n    m =")
    assert keys(verdict_on(text, "deep", "linear_backward")) == ["arguments changed"]


def test_a_further_argument_is_given_if_the_function_requires_it() -> None:
    cost = "def compute_cost(A2, Y{}):\n    return float(-np.mean(Y * np.log(A2) + (1 - Y) * np.log(1 - A2))) + {}\n"
    for further, added, state in (
        (", parameters", "0 * len(parameters['W1'])", "right"),
        (", parameters=7", "0 * (parameters - 1)", "right"),
        (", other", "0", "not judged"),
    ):
        verdict = verdict_on(NUMPY + cost.format(further, added), "shallow", "compute_cost")
        assert verdict.state == state, further


FAILURES: list[tuple[Failure, State, str]] = [
    (Failure("unmade", ""), "not judged", ""),
    (Failure("NotImplementedError", "", ("learner.py", 3)), "missing", ""),
    (Failure("NotImplementedError", ""), "missing", ""),
    (Failure("NotImplementedError", "", ("learner.py", 9)), "not judged",
     "it calls a function that is not written yet (learner.py:9)"),
    (Failure("NotImplementedError", "'tanh' not implemented for 'Long'"), "wrong",
     "it raises NotImplementedError in learner.py: 'tanh' not implemented for 'Long'"),
    (Failure("StubResultError", "course_torch.relu"), "wrong",
     "it returns what relu of course_torch gives, which is empty while the file is judged: write the formula yourself"),
    (Failure("StubResultError", "tools.relu"), "not judged",
     "it uses relu of the file tools.py, which is not there when the file is judged: copy relu into your file"),
    (Failure("timeout", "20"), "not judged",
     "it did not return within 20 s and 20 times its processor time: it waits for something, or this machine is too "
     "busy"),
    (Failure("spent", ""), "not judged",
     "it is not called: the calls before it computed for 120 s, or took more than 240 s and 20 times their processor "
     "time"),
    (Failure("NotReturning", "20"), "wrong", "it does not return: it still computes after 20 s of processor time"),
    (Failure("end", "signal 9"), "not judged", "it ended the process (signal 9)"),
    (Failure("ValueError", "no", ("learner.py", 3)), "wrong", "it raises ValueError in learner.py:3: no"),
    (Failure("ValueError", "", ("learner.py", 3)), "wrong", "it raises ValueError in learner.py:3"),
]  # fmt: skip
"""Failure of relu, whose lines are 2 and 3, the state and the symptom."""


@pytest.mark.parametrize(("failure", "state", "symptom"), FAILURES)
def test_what_a_call_without_a_result_says(failure: Failure, state: str, symptom: str) -> None:
    verdict = verdict_if(failure, NUMPY + RELU.format("Z"))
    assert (verdict.state, verdict.symptom.en if verdict.symptom else "") == (state, symptom)
    assert (verdict.raised is not None) == ("raises" in symptom)
    assert (verdict.call is None) == failure.is_missing


def test_a_module_that_is_not_there_is_missed_by_an_exercise_for_good() -> None:
    """An assignment may import its helpers. A file of this project imports nothing of the kind."""
    assert verdict_if(Failure("StubResultError", "tools.relu"), DEEP).state == "wrong"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("X", "it uses X, which has no value: line 4 of cell 2 failed with OSError: no file"),
        ("n", "it uses n, which has no value: line 4 of cell 2 failed with OSError: no file"),
        (
            "data",
            "it uses data, which has no value: line 7 needs tools.load, which is not there when the file is judged",
        ),
        ("other", "it raises NameError in learner.py: name 'other' is not defined"),
        ("free", "it raises ValueError in learner.py: name 'free' is not defined"),
    ],
)
def test_a_name_whose_statement_failed_is_blamed_on_the_first_statement(name: str, said: str) -> None:
    """n = 1 / m needs m, and m = X.shape[1] needs X."""
    absent = {
        "X": Failure("OSError", "no file", ("cell 2", 4)),
        "m": Failure("NameError", "name 'X' is not defined", ("learner.py", 5)),
        "n": Failure("NameError", "name 'm' is not defined", ("learner.py", 6)),
        "data": Failure("StubResultError", "tools.load", ("learner.py", 7)),
        "free": Failure("OSError", "no file", ("cell 2", 4)),
    }
    raised = Failure("ValueError" if name == "free" else "NameError", f"name '{name}' is not defined")
    verdict = verdict_if(raised, NUMPY + RELU.format("Z"), absent)
    assert (verdict.state, verdict.symptom and verdict.symptom.en) == (
        "wrong" if "raises" in said else "not judged",
        said,
    )
    assert verdict.call is not None
    assert verdict_if(raised, NUMPY + RELU.format("Z"), {"relu": absent["X"]}).state == "not judged"


CALLER = NUMPY + "def L_model_forward(X, parameters):\n    return {}\n"


def test_a_function_waits_for_the_functions_that_it_calls_the_unwritten_ones_first() -> None:
    text = CALLER.format("first() + second() + third()")
    text += "".join(f"def {name}():\n    return 0\n" for name in ("first", "second", "third"))
    judge, task = judge_of(text, "deep"), task_of("L_model_forward")
    first, second, third = (replace(task, name=name) for name in ("first", "second", "third"))

    def said(*states: State) -> str:
        earlier = {task.name: Verdict(task, state) for task, state in zip((first, second, third), states, strict=True)}
        verdict = judge.judge(task, earlier)
        assert verdict.state == ("wrong" if states == ("right",) * 3 else "not judged")
        return message(verdict, "en").partition(": ")[2]

    assert said("not judged", "right", "missing") == "it calls third, which is not written yet."
    assert said("not judged", "right", "right") == "it calls first, which is not judged."
    assert said("right", "right", "right").startswith("AL: it returns")


def test_a_function_that_only_names_another_does_not_wait_for_it() -> None:
    text = CALLER.format("relu and 0") + RELU.format("Z")
    judge, task = judge_of(text, "deep"), task_of("L_model_forward")
    assert judge.judge(task, {"relu": Verdict(task_of("relu"), "missing")}).state == "wrong"


def test_a_function_that_is_not_in_the_file_is_to_be_copied() -> None:
    text = changed(as_assignment(DEEP), "L_model_forward", "range(1, L + 1)", "range(1, L)")
    text = text.replace("def linear_activation_forward", "def other")
    judge = judge_of(text, "deep")
    verdict = judge.judge(
        task_of("L_model_forward"),
        {"linear_activation_forward": Verdict(task_of("linear_activation_forward"), "missing")},
    )
    assert message(verdict, "en") == (
        "L_model_forward: it calls linear_activation_forward, which the file does not define: copy "
        "linear_activation_forward into your file."
    )


def test_the_verdicts_are_in_order_and_know_the_earlier_ones() -> None:
    text = NUMPY + RELU.format("helper(Z)") + "def helper(Z):\n    return 2 * Z\n"
    judge = judge_of(text, "deep")
    relu, sigmoid = task_of("relu"), task_of("sigmoid")
    helper = replace(relu, name="helper")
    assert [verdict.task.name for verdict in in_order(judge, [sigmoid, relu])] == ["sigmoid", "relu"]
    (verdict,) = in_order(judge, [relu], [Verdict(helper, "missing")])
    assert verdict.state == "not judged"
    by_right_helper = in_order(judge, [helper, relu])
    assert [verdict.state for verdict in by_right_helper] == ["wrong", "right"]


@pytest.mark.parametrize(
    ("chapter", "function", "old", "new", "words"),
    [
        ("deep", "L_model_forward", "return A,", "A = A + (L == 1)\n    return A,", "only with one layer"),
        ("shallow", "forward_propagation", "np.tanh(Z1)", "np.tanh(np.squeeze(Z1))", "only with one example"),
        ("deep", "L_model_forward", "return A,", "A = A + 1\n    return A,", ""),
        ("shallow", "predict", "A2 > 0.5", "np.squeeze(A2) > 0.5", ""),
    ],
)
def test_what_is_wrong_in_one_case_only_says_so(chapter: str, function: str, old: str, new: str, words: str) -> None:
    text = changed(solution(chapter, "numpy", "columns"), function, old, new)
    exercise, assignment = (message(verdict_on(one, chapter, function), "en") for one in (text, as_assignment(text)))
    assert ("only with" in exercise) is bool(words)
    if words:
        assert exercise.startswith(f"{function}: {words}: ")
        grader = "(the course's own grader does not try this and accepts the function)"
        assert assignment.startswith(f"{function}: {words} {grader}: ")


def test_a_start_that_is_drawn_anew_cannot_be_compared() -> None:
    """numpy.random has a seed in every call. A generator of the learner's own has another start in each call."""
    text = solution("shallow", "numpy", "columns")
    wrong = changed(text, "nn_model", "parameters, grads)", "parameters, grads, 0.77)")
    assert verdict_on(wrong, "shallow", "nn_model").state == "wrong"
    anew = changed(text, "initialize_parameters", "randn(n_h, n_x)", "default_rng().standard_normal((n_h, n_x))")
    verdict = verdict_on(anew, "shallow", "nn_model")
    assert verdict.state == "not judged"
    assert message(verdict, "en").startswith("nn_model: each call starts from other parameters")
    assert verdict.call is not None


def test_a_forged_second_result_is_compared_part_by_part() -> None:
    """The second result may have another structure."""
    judge, task = judge_of(DEEP, "deep"), task_of("linear_forward")
    call = judge.calls(task)[0]
    answer = judge.learner.call("linear_forward", [*map(value_of, call.arguments.items())], twice=True)
    assert isinstance(answer, Answer)
    judge.learner.call = Mock(return_value=answer._replace(again=None))  # type: ignore[method-assign]
    asked = judge.ask(task, call, twice=True)
    assert isinstance(asked, Verdict)
    assert keys(asked) == ["another result"]


def value_of(item: tuple[str, Any]) -> Any:
    name, value = item
    return value.T.numpy() if re.match("[Ab]", name) else value.numpy()


CALLS = r"""
# What two calls show, and what the arguments are afterwards.
deep relu: return → global seen\n    seen = globals().get("seen", 0) + 1\n    return (1 + 0.1 * seen) *
    => another result
deep relu: return → Z *= Z > 0\n    return => arguments changed
# Parameters that are drawn are judged by what they must be.
deep initialize_parameters_deep: np.random.randn → 0 * np.random.randn => equal units
deep initialize_parameters_deep: randn(layer_dims[l], layer_dims[l - 1]) → standard_normal((layer_dims[l], layer_dims[l
    - 1])) => right
# What the result itself shows.
deep linear_backward: return dA_prev, dW, db → return dW, dA_prev, db => order of the results
deep train: range(iterations) → range(2) => argument unused
# Where all sizes are equal, the numbers show which matrices were used.
deep linear_backward: dZ @ A_prev.T → dZ @ A_prev => not transposed
"""


@pytest.mark.parametrize("case", cases_of(CALLS))
def test_the_calls_show_the_cause(case: Case) -> None:
    assert_answer(case)


def test_a_star_import_may_bring_every_function_that_is_not_undefined() -> None:
    """A function that the file imports and does not have is not blamed for what raises before it."""
    linear = task_of("linear_activation_forward")

    def state(imports: str, code: str) -> str:
        judge = judge_of(f"{imports}\n{CALLER.format(code)}", "deep")
        return judge.judge(task_of("L_model_forward"), {linear.name: Verdict(linear, "missing")}).state

    never = "np.ones(1) + (0 and linear_activation_forward(X))"
    assert state("", never) == "not judged"
    assert state("from os.path import *", never) == "wrong"
    assert state("from math import sqrt as linear_activation_forward", never) == "wrong"
    assert state("from os.path import *", "linear_activation_forward(X)") == "not judged"
    assert state("from os.path import *", "other(X)") == "wrong"
