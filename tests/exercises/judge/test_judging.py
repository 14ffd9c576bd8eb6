"""The verdict on one function: what is asked in which order, what a failed call says, and what waits for what."""

import re
from dataclasses import replace
from types import ModuleType
from typing import Any, NoReturn
from unittest.mock import Mock

import pytest

from course_torch.exercises.judge import calling, judging
from course_torch.exercises.judge.answer import as_record, message
from course_torch.exercises.judge.judging import Judge, in_order, undefined_in
from course_torch.exercises.judge.verdicts import State, Verdict
from course_torch.exercises.sandbox.process import Answer, Failure
from course_torch.exercises.tasks import CHAPTERS
from course_torch.exercises.tasks.task import Task
from course_torch.mistakes.solution import changed, solution
from tests.conftest import said_for_people
from tests.exercises.in_this_process import judge_of
from tests.exercises.judged import check_of, judged, verdict_by, verdict_on

DEEP = solution("deep", "numpy", "columns")
ASSIGNMENT = DEEP.replace('CHAPTER = "deep"\n', "")
NUMPY = "import numpy as np\n"
RELU = "def relu(Z):\n    return {}\n"


def task_of(function: str, chapter: str = "deep") -> Task:
    return next(task for task in CHAPTERS[chapter].tasks if task.name == function)


def spied(judge: Judge) -> Mock:
    """The calls of a judge's learner."""
    spy = Mock(wraps=judge.learner.call)
    judge.learner.call = spy  # type: ignore[method-assign]
    return spy


def keys(verdict: Verdict) -> list[str]:
    return [finding.key for finding in verdict.findings]


def test_a_function_that_the_file_does_not_have_is_missing() -> None:
    verdict = verdict_on(NUMPY, "deep", "relu")
    assert (verdict.state, message(verdict, "en")) == ("missing", "relu: the file does not define it.")


def test_a_wrong_function_that_is_nested_too_deeply_has_no_cause() -> None:
    deep = " + ".join(["0"] * 400)
    verdict = verdict_on(changed(DEEP, "linear_forward", "W @ A + b", f"W @ A - b + {deep}"), "deep", "linear_forward")
    assert (verdict.state, verdict.findings) == ("wrong", ())
    assert "nested too deeply" in message(verdict, "en")


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


def test_a_function_with_a_memory_is_wrong() -> None:
    text = changed(DEEP, "relu", "    return", "    seen.append(1)\n    Z = Z + len(seen) * (Z > 0)\n    return")
    verdict = verdict_on(f"seen = []\n{text.replace('len(seen)', '(len(seen) - 1)')}", "deep", "relu")
    assert (verdict.state, keys(verdict)) == ("wrong", ["another result"])
    assert verdict.symptom == verdict.findings[0].text
    assert verdict.call is not None


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
    judge, task = judge_of(NUMPY + RELU.format("Z"), "deep"), task_of("relu")
    call = judge.calls(task)[0]
    verdict = judge.failed(task, call, failure)
    assert (verdict.state, verdict.symptom.en if verdict.symptom else "") == (state, symptom)
    assert (verdict.raised is not None) == ("raises" in symptom)
    is_unwritten = failure.is_missing
    assert (verdict.call is None) == is_unwritten


def test_a_module_that_is_not_there_is_missed_by_an_exercise_for_good() -> None:
    """An assignment may import its helpers. A file of this project imports nothing of the kind."""
    judge, task = judge_of(DEEP, "deep"), task_of("relu")
    assert judge.failed(task, judge.calls(task)[0], Failure("StubResultError", "tools.relu")).state == "wrong"


