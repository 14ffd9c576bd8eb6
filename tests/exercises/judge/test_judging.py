"""The verdict on one function: what is asked in which order, what a failed call says, and what waits for what."""

import re
from typing import Any, NoReturn
from unittest.mock import Mock

import pytest

from course_torch.exercises.check.answer import as_record, message
from course_torch.exercises.judge import attribution, calling, causes, judging
from course_torch.exercises.judge.judging import judge_all
from course_torch.exercises.judge.verdicts import State, Verdict
from course_torch.exercises.sandbox.client import Answer, Failure
from course_torch.mistakes.solution import replace_in, solution
from tests.conftest import said_for_people
from tests.docs.texts import both
from tests.exercises.in_this_process import caller_of
from tests.exercises.judged import (
    Case,
    as_assignment,
    assert_answer,
    cases_of,
    check_of,
    judged,
    verdict_by,
    verdict_on,
    verdicts_of,
)

DEEP = solution("deep", "numpy", "columns")
NUMPY = "import numpy as np\n"
RELU = "def relu(Z):\n    return {}\n"


def verdict_if(failure: Failure, text: str, absent: dict[str, Failure] | None = None) -> Verdict:
    """The verdict on relu if the process answers each call with a failure. `absent` are the names without a value."""
    caller = caller_of(text, "deep")
    caller.learner.call = Mock(return_value=failure)  # type: ignore[method-assign]
    caller.learner.absent = absent or {}
    return verdict_by(caller, "relu")


@pytest.mark.parametrize("library", ["numpy", "torch"])
def test_the_activations_that_an_assignment_imports_compute_in_its_library(library: str) -> None:
    text = as_assignment(solution("deep", library, "columns"))
    text = re.sub(r"def (sigmoid|relu)(_backward)?\(.*?\n\n\n", "", text, flags=re.DOTALL)
    verdicts = verdicts_of(text.replace("A = sigmoid(Z)", "A, Z = sigmoid(Z)"), "deep")
    assert {verdict.state for name, verdict in verdicts.items() if f"def {name}" in text} == {"right"}


@pytest.mark.parametrize("Z", ["-1000", "[-1000, 0]"])
def test_the_activations_that_an_assignment_imports_take_numbers_and_lists(Z: str) -> None:
    text = f"{NUMPY}def values(Z):\n    return sigmoid({Z})[0].min(), relu({Z})[0].min()\n"
    answer = caller_of(text, "deep").learner.call("values", [0])
    assert isinstance(answer, Answer)
    assert answer.result == (0, 0)


WRONG_IN_MANY_WAYS = (
    ("relu", "Z * (Z > 0)", "Z * (Z < 0)"),
    ("sigmoid", "np.exp(-Z)", "np.exp(Z) * np.cos(Z)"),
    ("linear_forward", "W @ A + b", "A @ W + b"),
    ("compute_cost", "m = Y.shape[1]", "m = Y.shape[1]; assert AL.shape == (9, 9)"),
    ("linear_backward", "dA_prev, dW, db", "dW, dA_prev, db"),
    ("relu_backward", "dA * (Z > 0)", "dA * undefined"),
    ("update_parameters", "- learning_rate", "- 0.1"),
)


def broken(*arguments: Any, **options: Any) -> NoReturn:
    raise OverflowError("cannot convert float infinity to integer")


def test_an_excuse_that_cannot_be_looked_for_accuses_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    caller = caller_of(replace_in(DEEP, "relu", "Z * (Z > 0)", "np.cos(Z)"), "deep")
    assert verdict_by(caller, "relu").state == "wrong"
    monkeypatch.setattr(attribution, "called_by", broken)
    for each in (calling, judging):
        monkeypatch.setattr(each, "trouble", said_for_people)
    assert verdict_by(caller, "relu").state == "not judged"
    assert len(caller.troubles) == 1


def test_a_search_for_a_cause_that_raises_costs_no_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    text = DEEP
    for change in WRONG_IN_MANY_WAYS:
        text = replace_in(text, *change)
    states = [(verdict.task.name, verdict.state) for verdict in judged(text, "deep")]

    searches = causes.searches
    monkeypatch.setattr(causes, "searches", lambda outcome: [broken for _ in searches(outcome)])
    monkeypatch.setattr(attribution, "does_nothing", broken)
    for each in (calling, judging):
        monkeypatch.setattr(each, "trouble", said_for_people)
    caller = caller_of(text, "deep")
    assert [(verdict.task.name, verdict.state) for verdict in judge_all(caller, caller.chapter.tasks)] == states
    assert caller.troubles
    line = r"OverflowError: cannot convert float infinity to integer \(test_judging.py:\d+\)"
    assert all(re.fullmatch(line, trouble) for trouble in caller.troubles)
    record = as_record(check_of(text, "deep", troubles=tuple(caller.troubles)))
    assert record["troubles"] == caller.troubles