def test_a_name_whose_statement_failed_is_blamed_on_the_first_statement() -> None:
    judge = judge_of(NUMPY + RELU.format("Z"), "deep")
    missing = Failure("NameError", "name 'X' is not defined", ("learner.py", 5))
    judge.learner.absent = {
        "X": Failure("OSError", "no file", ("cell 2", 4)),
        "m": missing,
        "n": Failure("NameError", "name 'm' is not defined", ("learner.py", 6)),
        "data": Failure("StubResultError", "tools.load", ("learner.py", 7)),
    }
    expected = {
        "X": "it uses X, which has no value: line 4 of cell 2 failed with OSError: no file",
        "n": "it uses n, which has no value: line 4 of cell 2 failed with OSError: no file",
        "data": "it uses data, which has no value: line 7 needs tools.load, which is not there when the file is judged",
    }
    for name, said in expected.items():
        text = judge.without_value(name)
        assert text is not None
        assert text.en == said
    assert judge.without_value("relu") is None
    judge.learner.call = Mock(return_value=Failure("NameError", "name 'n' is not defined"))  # type: ignore
    verdict = verdict_by(judge, "relu")
    assert (verdict.state, message(verdict, "en")) == ("not judged", f"relu: {expected['n']}.")
    assert verdict.call is not None
    judge.learner.absent["relu"] = judge.learner.absent["X"]
    assert verdict_by(judge, "relu").state == "not judged"


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
    text = changed(ASSIGNMENT, "L_model_forward", "range(1, L + 1)", "range(1, L)")
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
    ("failure", "name"),
    [
        (Failure("NameError", "name 'x_1' is not defined"), "x_1"),
        (Failure("NameError", "free variable 'x' is not there"), ""),
        (Failure("ValueError", "name 'x' is not defined"), ""),
    ],
)
def test_a_name_error_names_what_is_not_defined(failure: Failure, name: str) -> None:
    assert undefined_in(failure) == name


def test_a_template_with_None_is_missing_and_known_numbers_are_wrong() -> None:
    """A call in which it is seen makes the verdict one on a function that is begun."""
    lines = ["def linear_backward(dZ, cache):", "A_prev, W, b = cache", "m = A_prev.shape[1]", "dA_prev = W.T @ dZ"]
    begun = ["db = None", "dW = dZ @ A_prev.T / m", "return dA_prev, dW, db"]
    unfinished = verdict_on(NUMPY + "\n    ".join([*lines, *begun]) + "\n", "deep", "linear_backward")
    assert (unfinished.state, keys(unfinished)) == ("missing", ["still None"])
    assert unfinished.call is not None
    assert unfinished.symptom is not None
    assert unfinished.symptom.en == f"not written yet: {unfinished.findings[0].text.en}"
    known = ["extra = None", "db = dZ.sum(1, keepdims=True)", "dW = dZ @ A_prev.T", "print(extra)", begun[-1]]
    wrong = verdict_on(NUMPY + "\n    ".join([*lines, *known]) + "\n", "deep", "linear_backward")
    assert (wrong.state, keys(wrong)) == ("wrong", ["no 1/m"])
    unknown = ["extra = None", "db = dZ.sum(1, keepdims=True) / m", "dW = np.cos(dZ @ A_prev.T)"]
    text = "\n    ".join([*lines, *unknown, "print(extra)", "return dA_prev, dW, db"])
    assert verdict_on(NUMPY + text + "\n", "deep", "linear_backward").state == "missing"


def test_blank_places_are_named_with_the_file_and_their_lines() -> None:
    body = "    # YOUR CODE STARTS HERE\n\n    # YOUR CODE ENDS HERE\n"
    text = f"{NUMPY}def relu(Z):\n{body}    A = None\n{body}    return A\n"
    verdict = verdict_on(text, "deep", "relu")
    assert verdict.state == "missing"
    assert verdict.call is not None
    assert "(learner.py:3, learner.py:7)" in message(verdict, "en")


@pytest.mark.parametrize(("kind", "words"), [(DEEP, "only with one layer: "), (ASSIGNMENT, "only with one layer (the")])
def test_what_is_wrong_with_one_layer_only_says_so(kind: str, words: str) -> None:
    text = changed(kind, "L_model_forward", "    return A, caches", "    A = A + (L == 1)\n    return A, caches")
    verdict = verdict_on(text, "deep", "L_model_forward")
    assert verdict.symptom is not None
    assert verdict.symptom.en.startswith(words)
    both = changed(text, "L_model_forward", "(L == 1)", "1")
    assert "only with" not in message(verdict_on(both, "deep", "L_model_forward"), "en")


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


DB = "np.sum(dZ, axis=1, keepdims=True) / m"
SHAPE = "    assert db.shape == (W.shape[0], 1)"
# fmt: off
CAUSES = [
    # An assert of the learner's hides the cause, which the function shows without its asserts.
    ("linear_backward", DB, f"np.sum(dZ, axis=1) / m\n{SHAPE}", ["keepdim missing"]),
    ("linear_backward", DB, f"np.sum(dZ, axis=0, keepdims=True) / m\n{SHAPE}", ["wrong axis"]),
    ("linear_backward", "    return dA", "    assert m == 0\n    return dA", ["assert of a right result"]),
    ("linear_backward", "    return dA", "    dW = dW + np.cos(dW)\n    assert m == 0\n    return dA", ["assert"]),
    ("linear_backward", "    return dA", "    dW = dW + nothing\n    assert m == 0\n    return dA", ["not defined"]),
    ("output_gradient", "    return AL - Y", "    dZ = AL + Y\n    assert (dZ < 1).all()\n    return dZ", ["A + Y"]),
    # A key is missing: the change that makes the function right, or the keys of the dict that the function makes.
    ("L_model_backward", "    return grads", '    return grads["dA1"]', ["no such key"]),
    ("update_parameters", '= parameters[f"b{l}"]', '= new[f"b{l}"]', ["no such key"]),
    ("L_model_backward", "output_gradient(AL, Y)", "output_gradient(AL, Y) + {}['a']", ["one change"]),
    # Where all sizes are equal, the numbers show which matrices were used.
    ("linear_backward", "dZ @ A_prev.T", "dZ @ A_prev", ["not transposed"]),
    ("linear_backward", "dZ @ A_prev.T / m", "A_prev.T @ dZ", ["sizes of a product"]),
    ("linear_forward", "W @ A + b", "A @ W + b", ["one change"]),
    ("L_model_forward", "range(1, L + 1)", "range(2, L + 1)", ["first layer left out"]),
    ("linear_backward", "W.T @ dZ", "W.T[9] @ dZ", ["index of an entry"]),
    ("linear_activation_forward", "linear_forward(A_prev, W,", "linear_forward(A_prev, W[:, 1:],", ["handed over"]),
    ("linear_backward", "A_prev, W, _ = cache", "W, A_prev, _ = cache[0]", []),
    # The text says more than numbers that no mistake makes.
    ("train", "range(iterations)", "range(2)", ["argument unused"]),
    ("train", "range(iterations)", "range(iterations - 1)", ["one change"]),
    ("L_model_forward", '"sigmoid"', '"sigmoi"', ["one change"]),
    # What the result itself shows.
    ("linear_backward", "return dA_prev, dW, db", "return dW, dA_prev, db", ["order of the results"]),
    ("linear_forward", "    return W @ A + b, (A, W, b)", "    Z = W @ A + b", ["no return"]),
    ("output_gradient", "AL - Y", "np.cos(AL - Y) + np.arange(Y.shape[1])", ["unknown"]),
]
# fmt: on
"""Function, old and new code, and the keys of the causes."""


@pytest.mark.parametrize(("function", "old", "new", "causes"), CAUSES)
def test_the_cause_is_looked_for_where_it_shows(function: str, old: str, new: str, causes: list[str]) -> None:
    verdict = verdict_on(changed(DEEP, function, old, new), "deep", function)
    assert (verdict.state, keys(verdict)) == ("wrong", causes)


def test_parameters_that_are_drawn_are_judged_by_what_they_must_be() -> None:
    text = f"{NUMPY}def initialize_parameters_deep(layer_dims):\n    out = {{}}\n"
    text += "    for l in range(1, len(layer_dims)):\n        out[f'W{l}'] = {}((layer_dims[l], layer_dims[l - 1]))\n"
    text += "        out[f'b{l}'] = np.zeros((layer_dims[l], 1))\n    return out\n"
    verdict = verdict_on(text.replace("= {}((", "= np.zeros(("), "deep", "initialize_parameters_deep")
    assert (verdict.state, keys(verdict)) == ("wrong", ["equal units"])
    assert verdict.symptom == verdict.findings[0].text
    right = text.replace("= {}((", "= np.random.standard_normal((")
    assert verdict_on(right, "deep", "initialize_parameters_deep").state == "right"
    swapped = right.replace("(layer_dims[l], layer_dims[l - 1])", "(layer_dims[l - 1], layer_dims[l])")
    assert keys(verdict_on(swapped, "deep", "initialize_parameters_deep")) == ["sizes swapped"]


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