@pytest.mark.parametrize("value", ["1e308 * np.tanh(Z)", "np.sign(Z) * 1.7e308", "Z * 1e160"])
def test_numbers_near_the_largest_are_judged(value: str) -> None:
    text = replace_in(solution("shallow", "numpy", "columns"), "sigmoid", "1 / (1 + np.exp(-Z))", value)
    assert verdicts_of(text, "shallow")["sigmoid"].state == "wrong"
    assert verdict_on(text, "shallow", "nn_model").state == "wrong"  # its caller, with the learner's own sigmoid


def test_a_changed_argument_is_named_although_the_function_reads_its_own_cache() -> None:
    text = replace_in(DEEP, "linear_forward", "(A, W, b)", "(A, W)")
    text = replace_in(text, "linear_backward", "A_prev, W, _ = cache", "A_prev, W = cache[:2]\n    dZ *= 1.0")
    text = replace_in(text, "linear_backward", "    m =", "    dZ += 1\n    m =")
    found = verdict_on(text, "deep", "linear_backward").findings
    assert [finding.key for finding in found] == ["arguments changed"]


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


ABSENT = {
    "X": Failure("OSError", "no file", ("cell 2", 4)),
    "m": Failure("NameError", "name 'X' is not defined", ("learner.py", 5)),
    "n": Failure("NameError", "name 'm' is not defined", ("learner.py", 6)),
    "data": Failure("StubResultError", "tools.load", ("learner.py", 7)),
}
"""Why names have no value: n = 1 / m needs m, and m = X.shape[1] needs X."""


@pytest.mark.parametrize(
    ("raised", "name", "said"),
    [
        ("NameError", "X", "it uses X, which has no value: line 4 of cell 2 failed with OSError: no file"),
        ("NameError", "n", "it uses n, which has no value: line 4 of cell 2 failed with OSError: no file"),
        ("NameError", "data",
         "it uses data, which has no value: line 7 needs tools.load, which is not there when the file is judged"),
        ("NameError", "other", "it raises NameError in learner.py: name 'other' is not defined"),
        ("ValueError", "X", "it raises ValueError in learner.py: name 'X' is not defined"),
    ],
)  # fmt: skip
def test_a_name_whose_statement_failed_is_blamed_on_the_first_statement(raised: str, name: str, said: str) -> None:
    verdict = verdict_if(Failure(raised, f"name '{name}' is not defined"), NUMPY + RELU.format("Z"), ABSENT)
    assert (verdict.state, verdict.symptom.en) == ("wrong" if "raises" in said else "not judged", said)
    assert verdict.call is not None


def test_a_function_whose_own_statement_failed_is_not_judged() -> None:
    failure = Failure("NameError", "name 'relu' is not defined")
    assert verdict_if(failure, NUMPY + RELU.format("Z"), {"relu": ABSENT["X"]}).state == "not judged"


UNWRITTEN, NOT_JUDGED = "def relu(Z):\n    pass\n", "def linear_forward(A, W):\n    return A\n"
NEVER = "np.ones(1) + (0 and linear_activation_forward(X))"
COPY = (
    "it calls linear_activation_forward, which the file does not define: copy linear_activation_forward into your file."
)
CALLERS = {
    "an unwritten function": (NOT_JUDGED + UNWRITTEN, "linear_forward(X, X) + relu(X)", "relu, which is not written"),
    "a function that is not judged": (NOT_JUDGED, "linear_forward(X, X)", "linear_forward, which is not judged."),
    "a function that is only named": (UNWRITTEN, "relu and 0", ""),
    "a function that the file lacks": ("", "linear_activation_forward(X)", COPY),
    "before the call": ("", NEVER, COPY),
    "a star import that may bring it": ("from os.path import *", NEVER, ""),
    "a star import that does not": ("from os.path import *", "linear_activation_forward(X)", COPY),
    "a later function that a star import does not": ("from os.path import *", "train(X)", "copy train into"),
    "an import under its name": ("from math import sqrt as linear_activation_forward", NEVER, ""),
    "another name beside a star import": ("from os.path import *", "other(X)", ""),
}
"""What a file has above L_model_forward, what L_model_forward returns, and why it is not judged, or "": it is wrong."""


@pytest.mark.parametrize(("above", "returned", "said"), CALLERS.values(), ids=CALLERS)
def test_a_wrong_function_waits_for_the_functions_that_it_calls(above: str, returned: str, said: str) -> None:
    text = f"{NUMPY}{above}\ndef L_model_forward(X, parameters):\n    return {returned}\n"
    verdict = verdicts_of(text, "deep")["L_model_forward"]
    assert verdict.state == ("not judged" if said else "wrong")
    assert said in message(verdict, "en")


def test_a_start_that_is_drawn_anew_cannot_be_compared() -> None:
    """numpy.random has a seed in every call. A generator of the learner's own has another start in each call."""
    text = solution("shallow", "numpy", "columns")
    anew = replace_in(text, "initialize_parameters", "randn(n_h, n_x)", "default_rng().standard_normal((n_h, n_x))")
    verdict = verdict_on(anew, "shallow", "nn_model")
    assert verdict.state == "not judged"
    assert message(verdict, "en").startswith("nn_model: each call starts from other parameters")
    assert verdict.call is not None


CALLS = r"""
# What two calls show, and what the arguments are afterwards.
deep relu(Z): global seen\nseen = 1 - globals().get("seen", 0)\nreturn Z * (Z > 0) if seen else None => another result
deep relu: return → Z *= Z > 0\n    return => arguments changed
# A further argument is given if the function requires it.
shallow compute_cost(A2, Y, parameters): J = -np.mean(Y * np.log(A2) + (1 - Y) * np.log(1 - A2))\nreturn J + 0 *
    len(parameters["W1"]) => right
shallow compute_cost(A2, Y, parameters=7): J = -np.mean(Y * np.log(A2) + (1 - Y) * np.log(1 - A2))\nreturn J + 0 *
    (parameters - 1) => right
shallow compute_cost(A2, Y, other): return 0 => not judged
# Parameters that are drawn are judged by what they must be.
deep initialize_parameters_deep: np.random.randn → 0 * np.random.randn => equal units
deep initialize_parameters_deep: randn(layer_dims[l], layer_dims[l - 1]) → standard_normal((layer_dims[l], layer_dims[l
    - 1])) => right
# A line that is not Python, and one that a template leaves to the learner.
deep relu: return Z * → A = # YOUR CODE\n    return Z * => missing
deep relu: return Z * → return Z ** * => wrong | it is not Python: line 25: invalid syntax
# What the result itself shows.
deep train: range(iterations) → range(2) => argument unused
"""
IN_ONE_CASE = r"""
deep L_model_forward: return A, → A = A + (L == 1)\n    return A, => one change | L_model_forward: only with one layer
shallow forward_propagation: np.tanh(Z1) → np.tanh(np.squeeze(Z1)) => keepdim missing
    | forward_propagation: only with one example
"""
IN_ALL_CASES = r"""
deep L_model_forward: return A, → A = A + 1\n    return A, => one change | !only with
shallow predict: A2 > 0.5 → np.squeeze(A2) > 0.5 => keepdim missing | !only with
"""


@pytest.mark.parametrize("case", cases_of(CALLS + IN_ONE_CASE + IN_ALL_CASES))
def test_the_calls_show_the_cause(case: Case) -> None:
    assert_answer(case)


@pytest.mark.parametrize("case", cases_of(IN_ONE_CASE))
def test_of_an_assignment_that_is_wrong_in_one_case_only_the_answer_says_what_the_grader_does(case: Case) -> None:
    verdict = verdict_on(as_assignment(case.text), case.chapter, case.function)
    grader = "(the course's own grader does not try this and accepts the function)"
    assert message(verdict, "en").startswith(f"{case.words[0]} {grader}: ")


LAST_LAYER = """for l in range(1, L):
        A, cache = linear_activation_forward(A, parameters[f"W{l}"], parameters[f"b{l}"], "relu")
        caches.append(cache)
    A, cache = linear_activation_forward(A, parameters[f"W{l + 1}"], parameters[f"b{l + 1}"], "sigmoid")
    caches.append(cache)
"""
LOOP = DEEP[DEEP.index("for l in range(1, L + 1):\n        activation =") : DEEP.index("    return A, caches")]
SQUEEZED = solution("shallow", "numpy", "columns").replace("np.tanh(Z1)", "np.tanh(np.squeeze(Z1))")


@pytest.mark.parametrize(
    ("code", "text", "chapter", "function"),
    [
        ("l + 1", DEEP.replace(LOOP, LAST_LAYER), "deep", "L_model_forward"),
        ("np.squeeze", SQUEEZED, "shallow", "forward_propagation"),
    ],
    ids=["with one layer", "with one example"],
)
def test_the_page_quotes_what_is_said_of_a_function_that_the_grader_accepts(
    code: str, text: str, chapter: str, function: str
) -> None:
    verdict = verdict_on(text, chapter, function)
    for page, language in zip(both("docs/exercises"), ("en", "zh"), strict=True):
        (quoted,) = re.findall(rf"^\|[^|]*`{re.escape(code)}`[^|]*\|[^|]*[\"“](.+?)[\"”]", page, re.MULTILINE)
        assert quoted in message(verdict, language)
